using Pharos.Storage.Chunks;

namespace Pharos.Storage.Series.Head;

/// <summary>What the head accepts at this moment. Replaced whole, read once per batch.</summary>
/// <param name="MinValidMs">Samples before it would belong to a block that is being written or published.</param>
/// <param name="Epoch">Given to late samples.</param>
sealed record HeadLimits(long MinValidMs, long OutOfOrderWindowMs, int Epoch)
{
    /// <summary>How far a sample may lie ahead of the store's clock, as in Prometheus: clocks differ by seconds, wrong ones by hours and years.</summary>
    const long AheadMs = 10 * 60 * 1000;

    /// <summary>The latest time that a sample may have when the clock shows that time.</summary>
    public static long LatestAt(long nowMs) => Math.Min(TimeRange.MaxMs, nowMs + AheadMs);
}
