using Microsoft.Extensions.Logging;
using Pharos.Storage.Bytes;
using Pharos.Storage.Chunks;
using Pharos.Storage.Files;
using Pharos.Storage.Series.Blocks;
using Pharos.Storage.Series.Head;
using Pharos.Storage.Series.Views;

namespace Pharos.Storage.Series.Upkeep;

/// <summary>Merges blocks, and deletes those whose time is over.</summary>
sealed partial class BlockUpkeep(StoreViews views, TimeProvider clock, ILogger logger)
{
    long written;

    /// <summary>Blocks written since the start, out of the head or by merging.</summary>
    public long Written => Interlocked.Read(ref written);

    public void CountWritten(int blocks) => Interlocked.Add(ref written, blocks);

    public void Merge(UpkeepSettings settings, CancellationToken cancellation)
    {
        var policy = MergePolicy.For(settings.BlockSpan, Age(settings));
        while (!cancellation.IsCancellationRequested)
        {
            var damaged = views.Damage.Blocks;
            var latestMs = HeadLimits.LatestAt(NowMs); // What lies ahead waits for its time: it must not make the present look old.
            var candidates = views.Blocks.Where(block => !damaged.Contains(block.Sequence) && block.MinMs <= latestMs).Select(block => block.Meta);
            var chosen = MergePlanner.Next([.. candidates], policy);
            if (chosen.Count == 0 || !TryMerge(chosen, cancellation)) return;
        }
    }

    /// <summary>Merges blocks into one. False when an input proved damaged; it is not chosen again.</summary>
    public bool TryMerge(IReadOnlyList<BlockMeta> chosen, CancellationToken cancellation)
    {
        var inputs = chosen.Select(meta => views.Blocks.First(block => block.Sequence == meta.Sequence)).ToList();
        var sequence = views.NextSequence();
        try
        {
            var result = BlockMerge.Run(views.BlocksFolder, sequence, [.. inputs.Select(block => block.Path)], views.Current.Tombstones, cancellation);
            views.Replace(inputs, result.Block);
            CountWritten(1);
            Merged(logger, inputs.Count, result.Block?.SampleCount ?? 0, result.DuplicateSamples);
            return true;
        }
        catch (CorruptDataException error)
        {
            views.Damage.Note(inputs.First(block => block.Path == error.Path), error);
            return false;
        }
        catch (OperationCanceledException)
        {
            return false; // The store closes; what was written is deleted again.
        }
    }

    /// <summary>Merges by itself each block of which a part is deleted. False when one proved damaged.</summary>
    public bool TryApplyDeletions(Func<BlockReader, bool> which, CancellationToken cancellation)
    {
        var isSound = true;
        foreach (var block in views.Blocks.Where(block => which(block) && views.Current.Tombstones.Touch(block.Meta)).ToList()) isSound &= TryMerge([block.Meta], cancellation);
        return isSound;
    }

    public void ApplyRetention(UpkeepSettings settings)
    {
        var newestMs = Math.Max(Math.Min(views.Head.NewestMs, NowMs), views.NewestInBlocks(NowMs));
        if (newestMs < TimeRange.MinMs) return;
        var otherBytes = settings.RetentionBytes == 0 ? 0 : FolderSize.Of(settings.Folder) - views.Blocks.Sum(block => block.SizeBytes);
        var expired = Retention.Expired([.. views.Blocks.Select(block => block.Meta)], newestMs, Age(settings), settings.RetentionBytes, otherBytes).Select(meta => meta.Sequence).ToHashSet();
        if (expired.Count == 0) return;
        var gone = views.Blocks.Where(block => expired.Contains(block.Sequence)).ToList();
        views.Replace(gone, null);
        foreach (var block in gone) Expired(logger, Path.GetFileName(block.Path));
    }

    static TimeSpan? Age(UpkeepSettings settings) => settings.RetentionTime > TimeSpan.Zero ? settings.RetentionTime : null;

    long NowMs => clock.GetUtcNow().ToUnixTimeMilliseconds();

    [LoggerMessage(LogLevel.Information, "Merged {Count} blocks into one of {Samples} samples; {Duplicates} samples were there twice")]
    static partial void Merged(ILogger logger, int count, long samples, long duplicates);

    [LoggerMessage(LogLevel.Information, "Deleted block {Block}: it is past its retention")]
    static partial void Expired(ILogger logger, string block);
}
