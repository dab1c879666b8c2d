using Pharos.Storage.Series.Head;

namespace Pharos.Storage.Series;

/// <summary>What the store consists of at one moment: blocks, and from where on the head is needed. Replaced whole, leased by queries.</summary>
/// <remarks>Threads: counting is interlocked. The store itself holds one count while the view is the current one.</remarks>
sealed class StoreView(HeadView head, Action<StoreView> released)
{
    int leases = 1;

    public HeadView Head { get; } = head;

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
        if (Interlocked.Decrement(ref leases) == 0) released(this);
    }
}
