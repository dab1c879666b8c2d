namespace Pharos.Server.Hosting;

/// <summary>How the memory that the process may have is shared out: each share keeps its own bound, so that together they keep the whole.</summary>
/// <remarks>
/// <para>Shares: what the runtime takes before it does anything (its code, the compiler's, stacks); the managed heap, held by the collector's hard limit;
/// the rest is native memory of series. Above its share no new series are taken, and 10 % further no sample.</para>
/// <para>Limits: memory the kernel can drop at will (mapped files) does not count. The work that takes much heap (bodies of scrapes, requests,
/// samples of queries) has bounds that follow from <see cref="HeapBytes"/>, so that it fails by itself and not by the collector.</para>
/// </remarks>
readonly record struct MemoryShares(long CeilingBytes)
{
    /// <summary>Below it nothing would be left for series.</summary>
    public const long LeastCeilingBytes = 96L << 20;

    const long RuntimeBytes = 20L << 20;

    const long LeastHeapBytes = 48L << 20;

    /// <summary>Of the managed heap: half of what the runtime leaves, and enough to start and scrape with.</summary>
    public long HeapBytes => Math.Max(LeastHeapBytes, (CeilingBytes - RuntimeBytes) / 2);

    /// <summary>Of series: less than the other half, because samples of series that are known may need a tenth more.</summary>
    public long SeriesBytes => (CeilingBytes - RuntimeBytes - HeapBytes) / 11 * 10;

    /// <summary>Tells the collector. Once, before the heap has grown.</summary>
    public void Apply()
    {
        AppContext.SetData("GCHeapHardLimit", (ulong)HeapBytes);
        GC.RefreshMemoryLimit();
    }
}
