using Microsoft.Extensions.Logging;
using Pharos.Storage.Bytes;
using Pharos.Storage.Files;
using Pharos.Storage.Series.Blocks;
using Pharos.Storage.Series.Chunks;
using Pharos.Storage.Series.Head;
using Pharos.Storage.Series.Index;

namespace Pharos.Storage.Series;

/// <remarks>Background work: flushing the head, checkpoints, merging, retention. One at a time, under <c>maintenanceGate</c>.</remarks>
public sealed partial class SeriesStore
{
    const long CheckpointLogBytes = 32 << 20;
    static readonly TimeSpan MaintenanceInterval = TimeSpan.FromSeconds(10);

    /// <summary>How often it is looked whether something is due.</summary>
    static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    static readonly TimeSpan CheckpointInterval = TimeSpan.FromMinutes(5);
    static readonly TimeSpan SilentFor = TimeSpan.FromHours(1);

    readonly Lock maintenanceGate = new();
    readonly Lock viewGate = new();
    readonly List<StoreView> liveViews = [];
    readonly Dictionary<ulong, BlockDamage> damagedBlocks = [];
    readonly HashSet<ulong> mendedBlocks = [];
    readonly Checkpoint checkpoint;
    List<BlockReader> blocks;
    ulong lastSequence;
    long checkpointedBytes;
    long checkpointedAt;
    long maintainedAt;
    bool isLastMaintenanceSound = true;
    bool hasFloodPassed; // What it left in the log is brought into the checkpoint at the next regular time: else a start would replay it.
    long compactions;
    long failedMaintenance;
    volatile string? maintenanceFailure;
    List<string> undeleted = []; // Files of blocks that are no longer in use, on a disk that could not be written.

    /// <summary>Does whatever is due now.</summary>
    internal void Maintain(CancellationToken cancellation)
    {
        lock (maintenanceGate)
        {
            (maintainedAt, isLastMaintenanceSound) = (clock.GetTimestamp(), false);
            var isFlood = IsFlooded();
            DeleteLeftovers();
            try
            {
                SettleAhead();
                if (log.Failure is null)
                {
                    if (FlushBoundary() is { } boundaryMs) FlushHead(boundaryMs);
                    else if (IsCheckpointDue()) WriteCheckpoint();
                }
                hasFloodPassed = isFlood;
            }
            finally
            {
                ApplyRetention(); // Also when the disk refused: it makes the room that all else needs.
            }
            TellMended();
            MergeBlocks(cancellation);
            isLastMaintenanceSound = true;
        }
    }

    /// <summary>Regularly, and at once in a flood: a day may come within seconds, and its log takes seven times the bytes of its blocks.</summary>
    internal bool IsMaintenanceDue()
    {
        lock (maintenanceGate)
        {
            if (clock.GetElapsedTime(maintainedAt) >= MaintenanceInterval) return true;
            return isLastMaintenanceSound && IsFlooded(); // What just failed waits for its turn.
        }
    }

    bool IsFlooded() => log.BytesWritten - checkpointedBytes > options.FloodLogBytes;

    /// <summary>Moves what lies before the boundary from the head to blocks, and checkpoints.</summary>
    internal void FlushHead(long boundaryMs)
    {
        lock (maintenanceGate)
        {
            var before = view;
            boundaryMs = Math.Max(boundaryMs, before.Head.FromMs); // Late samples up to there go along.
            // From here on nothing is appended in order before the boundary, and late samples carry the next epoch: what is read now is all there is.
            var limits = head.ChangeLimits(old => old with { MinValidMs = boundaryMs, Epoch = old.Epoch + 1 });
            var flushed = WriteWindows(before.Head, boundaryMs);
            lock (viewGate) blocks = [.. blocks, .. flushed];
            Interlocked.Add(ref compactions, flushed.Count);
            ReplaceView(new HeadView(boundaryMs, limits.Epoch), view.Tombstones);
            WriteCheckpoint();
        }
    }

    internal void WriteCheckpoint()
    {
        lock (maintenanceGate)
        {
            var (bytes, at) = (log.BytesWritten, clock.GetTimestamp());
            EnsureCheckpointCanBe();
            var generation = log.CommitAndRoll();
            checkpoint.Write(head, view.Head, generation, log.CommitNow); // Series created meanwhile must be known before the checkpoint names them.
            (checkpointedBytes, checkpointedAt) = (bytes, at); // One that failed stays due.
            log.Recycle(generation);
            head.Frames.DropBefore(OldestHeadView().FromMs);
            ForgetAppliedTombstones();
        }
    }

