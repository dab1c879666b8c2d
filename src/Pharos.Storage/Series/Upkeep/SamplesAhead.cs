using Microsoft.Extensions.Logging;
using Pharos.Storage.Chunks;
using Pharos.Storage.Series.Head;
using Pharos.Storage.Series.Views;
using Pharos.Storage.Wal;

namespace Pharos.Storage.Series.Upkeep;

/// <summary>Moves what lies ahead of the clock from the head to a block.</summary>
/// <remarks>
/// Samples ahead of the clock are refused, but an older program took them, and a clock that went ahead and was set back leaves them. In the head they
/// make every true sample of their series a late one until their time comes. They are moved to a block, where they are kept and served for their times.
/// </remarks>
sealed partial class SamplesAhead(SeriesHead head, StoreViews views, LogWriter log, HeadBlocks headBlocks, BlockUpkeep blocks, StoreDeletions deletions, StoreCheckpoints checkpoints, ILogger logger)
{
    /// <exception cref="IOException">The disk failed; nothing has changed for readers and writers.</exception>
    public void Settle(long nowMs)
    {
        var latestMs = HeadLimits.LatestAt(nowMs);
        if (views.Current.Tombstones.Reach(latestMs)) DeleteAhead(nowMs, latestMs);
        if (head.NewestMs > latestMs || views.Current.Head.FromMs > nowMs) Move(nowMs, latestMs);
    }

    void Move(long nowMs, long latestMs)
    {
        var series = head.Ahead(latestMs);
        if (headBlocks.Write(views.BlocksFolder, views.Current.Head, latestMs + 1, TimeRange.MaxMs) is { } block)
        {
            views.Add([block]);
            Moved(logger, block.SampleCount, series.Count, Path.GetFileName(block.Path));
        }
        // Readers first: for a moment they find the samples twice, which is once.
        var view = views.Current;
        var fromMs = view.Head.FromMs > nowMs ? headBlocks.BoundaryAt(nowMs) : view.Head.FromMs;
        views.Show(view.Head with { FromMs = fromMs }, view.Tombstones);
        head.CutAhead(series, latestMs);
        head.ChangeLimits(limits => limits with { MinValidMs = fromMs });
        if (log.Failure is null) checkpoints.Write();
    }

    /// <summary>Applies deletions ahead of the clock to the blocks they mean and drops that part of them: it would hide what is written when the time comes.</summary>
    void DeleteAhead(long nowMs, long latestMs)
    {
        Move(nowMs, latestMs); // A block written now is written without what is deleted.
        if (blocks.TryApplyDeletions(block => block.MaxMs > latestMs, CancellationToken.None)) deletions.EndAt(nowMs);
    }

    [LoggerMessage(LogLevel.Warning, "{Samples} samples of {Series} series lie more than 10 minutes ahead of the clock; they are moved to {Block}, and serve queries of their time")]
    static partial void Moved(ILogger logger, long samples, int series, string block);
}
