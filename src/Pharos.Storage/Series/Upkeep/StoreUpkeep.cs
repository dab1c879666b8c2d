using Microsoft.Extensions.Logging;
using Pharos.Storage.Files;
using Pharos.Storage.Series.Head;
using Pharos.Storage.Series.Views;
using Pharos.Storage.Wal;

namespace Pharos.Storage.Series.Upkeep;

/// <summary>All that changes what is stored behind the head: flushing, checkpoints, merging, retention, deletion. One at a time, and by itself when it is due.</summary>
/// <remarks>
/// <para>Owns the gate under which all of it runs, and when it ran last. Whatever happens to one round, the next is begun; the log keeps everything meanwhile.</para>
/// <para>Threads: public members are safe for all. Lifetime: <see cref="StopAsync"/> before what it works on is freed.</para>
/// </remarks>
sealed partial class StoreUpkeep
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>How often it is looked whether something is due.</summary>
    static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    readonly Lock gate = new();
    readonly CancellationTokenSource stopping = new();
    readonly SeriesHead head;
    readonly StoreViews views;
    readonly LogWriter log;
    readonly TimeProvider clock;
    readonly ILogger logger;
    readonly HeadBlocks headBlocks;
    readonly BlockUpkeep blocks;
    readonly StoreDeletions deletions;
    readonly StoreCheckpoints checkpoints;
    readonly SamplesAhead ahead;
    volatile UpkeepSettings settings;
    volatile string? failure;
    Task running = Task.CompletedTask;
    long maintainedAt;
    bool isLastRoundSound = true;
    long failedRounds;

    public StoreUpkeep(UpkeepSettings settings, Checkpoint checkpoint, StoreViews views, LogWriter log, TimeProvider clock, ILogger logger)
    {
        (this.settings, head, this.views, this.log, this.clock, this.logger) = (settings, views.Head, views, log, clock, logger);
        headBlocks = new HeadBlocks(views.Catalogue, head, views, (long)settings.BlockSpan.TotalMilliseconds, logger);
        blocks = new BlockUpkeep(views, clock, logger);
        deletions = new StoreDeletions(Path.Combine(settings.Folder, "tombstones"), views.Catalogue, head, views);
        checkpoints = new StoreCheckpoints(checkpoint, Path.Combine(settings.Folder, "checkpoint"), head, views, log, deletions, clock);
        ahead = new SamplesAhead(head, views, log, headBlocks, blocks, deletions, checkpoints, logger);
        maintainedAt = clock.GetTimestamp();
    }

    /// <summary>What keeps it from its work now; null while all is well.</summary>
    public string? Failure => failure;

    public long FailedRounds => Interlocked.Read(ref failedRounds);

    public long BlocksWritten => blocks.Written;

    /// <summary>Puts what was brought back in order, and begins to look.</summary>
    /// <param name="isDamaged">Checkpoint or log were not what was written: what could be brought back goes into a new checkpoint, so that the next start meets no damage.</param>
    /// <param name="firstGeneration">First segment of the log that is still needed.</param>
    public void Start(bool isDamaged, uint firstGeneration, bool runs)
    {
        if (isDamaged) Try(WriteCheckpoint); // When it cannot be, all that is damaged stays where it is, and the next checkpoint takes its place.
        else log.Recycle(firstGeneration);
        Try(SettleAhead);
        if (runs) running = Task.Run(RunAsync);
    }

    public void Reconfigure(TimeSpan retentionTime, long retentionBytes) => settings = settings with { RetentionTime = retentionTime, RetentionBytes = retentionBytes };

    public async Task StopAsync()
    {
        await stopping.CancelAsync().ConfigureAwait(false);
        await running.ConfigureAwait(false);
        stopping.Dispose();
    }

    /// <summary>Does whatever is due now.</summary>
    public void Maintain(CancellationToken cancellation)
    {
        lock (gate)
        {
            (maintainedAt, isLastRoundSound) = (clock.GetTimestamp(), false);
            var isFlood = IsFlooded();
            views.DeleteLeftovers();
            try
            {
                ahead.Settle(NowMs);
                if (log.Failure is null)
                {
                    if (headBlocks.Boundary(NowMs) is { } boundaryMs) FlushHead(boundaryMs);
                    else if (checkpoints.IsDue()) checkpoints.Write();
                }
                checkpoints.HasFloodPassed = isFlood;
            }
            finally
            {
                blocks.ApplyRetention(settings); // Also when the disk refused: it makes the room that all else needs.
            }
            views.Damage.TellMended(views.Blocks);
            blocks.Merge(settings, cancellation);
            isLastRoundSound = true;
        }
    }

    /// <summary>Regularly, and at once in a flood: a day may come within seconds, and its log takes seven times the bytes of its blocks.</summary>
    public bool IsDue()
    {
        lock (gate)
        {
            if (clock.GetElapsedTime(maintainedAt) >= Interval) return true;
            return isLastRoundSound && IsFlooded(); // What just failed waits for its turn.
        }
    }

    /// <summary>Moves what lies before the boundary from the head to blocks, and checkpoints.</summary>
    public void FlushHead(long boundaryMs)
    {
        lock (gate)
        {
            var before = views.Current;
            boundaryMs = Math.Max(boundaryMs, before.Head.FromMs); // Late samples up to there go along.
            // From here on nothing is appended in order before the boundary, and late samples carry the next epoch: what is read now is all there is.
            var limits = head.ChangeLimits(old => old with { MinValidMs = boundaryMs, Epoch = old.Epoch + 1 });
            var flushed = headBlocks.WriteSpans(before.Head, boundaryMs);
            views.Add(flushed);
            blocks.CountWritten(flushed.Count);
            views.Show(new HeadView(boundaryMs, limits.Epoch), views.Current.Tombstones);
            checkpoints.Write();
        }
    }

    public void WriteCheckpoint()
    {
        lock (gate) checkpoints.Write();
    }

    /// <summary>Moves what lies ahead of the clock from the head to a block, and bounds by the clock what counts from the newest sample.</summary>
    /// <exception cref="IOException">The disk failed; nothing has changed for readers and writers.</exception>
    public void SettleAhead()
    {
        lock (gate) ahead.Settle(NowMs);
    }

    /// <summary>Deletes the series' samples from … through (both inclusive) that are stored now.</summary>
    /// <exception cref="IOException">The deletion could not be made durable; nothing was deleted.</exception>
    public void Delete(uint[] series, long fromMs, long throughMs)
    {
        lock (gate)
        {
            ahead.Settle(NowMs);
            deletions.Add(series, fromMs, throughMs, NowMs);
            ahead.Settle(NowMs);
        }
    }

    /// <summary>Rewrites the blocks that have deleted samples, so that their room is freed.</summary>
    public void ApplyDeletions(CancellationToken cancellation)
    {
        lock (gate)
        {
            blocks.TryApplyDeletions(_ => true, cancellation);
            checkpoints.Write();
        }
    }

    /// <summary>Puts a consistent copy into a folder of its own.</summary>
    /// <returns>The name of the folder.</returns>
    public string Copy(bool skipHead)
    {
        lock (gate)
        {
            log.CommitNow(); // So that the copied catalogue names every series.
            return new StoreCopy(settings.Folder, views, headBlocks).Make(clock.GetUtcNow(), skipHead);
        }
    }

    /// <summary>Does something else to the blocks while nothing here does.</summary>
    public T Alone<T>(Func<T> work)
    {
        lock (gate) return work();
    }

    bool IsFlooded() => checkpoints.PendingBytes > settings.FloodLogBytes;

    long NowMs => clock.GetUtcNow().ToUnixTimeMilliseconds();

    async Task RunAsync()
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

    void TryMaintain()
    {
        try
        {
            head.Frames.TryRecover();
            if (!IsDue()) return;
            Maintain(stopping.Token);
            failure = null;
        }
        catch (Exception error)
        {
            if (stopping.IsCancellationRequested) return;
            Interlocked.Increment(ref failedRounds);
            failure = $"samples cannot be brought from the log into blocks: {error.Message}; it is tried again";
            if (!DurableFile.IsOfTheDisk(error)) Failed(logger, error); // What the disk refuses is told by who shows the failures.
        }
    }

    void Try(Action work)
    {
        try
        {
            work();
        }
        catch (IOException error)
        {
            Failed(logger, error);
        }
    }

    [LoggerMessage(LogLevel.Error, "Background work of the store failed; it is tried again")]
    static partial void Failed(ILogger logger, Exception error);
}
