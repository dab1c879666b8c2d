using Microsoft.Extensions.Logging;
using Pharos.Storage.Series.Chunks;
using Pharos.Storage.Series.Head;

namespace Pharos.Storage.Series;

/// <remarks>
/// Samples ahead of the clock are refused, but an older program took them, and a clock that went ahead and was set back leaves them. In the head they
/// make every true sample of their series a late one until their time comes. They are moved to a block, where they are kept and served for their times.
/// </remarks>
public sealed partial class SeriesStore
{
    /// <summary>Moves what lies ahead of the clock from the head to a block, and bounds by the clock what counts from the newest sample.</summary>
    /// <exception cref="IOException">The disk failed; nothing has changed for readers and writers.</exception>
    internal void SettleAhead()
    {
        lock (maintenanceGate)
        {
            var nowMs = NowMs;
            var latestMs = HeadLimits.LatestAt(nowMs);
            if (view.Tombstones.Reach(latestMs)) DeleteAhead(nowMs, latestMs);
            if (head.NewestMs > latestMs || view.Head.FromMs > nowMs) MoveAhead(nowMs, latestMs);
        }
    }

    void TrySettleAhead()
    {
        try
        {
            SettleAhead();
        }
        catch (IOException error)
        {
            MaintenanceFailed(logger, error);
        }
    }

    void MoveAhead(long nowMs, long latestMs)
    {
        var series = head.Ahead(latestMs);
        if (WriteHead(BlocksFolder, view.Head, latestMs + 1, TimeRange.MaxMs) is { } block)
        {
            lock (viewGate) blocks = [.. blocks, block];
            Moved(logger, block.SampleCount, series.Count, Path.GetFileName(block.Path));
        }
        // Readers first: for a moment they find the samples twice, which is once.
        var spanMs = (long)options.BlockSpan.TotalMilliseconds;
        var fromMs = view.Head.FromMs > nowMs ? FloorTo(nowMs - (spanMs / 2), spanMs) : view.Head.FromMs;
        ReplaceView(view.Head with { FromMs = fromMs }, view.Tombstones);
        head.CutAhead(series, latestMs);
        head.ChangeLimits(limits => limits with { MinValidMs = fromMs });
        if (log.Failure is null) WriteCheckpoint();
    }

    /// <summary>Applies deletions ahead of the clock to the blocks they mean and drops that part of them: it would hide what is written when the time comes.</summary>
    void DeleteAhead(long nowMs, long latestMs)
    {
        MoveAhead(nowMs, latestMs); // A block written now is written without what is deleted.
        foreach (var block in blocks.Where(block => block.MaxMs > latestMs && view.Tombstones.Touch(block.Meta)).ToList())
        {
            if (!TryMerge([block.Meta], CancellationToken.None)) return;
        }
        var through = view.Tombstones.Through(nowMs);
        through.Save(TombstonesPath);
        ReplaceView(view.Head, through);
    }

    [LoggerMessage(LogLevel.Warning, "{Samples} samples of {Series} series lie more than 10 minutes ahead of the clock; they are moved to {Block}, and serve queries of their time")]
    static partial void Moved(ILogger logger, long samples, int series, string block);
}
