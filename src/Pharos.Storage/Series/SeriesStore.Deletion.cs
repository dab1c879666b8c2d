using Pharos.Model.Labels;
using Pharos.Storage.Files;
using Pharos.Storage.Series.Blocks;
using Pharos.Storage.Series.Chunks;
using Pharos.Storage.Series.Head;
using Pharos.Storage.Series.Index;

namespace Pharos.Storage.Series;

public sealed partial class SeriesStore
{
    /// <summary>Deletes the matching series' samples from … through (both inclusive) that are stored now. Queries no longer see them when
    /// this returns; their bytes go with the next merge, or <see cref="CleanTombstones"/>.</summary>
    /// <returns>The number of series that matched.</returns>
    /// <exception cref="IOException">The deletion could not be made durable; nothing was deleted.</exception>
    public int DeleteSeries(IReadOnlyList<LabelMatcher> matchers, long fromMs, long throughMs)
    {
        var series = Matchers.Resolve(matchers, CancellationToken.None);
        if (series.Length == 0 || fromMs > throughMs) return 0;
        lock (maintenanceGate)
        {
            SettleAhead();
            var tombstones = view.Tombstones;
            var latestMs = HeadLimits.LatestAt(NowMs);
            var sequence = Interlocked.Read(ref lastSequence);
            // Clamped to the newest sample there is, so that what is appended later is not meant.
            foreach (var group in series.GroupBy(index => Math.Min(throughMs, NewestOf(index))))
            {
                if (group.Key >= fromMs) tombstones = tombstones.With(group.Select(index => (ulong)Catalogue.IdOf(index)), fromMs, group.Key, sequence);
            }
            if (throughMs > latestMs && blocks.Exists(block => block.MaxMs > latestMs))
            {
                tombstones = tombstones.With(series.Select(index => (ulong)Catalogue.IdOf(index)), Math.Max(fromMs, latestMs + 1), throughMs, sequence);
            }
            tombstones.Save(TombstonesPath);
            ReplaceView(view.Head, tombstones);
            SettleAhead();
        }
        return series.Length;
    }

    /// <summary>Rewrites the blocks that have deleted samples, so that their room is freed.</summary>
    public void CleanTombstones(CancellationToken cancellation = default)
    {
        lock (maintenanceGate)
        {
            foreach (var block in blocks.Where(block => view.Tombstones.Touch(block.Meta)).ToList()) TryMerge([block.Meta], cancellation);
            WriteCheckpoint();
        }
    }

    /// <summary>Puts a consistent copy of the blocks, as links where the disk can, and of the catalogue into a new folder below <c>snapshots/</c>.</summary>
    /// <param name="skipHead">Leaves out what is not in a block yet.</param>
    /// <returns>The name of the folder.</returns>
    public string Snapshot(bool skipHead)
    {
        var now = clock.GetUtcNow();
        var name = $"{now:yyyyMMdd'T'HHmmss'Z'}-{Guid.NewGuid():N}"[..33];
        var target = Path.Combine(options.Folder, "snapshots", name);
        lock (maintenanceGate)
        {
            log.CommitNow(); // So that the copied catalogue names every series.
            try
            {
                WriteSnapshot(target, skipHead);
            }
            catch
            {
                if (Directory.Exists(target)) Directory.Delete(target, recursive: true); // Half of one must neither be taken for whole nor fill the disk.
                throw;
            }
        }
        return name;
    }

    void WriteSnapshot(string target, bool skipHead)
    {
        Directory.CreateDirectory(Path.Combine(target, "catalogue"));
        BlockFolder.Snapshot(blocks, Path.Combine(target, "blocks"));
        if (!skipHead) WriteHead(Path.Combine(target, "blocks"), view.Head, TimeRange.MinMs, TimeRange.MaxMs)?.Release();
        foreach (var path in Directory.EnumerateFiles(Path.Combine(options.Folder, "catalogue"), "series-*.log")) File.Copy(path, Path.Combine(target, "catalogue", Path.GetFileName(path)));
        view.Tombstones.Save(Path.Combine(target, "tombstones"));
        DurableFile.SyncFolder(target);
    }

    /// <summary>Time of the series' newest sample in head or blocks, at least as late as it truly is; what lies ahead of the clock is left out.</summary>
    long NewestOf(uint index)
    {
        var newest = NewestOfBlocks();
        var slot = Catalogue.SlotOf(index);
        return slot == SeriesCatalogue.NoSlot ? newest : Math.Max(head.NewestOf(slot - 1), newest);
    }

    /// <summary>The latest time in blocks that has come; <see cref="long.MinValue"/> when there is none.</summary>
    long NewestOfBlocks()
    {
        var nowMs = NowMs;
        return blocks.Where(block => block.MinMs <= nowMs).Select(block => Math.Min(block.MaxMs, nowMs)).DefaultIfEmpty(long.MinValue).Max();
    }

    /// <summary>Drops ranges that touch no block any more and nothing in the head, so that queries need not look at them.</summary>
    void ForgetAppliedTombstones()
    {
        if (view.Tombstones.IsEmpty) return;
        var heldByHead = new BlockMeta(Math.Max(head.OldestMs, view.Head.FromMs), head.NewestMs, 0, [], 0, 0, 0);
        var needed = view.Tombstones.NeededBy([.. blocks.Select(block => block.Meta), heldByHead]);
        if (needed.SeriesCount == view.Tombstones.SeriesCount) return;
        needed.Save(TombstonesPath);
        ReplaceView(view.Head, needed);
    }
}
