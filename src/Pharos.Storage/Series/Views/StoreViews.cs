using Pharos.Storage.Files;
using Pharos.Storage.Series.Blocks;
using Pharos.Storage.Series.Head;
using Pharos.Storage.Series.Index;

namespace Pharos.Storage.Series.Views;

/// <summary>Which blocks are in use, the view that queries get, and all older views that are still leased. Nothing else gives a block away or deletes its file.</summary>
/// <remarks>
/// <para>Threads: safe for all; blocks and views are changed by one at a time, the upkeep.</para>
/// <para>Lifetime: it holds one lease of each block in use, and each view its own; a file that is deleted is read on by views that have it.</para>
/// </remarks>
sealed class StoreViews
{
    static readonly TimeSpan SilentFor = TimeSpan.FromHours(1);

    readonly Lock gate = new();
    readonly List<StoreView> live = [];
    readonly TimeProvider clock;
    volatile IReadOnlyList<BlockReader> blocks;
    StoreView current;
    ulong lastSequence;
    bool isClosed;
    List<string> undeleted = []; // Files of blocks that are no longer in use, on a disk that could not be written.

    public StoreViews(string blocksFolder, BlockFolder found, HeadView from, Tombstones tombstones, SeriesCatalogue catalogue, SeriesHead head, StoreDamage damage, TimeProvider clock)
    {
        (BlocksFolder, Catalogue, Head, Damage, this.clock) = (blocksFolder, catalogue, head, damage, clock);
        blocks = found.Blocks;
        lastSequence = found.HighestSequence;
        current = Add(from, tombstones);
    }

    public string BlocksFolder { get; }

    public SeriesCatalogue Catalogue { get; }

    public SeriesHead Head { get; }

    public StoreDamage Damage { get; }

    public StoreView Current => Volatile.Read(ref current);

    /// <summary>All that are in use, also those that the current view does not show yet.</summary>
    public IReadOnlyList<BlockReader> Blocks => blocks;

    public ulong LastSequence => Interlocked.Read(ref lastSequence);

    public bool HasLive
    {
        get
        {
            lock (gate) return live.Count > 0;
        }
    }

    /// <summary>What the live views together may see; a later view sees more than an earlier one only when the clock was set back.</summary>
    public HeadView OldestHead
    {
        get
        {
            lock (gate) return Oldest();
        }
    }

    /// <summary>The current view with a lease of the caller's.</summary>
    public StoreView Lease()
    {
        while (true)
        {
            var leased = Current;
            if (leased.TryLease()) return leased;
        }
    }

    /// <summary>The latest time in blocks that has come; <see cref="long.MinValue"/> when there is none.</summary>
    public long NewestInBlocks(long nowMs) =>
        blocks.Where(block => block.MinMs <= nowMs).Select(block => Math.Min(block.MaxMs, nowMs)).DefaultIfEmpty(long.MinValue).Max();

    public ulong NextSequence() => Interlocked.Increment(ref lastSequence);

    /// <summary>Takes blocks over that the next view is to show.</summary>
    public void Add(IReadOnlyList<BlockReader> written)
    {
        lock (gate) blocks = [.. blocks, .. written];
    }

    /// <summary>Makes another view the current one.</summary>
    public void Show(HeadView from, Tombstones tombstones)
    {
        StoreView old;
        lock (gate)
        {
            old = current;
            Volatile.Write(ref current, Add(from, tombstones));
        }
        old.Release();
    }

    /// <summary>Puts a block in the place of others and deletes their files; queries that have them open are not harmed.</summary>
    public void Replace(List<BlockReader> old, BlockReader? successor)
    {
        lock (gate) blocks = [.. blocks.Where(block => !old.Contains(block)), .. successor is null ? [] : new[] { successor }];
        Show(Current.Head, Current.Tombstones);
        foreach (var block in old) Discard(block);
        DurableFile.SyncFolder(BlocksFolder);
    }

    /// <summary>Gives a block back and deletes its file. A disk that cannot be written keeps it until a later round.</summary>
    public void Discard(BlockReader block)
    {
        block.Release();
        if (!DurableFile.TryDelete(block.Path)) undeleted.Add(block.Path);
    }

    public void DeleteLeftovers()
    {
        if (undeleted.Count > 0) undeleted = [.. undeleted.Where(path => !DurableFile.TryDelete(path))];
    }

    /// <summary>No query gets a view any more; those that have one keep it.</summary>
    public void Close()
    {
        Volatile.Write(ref isClosed, true);
        Current.Release();
    }

    /// <summary>Gives the blocks back, once nothing is live.</summary>
    public void Free()
    {
        foreach (var block in blocks) block.Release(); // The store's own lease, beside the views'.
    }

    StoreView Add(HeadView from, Tombstones tombstones)
    {
        lock (gate)
        {
            var added = new StoreView(from, blocks, tombstones, OnReleased);
            live.Add(added);
            return added;
        }
    }

    /// <summary>Once no query sees the older state, the head gives up what blocks hold.</summary>
    void OnReleased(StoreView released)
    {
        HeadView oldest;
        lock (gate)
        {
            live.Remove(released);
            if (live.Count == 0 || Oldest() == released.Head) return;
            oldest = Oldest();
        }
        if (Volatile.Read(ref isClosed) || oldest.FromMs == long.MinValue) return;
        Head.Trim(oldest);
        Head.ReleaseSilent(Catalogue, Math.Min(oldest.FromMs, Math.Min(Head.NewestMs, clock.GetUtcNow().ToUnixTimeMilliseconds()) - (long)SilentFor.TotalMilliseconds));
    }

    HeadView Oldest() => new(live.Min(view => view.Head.FromMs), live.Min(view => view.Head.Epoch));
}
