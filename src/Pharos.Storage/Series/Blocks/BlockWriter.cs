using Pharos.Model.Diagnostics;
using Pharos.Model.Samples;
using Pharos.Storage.Bytes;
using Pharos.Storage.Chunks;
using Pharos.Storage.Files;

namespace Pharos.Storage.Series.Blocks;

/// <summary>Writes one block: series by ascending id, each with all its samples; nobody sees it until <see cref="Publish"/>.</summary>
/// <remarks>
/// <para>Chunks are cut by count from a series' first sample, so that series that were sampled together have the same time columns.</para>
/// <para>Memory: directory, labels and column index, about 60 bytes a series; samples stream to the file.</para>
/// <para>Errors: <see cref="IOException"/> when the disk is full or fails; dispose deletes what was written.</para>
/// <para>Threads: one. Source: docs/formats/block.md.</para>
/// </remarks>
sealed class BlockWriter : IDisposable
{
    readonly string folder;
    readonly ulong sequence;
    readonly IReadOnlyList<ulong> replaces;
    readonly string temporaryPath;
    readonly PagedFileWriter file;
    readonly TimeColumnWriter columns;
    readonly DirectoryWriter directory = new();
    readonly LabelsWriter labelPieces = new();
    readonly ByteWriter chunk = new(64 * 1024);
    readonly List<ChunkEntry> chunks = [];
    readonly SampleColumns floats = new();
    long minMs = long.MaxValue;
    long maxMs = long.MinValue;
    long samples;
    bool isPublished;

    public BlockWriter(string folder, ulong sequence, IReadOnlyList<ulong> replaces)
    {
        (this.folder, this.sequence, this.replaces) = (folder, sequence, replaces);
        temporaryPath = Path.Combine(folder, $"{sequence}{BlockFormat.Extension}{DurableFile.TemporarySuffix}");
        file = new PagedFileWriter(temporaryPath);
        columns = new TimeColumnWriter(file);
        Span<byte> header = stackalloc byte[BlockFormat.HeaderBytes];
        BlockFormat.WriteHeader(header);
        file.Write(header);
    }

    public long SeriesCount => directory.SeriesCount;

    /// <summary>Adds a series with all its samples, times strictly ascending. One without samples is left out.</summary>
    /// <param name="labels">Length, name, length, value …, sorted by name; kept for repair.</param>
    public void AddSeries(ulong id, ReadOnlySpan<byte> labels, SampleColumns columns)
    {
        if (columns.Count == 0) return;
        CheckTimes(id, columns.TimesMs.AsSpan(0, columns.Count));
        chunks.Clear();
        if (columns.Histograms is { } lane && lane.AsSpan(0, columns.Count).ContainsAnyExcept((FloatHistogram?)null)) AddMixed(columns, lane);
        else AddFloats(columns);
        directory.Add(id, chunks);
        labelPieces.Add(id, labels);
        samples += columns.Count;
        minMs = Math.Min(minMs, columns.TimesMs[0]);
        maxMs = Math.Max(maxMs, columns.TimesMs[columns.Count - 1]);
    }

    /// <summary>Completes the file and gives it its name. A block without series is an error of the caller.</summary>
    public BlockReader Publish()
    {
        Invariant.Holds(SeriesCount > 0, $"block {sequence} has no series");
        var dataSum = file.SumOfOpenPage();
        var columnSection = WriteSection(columns.Index);
        var directorySection = WriteSection(directory.Directory);
        var groupSection = WriteSection(directory.Groups);
        file.Write(BlockGuard.Of(columns.Index, directory.Directory, directory.Groups, dataSum));
        var labelSection = WriteSection(labelPieces.Finish());
        var footer = new BlockFooter
        {
            Meta = new BlockMeta(minMs, maxMs, sequence, replaces, SeriesCount, samples, 0),
            Columns = columnSection,
            Directory = directorySection,
            Groups = groupSection,
            Labels = labelSection,
            PageSums = file.FinishPages(),
        };
        using var bytes = new ByteWriter();
        footer.Write(bytes);
        file.Finish(bytes.Written);
        file.Dispose();
        var path = Path.Combine(folder, BlockFormat.FileName(minMs, maxMs, sequence));
        DurableFile.Move(temporaryPath, path);
        try
        {
            DurableFile.SyncFolder(folder);
            isPublished = true;
            return BlockReader.Open(path);
        }
        catch
        {
            DurableFile.TryDelete(path); // Its caller will write it again, under another sequence.
            throw;
        }
    }