    /// <summary>Each try costs a segment of the log, so that one that must fail is not begun.</summary>
    /// <exception cref="IOException">There is no room for a checkpoint as large as the last, or a file of frames cannot be relied upon.</exception>
    void EnsureCheckpointCanBe()
    {
        head.Frames.ThrowIfSpoiled(view.Head.FromMs);
        var last = new FileInfo(Path.Combine(options.Folder, "checkpoint"));
        if (!last.Exists || last.Length == 0) return;
        using var room = new TemporaryFile(last.FullName + DurableFile.TemporarySuffix);
        DurableFile.Allocate(room.Handle, 0, last.Length);
    }

    async Task MaintainAsync()
    {
        using var timer = new PeriodicTimer(LookInterval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping.Token).ConfigureAwait(false))
            {
                TryMaintain();
            }
        }
        catch (OperationCanceledException)
        {
            // The store closes.
        }
    }

    /// <summary>Whatever happens to one round, the next is begun; the log keeps everything meanwhile.</summary>
    void TryMaintain()
    {
        try
        {
            head.Frames.TryRecover();
            if (!IsMaintenanceDue()) return;
            Maintain(stopping.Token);
            maintenanceFailure = null;
        }
        catch (Exception error)
        {
            if (stopping.IsCancellationRequested) return;
            Interlocked.Increment(ref failedMaintenance);
            maintenanceFailure = $"samples cannot be brought from the log into blocks: {error.Message}; it is tried again";
            if (!DurableFile.IsOfTheDisk(error)) MaintenanceFailed(logger, error); // What the disk refuses is told by who shows the failures.
        }
    }

    /// <summary>The end of the last whole block span that lies half a span behind the newest sample, when the head has samples before it.</summary>
    long? FlushBoundary()
    {
        var spanMs = (long)options.BlockSpan.TotalMilliseconds;
        var oldestMs = head.OldestMs;
        // A sample from the future must not close the present.
        var newestMs = Math.Min(head.NewestMs, NowMs);
        if (oldestMs == long.MaxValue || newestMs <= long.MinValue + spanMs) return null;
        var boundaryMs = FloorTo(newestMs - (spanMs / 2), spanMs);
        return oldestMs < boundaryMs && boundaryMs > view.Head.FromMs ? boundaryMs : null;
    }

    bool IsCheckpointDue()
    {
        var pending = log.BytesWritten - checkpointedBytes;
        return pending > CheckpointLogBytes || (pending > 0 && (hasFloodPassed || clock.GetElapsedTime(checkpointedAt) > CheckpointInterval));
    }

    static long FloorTo(long timeMs, long spanMs) => (timeMs >= 0 ? timeMs / spanMs : ((timeMs + 1) / spanMs) - 1) * spanMs;

    /// <summary>The block spans that have samples to flush, ascending.</summary>
    SortedSet<(long FromMs, long ThroughMs)> Windows(HeadView from, long boundaryMs)
    {
        var spanMs = (long)options.BlockSpan.TotalMilliseconds;
        var starts = new SortedSet<long>();
        foreach (var timeMs in head.LateTimes(from, boundaryMs)) starts.Add(FloorTo(timeMs, spanMs));
        var oldestMs = Math.Max(head.OldestMs, from.FromMs);
        if (oldestMs < boundaryMs && FloorTo(oldestMs, spanMs) + spanMs >= boundaryMs) starts.Add(FloorTo(oldestMs, spanMs));
        else if (oldestMs < boundaryMs) AddWindowsWithSamples(from, boundaryMs, spanMs, starts);
        return [.. starts.Select(start => (start, Math.Min(start + spanMs, boundaryMs) - 1))];
    }

    /// <summary>The head reaches over several spans, maybe years apart: asks each series.</summary>
    void AddWindowsWithSamples(HeadView from, long boundaryMs, long spanMs, SortedSet<long> starts)
    {
        var columns = new SampleColumns();
        for (var index = 0u; index < Catalogue.Count; index++)
        {
            columns.Clear();
            ReadHead(index, from, long.MinValue, boundaryMs - 1, columns);
            foreach (var timeMs in columns.TimesMs.AsSpan(0, columns.Count)) starts.Add(FloorTo(timeMs, spanMs));
        }
    }

    /// <summary>Writes a block for each span that has samples: all of them or, when one fails, none.</summary>
    List<BlockReader> WriteWindows(HeadView from, long boundaryMs)
    {
        var written = new List<BlockReader>();
        try
        {
            foreach (var (fromMs, throughMs) in Windows(from, boundaryMs))
            {
                if (WriteHead(BlocksFolder, from, fromMs, throughMs) is not { } block) continue;
                written.Add(block);
                Flushed(logger, block.SeriesCount, block.SampleCount, block.SizeBytes, Path.GetFileName(block.Path));
            }
            return written;
        }
        catch
        {
            foreach (var block in written)
            {
                block.Release();
                DeleteBlock(block.Path); // The next try writes it again.
            }
            throw;
        }
    }

    /// <summary>Writes a block of what the head holds in a range (both ends inclusive); null when that is nothing.</summary>
    BlockReader? WriteHead(string folder, HeadView from, long fromMs, long throughMs)
    {
        using var writer = new BlockWriter(folder, NextSequence(), []);
        var tombstones = view.Tombstones; // After the sequence: a later deletion then means this block too.
        var columns = new SampleColumns();
        using var labels = new ByteWriter();
        for (var index = 0u; index < Catalogue.Count; index++)
        {
            columns.Clear();
            ReadHead(index, from, fromMs - 1, throughMs, columns);
            tombstones.Apply(Catalogue.IdOf(index), 0, columns, 0);
            if (columns.Count == 0) continue;
            labels.Clear();
            WriteLabels(index, labels);
            writer.AddSeries(Catalogue.IdOf(index), labels.Written, columns);
        }
        return writer.SeriesCount == 0 ? null : writer.Publish();
    }

    void ReadHead(uint index, HeadView from, long afterMs, long throughMs, SampleColumns into)
    {
        var slot = Catalogue.SlotOf(index);
        if (slot != SeriesCatalogue.NoSlot) head.Read(slot - 1, Catalogue.IdOf(index), from, afterMs, throughMs, into);
        into.MergeParts();
    }

    void WriteLabels(uint index, ByteWriter into)
    {
        foreach (var pair in Catalogue.PairsOf(index))
        {
            var name = Catalogue.NameUtf8(pair);
            into.Varint((ulong)name.Length);
            into.Raw(name);
            var value = Catalogue.ValueUtf8(pair);
            into.Varint((ulong)value.Length);
            into.Raw(value);
        }
    }

    void MergeBlocks(CancellationToken cancellation)
    {
        var policy = MergePolicy.For(options.BlockSpan, options.RetentionTime > TimeSpan.Zero ? options.RetentionTime : null);
        while (!cancellation.IsCancellationRequested)
        {
            HashSet<ulong> damaged;
            lock (damagedBlocks) damaged = [.. damagedBlocks.Keys];
            var latestMs = HeadLimits.LatestAt(NowMs); // What lies ahead waits for its time: it must not make the present look old.
            var candidates = blocks.Where(block => !damaged.Contains(block.Sequence) && block.MinMs <= latestMs).Select(block => block.Meta);
            var chosen = MergePlanner.Next([.. candidates], policy);
            if (chosen.Count == 0 || !TryMerge(chosen, cancellation)) return;
        }
    }

    /// <summary>Merges blocks into one. False when an input proved damaged; it is not chosen again.</summary>
    bool TryMerge(IReadOnlyList<BlockMeta> chosen, CancellationToken cancellation)
    {
        var inputs = chosen.Select(meta => blocks.First(block => block.Sequence == meta.Sequence)).ToList();
        var sequence = NextSequence();
        try
        {
            var result = BlockMerge.Run(BlocksFolder, sequence, [.. inputs.Select(block => block.Path)], view.Tombstones, cancellation);
            Replace(inputs, result.Block);
            Interlocked.Increment(ref compactions);
            Merged(logger, inputs.Count, result.Block?.SampleCount ?? 0, result.DuplicateSamples);
            return true;
        }
        catch (CorruptDataException error)
        {
            NoteDamage(inputs.First(block => block.Path == error.Path), error);
            return false;
        }
        catch (OperationCanceledException)
        {
            return false; // The store closes; what was written is deleted again.
        }
    }

    void ApplyRetention()
    {
        TimeSpan? age = options.RetentionTime > TimeSpan.Zero ? options.RetentionTime : null;
        var newestMs = Math.Max(Math.Min(head.NewestMs, NowMs), NewestOfBlocks());
        if (newestMs < TimeRange.MinMs) return;
        var otherBytes = options.RetentionBytes == 0 ? 0 : SizeOnDisk() - blocks.Sum(block => block.SizeBytes);
        var expired = Retention.Expired([.. blocks.Select(block => block.Meta)], newestMs, age, options.RetentionBytes, otherBytes).Select(meta => meta.Sequence).ToHashSet();
        if (expired.Count == 0) return;
        var gone = blocks.Where(block => expired.Contains(block.Sequence)).ToList();
        Replace(gone, null);
        foreach (var block in gone) Expired(logger, Path.GetFileName(block.Path));
    }

    /// <summary>Puts a block in the place of others and deletes their files; queries that have them open are not harmed.</summary>
    void Replace(List<BlockReader> old, BlockReader? successor)
    {
        lock (viewGate) blocks = [.. blocks.Where(block => !old.Contains(block)), .. successor is null ? [] : new[] { successor }];
        ReplaceView(view.Head, view.Tombstones);
        foreach (var block in old)
        {
            block.Release();
            DeleteBlock(block.Path);
        }
        DurableFile.SyncFolder(BlocksFolder);
    }

    /// <summary>A disk that cannot be written keeps it until a later round.</summary>
    void DeleteBlock(string path)
    {
        if (!DurableFile.TryDelete(path)) undeleted.Add(path);
    }

    void DeleteLeftovers()
    {
        if (undeleted.Count > 0) undeleted = [.. undeleted.Where(path => !DurableFile.TryDelete(path))];
    }

    ulong NextSequence() => Interlocked.Increment(ref lastSequence);

    void ReplaceView(HeadView from, Tombstones tombstones)
    {
        StoreView old;
        lock (viewGate)
        {
            old = view;
            Volatile.Write(ref view, AddView(from, tombstones));
        }
        old.Release();
    }

    StoreView AddView(HeadView from, Tombstones tombstones)
    {
        lock (viewGate)
        {
            var added = new StoreView(from, blocks, tombstones, OnReleased);
            liveViews.Add(added);
            return added;
        }
    }

    /// <summary>Once no query sees the older state, the head gives up what blocks hold.</summary>
    void OnReleased(StoreView released)
    {
        HeadView oldest;
        lock (viewGate)
        {
            liveViews.Remove(released);
            if (liveViews.Count == 0 || Oldest() == released.Head) return;
            oldest = Oldest();
        }
        if (IsDisposed || oldest.FromMs == long.MinValue) return;
        head.Trim(oldest);
        head.ReleaseSilent(Catalogue, Math.Min(oldest.FromMs, Math.Min(head.NewestMs, NowMs) - (long)SilentFor.TotalMilliseconds));
    }

    HeadView OldestHeadView()
    {
        lock (viewGate) return Oldest();
    }

    /// <summary>What the live views together may see; a later view sees more than an earlier one only when the clock was set back.</summary>
    HeadView Oldest() => new(liveViews.Min(live => live.Head.FromMs), liveViews.Min(live => live.Head.Epoch));

    [LoggerMessage(LogLevel.Information, "Flushed {Series} series with {Samples} samples ({Bytes} bytes) to {Block}")]
    static partial void Flushed(ILogger logger, long series, long samples, long bytes, string block);

    [LoggerMessage(LogLevel.Information, "Merged {Count} blocks into one of {Samples} samples; {Duplicates} samples were there twice")]
    static partial void Merged(ILogger logger, int count, long samples, long duplicates);

    [LoggerMessage(LogLevel.Information, "Deleted block {Block}: it is past its retention")]
    static partial void Expired(ILogger logger, string block);

    [LoggerMessage(LogLevel.Error, "Background work of the store failed; it is tried again")]
    static partial void MaintenanceFailed(ILogger logger, Exception error);
}
