namespace Pharos.Server.Metrics.RemoteWrite;

/// <summary>What one remote-write request may hold. What passes a limit is refused with the limit named; the rest of the request is stored.</summary>
sealed record RemoteWriteLimits
{
    /// <summary>The usual limits, or what a bounded heap has room for.</summary>
    public static RemoteWriteLimits Within(long? heapBytes)
    {
        var usual = new RemoteWriteLimits();
        return heapBytes is not { } heap ? usual : usual with
        {
            MaxBodyBytes = (int)Math.Min(usual.MaxBodyBytes, heap / 8),
            MaxDecodedBytes = (int)Math.Min(usual.MaxDecodedBytes, heap / 4),
            MaxBytesInWork = Math.Min(usual.MaxBytesInWork, heap / 4),
        };
    }

    /// <summary>Most bytes as received. More is 413.</summary>
    public int MaxBodyBytes { get; init; } = 32 << 20;

    /// <summary>Most bytes after Snappy. More is 413, told by the first bytes of the body.</summary>
    public int MaxDecodedBytes { get; init; } = 128 << 20;

    /// <summary>Bytes of all bodies in work together, as far as they have come; beyond it clients are asked to come again (503).</summary>
    public long MaxBytesInWork { get; init; } = 512L << 20;

    public int MaxLabels { get; init; } = 256;

    public int MaxLabelNameBytes { get; init; } = 4_096;

    public int MaxLabelValueBytes { get; init; } = 64 << 10;

    /// <summary>Buckets of one native histogram, both sides and custom bounds together.</summary>
    public int MaxHistogramBuckets { get; init; } = 5_000;
}
