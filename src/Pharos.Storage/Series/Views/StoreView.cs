using Pharos.Storage.Series.Blocks;
using Pharos.Storage.Series.Head;

namespace Pharos.Storage.Series.Views;

/// <summary>What the store consists of at one moment: blocks, deletions, and from where on the head is needed. Replaced whole, leased by queries.</summary>
/// <remarks>Threads: counting is interlocked. The store holds one lease while the view is the current one; the view holds one of each block.</remarks>
sealed class StoreView
{
    readonly Action<StoreView> released;
    int leases = 1;

    public StoreView(HeadView head, IReadOnlyList<BlockReader> blocks, Tombstones tombstones, Action<StoreView> released)
    {
        Head = head;
        Blocks = ReadingOrder.Of(blocks, block => block.Meta);
        Tombstones = tombstones;
        this.released = released;
        foreach (var block in Blocks)
        {
            Model.Diagnostics.Invariant.Holds(block.TryLease(), $"{block.Path} is part of a new view but was given back");
        }
    }

    public HeadView Head { get; }

    /// <summary>By time; where some overlap, those by sequence, because the lower one wins.</summary>
    public IReadOnlyList<BlockReader> Blocks { get; }

    public Tombstones Tombstones { get; }

    /// <summary>False when the last lease was given back already: take the store's newer view.</summary>
    public bool TryLease()
    {
        for (var seen = Volatile.Read(ref leases); seen > 0;)
        {
            var before = Interlocked.CompareExchange(ref leases, seen + 1, seen);
            if (before == seen) return true;
            seen = before;
        }
        return false;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref leases) != 0) return;
        foreach (var block in Blocks) block.Release();
        released(this);
    }
}
