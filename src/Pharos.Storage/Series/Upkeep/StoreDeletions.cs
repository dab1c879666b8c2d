using Pharos.Storage.Series.Blocks;
using Pharos.Storage.Series.Head;
using Pharos.Storage.Series.Index;
using Pharos.Storage.Series.Views;

namespace Pharos.Storage.Series.Upkeep;

/// <summary>The file of what was deleted and is still in blocks or the head; nothing else writes it.</summary>
sealed class StoreDeletions(string path, SeriesCatalogue catalogue, SeriesHead head, StoreViews views)
{
    /// <summary>Deletes the series' samples from … through (both inclusive) that are stored now.</summary>
    /// <exception cref="IOException">The deletion could not be made durable; nothing was deleted.</exception>
    public void Add(uint[] series, long fromMs, long throughMs, long nowMs)
    {
        var tombstones = views.Current.Tombstones;
        var latestMs = HeadLimits.LatestAt(nowMs);
        var sequence = views.LastSequence;
        var newestInBlocksMs = views.NewestInBlocks(nowMs);
        // Clamped to the newest sample there is, so that what is appended later is not meant.
        foreach (var group in series.GroupBy(index => Math.Min(throughMs, NewestOf(index, newestInBlocksMs))))
        {
            if (group.Key >= fromMs) tombstones = tombstones.With(group.Select(index => (ulong)catalogue.IdOf(index)), fromMs, group.Key, sequence);
        }
        if (throughMs > latestMs && views.Blocks.Any(block => block.MaxMs > latestMs))
        {
            tombstones = tombstones.With(series.Select(index => (ulong)catalogue.IdOf(index)), Math.Max(fromMs, latestMs + 1), throughMs, sequence);
        }
        Apply(tombstones);
    }

    /// <summary>Takes away what of the deletions lies behind that time.</summary>
    public void EndAt(long timeMs) => Apply(views.Current.Tombstones.Through(timeMs));

    /// <summary>Drops ranges that touch no block any more and nothing in the head, so that queries need not look at them.</summary>
    public void ForgetApplied()
    {
        var view = views.Current;
        if (view.Tombstones.IsEmpty) return;
        var heldByHead = new BlockMeta(Math.Max(head.OldestMs, view.Head.FromMs), head.NewestMs, 0, [], 0, 0, 0);
        var needed = view.Tombstones.NeededBy([.. views.Blocks.Select(block => block.Meta), heldByHead]);
        if (needed.SeriesCount < view.Tombstones.SeriesCount) Apply(needed);
    }

    void Apply(Tombstones tombstones)
    {
        tombstones.Save(path);
        views.Show(views.Current.Head, tombstones);
    }

    /// <summary>Time of the series' newest sample in head or blocks, at least as late as it truly is; what lies ahead of the clock is left out.</summary>
    long NewestOf(uint index, long newestInBlocksMs)
    {
        var slot = catalogue.SlotOf(index);
        return slot == SeriesCatalogue.NoSlot ? newestInBlocksMs : Math.Max(head.NewestOf(slot - 1), newestInBlocksMs);
    }
}
