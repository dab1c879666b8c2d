using Microsoft.Extensions.Logging;
using Pharos.Storage.Bytes;
using Pharos.Storage.Chunks;
using Pharos.Storage.Series.Blocks;
using Pharos.Storage.Series.Head;
using Pharos.Storage.Series.Index;
using Pharos.Storage.Series.Views;

namespace Pharos.Storage.Series.Upkeep;

/// <summary>Writes what the head holds into blocks, one for each span of time that has samples.</summary>
sealed partial class HeadBlocks(SeriesCatalogue catalogue, SeriesHead head, StoreViews views, long spanMs, ILogger logger)
{
    /// <summary>The end of the last whole block span that lies half a span behind the newest sample, when the head has samples before it.</summary>
    public long? Boundary(long nowMs)
    {
        var oldestMs = head.OldestMs;
        // A sample from the future must not close the present.
        var newestMs = Math.Min(head.NewestMs, nowMs);
        if (oldestMs == long.MaxValue || newestMs <= long.MinValue + spanMs) return null;
        var boundaryMs = BoundaryAt(newestMs);
        return oldestMs < boundaryMs && boundaryMs > views.Current.Head.FromMs ? boundaryMs : null;
    }

    /// <summary>Where the head would begin if that were its newest time.</summary>
    public long BoundaryAt(long newestMs) => FloorToSpan(newestMs - (spanMs / 2));

    /// <summary>Writes a block for each span that has samples before the boundary: all of them or, when one fails, none.</summary>
    public List<BlockReader> WriteSpans(HeadView from, long boundaryMs)
    {
        var written = new List<BlockReader>();
        try
        {
            foreach (var (fromMs, throughMs) in Spans(from, boundaryMs))
            {
                if (Write(views.BlocksFolder, from, fromMs, throughMs) is not { } block) continue;
                written.Add(block);
                Flushed(logger, block.SeriesCount, block.SampleCount, block.SizeBytes, Path.GetFileName(block.Path));
            }
            return written;
        }
        catch
        {
            foreach (var block in written) views.Discard(block); // The next try writes it again.
            throw;
        }
    }

    /// <summary>Writes a block of what the head holds in a range (both ends inclusive); null when that is nothing.</summary>
    public BlockReader? Write(string folder, HeadView from, long fromMs, long throughMs)
    {
        using var writer = new BlockWriter(folder, views.NextSequence(), []);
        var tombstones = views.Current.Tombstones; // After the sequence: a later deletion then means this block too.
        var columns = new SampleColumns();
        using var labels = new ByteWriter();
        for (var index = 0u; index < catalogue.Count; index++)
        {
            columns.Clear();
            Read(index, from, fromMs - 1, throughMs, columns);
            tombstones.Apply(catalogue.IdOf(index), 0, columns, 0);
            if (columns.Count == 0) continue;
            labels.Clear();
            catalogue.WriteLabels(index, labels);
            writer.AddSeries(catalogue.IdOf(index), labels.Written, columns);
        }
        return writer.SeriesCount == 0 ? null : writer.Publish();
    }

    /// <summary>The block spans that have samples to flush, ascending.</summary>
    SortedSet<(long FromMs, long ThroughMs)> Spans(HeadView from, long boundaryMs)
    {
        var starts = new SortedSet<long>();
        foreach (var timeMs in head.LateTimes(from, boundaryMs)) starts.Add(FloorToSpan(timeMs));
        var oldestMs = Math.Max(head.OldestMs, from.FromMs);
        if (oldestMs < boundaryMs && FloorToSpan(oldestMs) + spanMs >= boundaryMs) starts.Add(FloorToSpan(oldestMs));
        else if (oldestMs < boundaryMs) AddSpansWithSamples(from, boundaryMs, starts);
        return [.. starts.Select(start => (start, Math.Min(start + spanMs, boundaryMs) - 1))];
    }

    /// <summary>The head reaches over several spans, maybe years apart: asks each series.</summary>
    void AddSpansWithSamples(HeadView from, long boundaryMs, SortedSet<long> starts)
    {
        var columns = new SampleColumns();
        for (var index = 0u; index < catalogue.Count; index++)
        {
            columns.Clear();
            Read(index, from, long.MinValue, boundaryMs - 1, columns);
            foreach (var timeMs in columns.TimesMs.AsSpan(0, columns.Count)) starts.Add(FloorToSpan(timeMs));
        }
    }

    void Read(uint index, HeadView from, long afterMs, long throughMs, SampleColumns into)
    {
        var slot = catalogue.SlotOf(index);
        if (slot != SeriesCatalogue.NoSlot) head.Read(slot - 1, catalogue.IdOf(index), from, afterMs, throughMs, into);
        into.MergeParts();
    }

    long FloorToSpan(long timeMs) => (timeMs >= 0 ? timeMs / spanMs : ((timeMs + 1) / spanMs) - 1) * spanMs;

    [LoggerMessage(LogLevel.Information, "Flushed {Series} series with {Samples} samples ({Bytes} bytes) to {Block}")]
    static partial void Flushed(ILogger logger, long series, long samples, long bytes, string block);
}