    /// <summary>Without <see cref="Publish"/>: deletes what was written.</summary>
    public void Dispose()
    {
        file.Dispose();
        columns.Dispose();
        directory.Dispose();
        labelPieces.Dispose();
        chunk.Dispose();
        if (!isPublished) DurableFile.TryDelete(temporaryPath);
    }

    void AddFloats(SampleColumns columns)
    {
        for (var at = 0; at < columns.Count; at += BlockFormat.MaxSamplesPerChunk)
        {
            var count = Math.Min(BlockFormat.MaxSamplesPerChunk, columns.Count - at);
            var values = columns.Values.AsSpan(at, count);
            chunk.Clear();
            for (var i = 0; i < count; i += ValueFrame.MaxCount)
            {
                var frame = values.Slice(i, Math.Min(ValueFrame.MaxCount, count - i));
                chunk.Commit(ValueFrame.Encode(frame, chunk.Room(ValueFrame.MaxBytes(frame.Length))));
            }
            var starts = columns.StartTimesMs is { } lane ? lane.AsSpan(at, count) : [];
            AddChunk(false, columns.TimesMs.AsSpan(at, count), starts, ChunkSummary.Of(values));
        }
    }

    /// <summary>A series with floats and histograms: the floats make chunks of their own, the histograms one for each run of equal layout.</summary>
    void AddMixed(SampleColumns columns, FloatHistogram?[] lane)
    {
        floats.Clear();
        var times = new List<long>();
        var starts = new List<long>();
        var run = new List<FloatHistogram>();
        var layout = default(HistogramLayout);
        for (var i = 0; i < columns.Count; i++)
        {
            var start = columns.StartTimesMs?[i] ?? 0;
            if (lane[i] is not { } histogram)
            {
                floats.Add(columns.TimesMs[i], columns.Values[i]);
                floats.SetStartTime(start);
                continue;
            }
            if (run.Count > 0 && (run.Count == BlockFormat.MaxSamplesPerChunk || !layout!.Fits(histogram))) EndRun();
            if (run.Count == 0) layout = HistogramLayout.Of(histogram);
            times.Add(columns.TimesMs[i]);
            starts.Add(start);
            run.Add(histogram);
        }
        EndRun();
        if (floats.Count > 0) AddFloats(floats);

        void EndRun()
        {
            if (run.Count == 0) return;
            chunk.Clear();
            HistogramChunk.Encode(run.ToArray(), chunk);
            AddChunk(true, times.ToArray(), starts.ToArray(), new ChunkSummary(0, 0, 0, 0, false, false, false));
            times.Clear();
            starts.Clear();
            run.Clear();
        }
    }

    void AddChunk(bool isHistogram, ReadOnlySpan<long> times, ReadOnlySpan<long> starts, ChunkSummary summary)
    {
        var column = columns.NumberOf(times);
        var startColumn = starts.ContainsAnyExcept(0L) ? columns.NumberOf(starts) : -1;
        chunks.Add(new ChunkEntry(isHistogram, column, startColumn, file.Position, chunk.Length, summary));
        file.Write(chunk.Written);
    }

    Section WriteSection(ReadOnlySpan<byte> bytes)
    {
        var section = new Section(file.Position, bytes.Length);
        file.Write(bytes);
        return section;
    }

    static void CheckTimes(ulong id, ReadOnlySpan<long> times)
    {
        for (var i = 1; i < times.Length; i++)
        {
            Invariant.Holds(times[i] > times[i - 1], $"series {id}: time {times[i]} after {times[i - 1]}");
        }
    }
}
