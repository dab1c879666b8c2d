using System.Numerics;

namespace Pharos.Server.Load;

/// <summary>Counts of latencies with a relative error below one in a hundred, from a microsecond to nineteen hours.</summary>
/// <remarks>
/// <para>Shape: microseconds. Exact below 256; above, each power of two is cut into 128 equal buckets, so that the width of a bucket is at
/// most 1/128 of its values. Longer ones count as the longest; the maximum is exact.</para>
/// <para>Limits: 3,840 buckets of 8 bytes whatever is recorded. A percentile is told as the upper end of its bucket: never better than it was.</para>
/// <para>Threads: any number record and read at once; a reading made meanwhile may miss what is being recorded.</para>
/// <para>Source: the bucket layout is the one known from HdrHistogram (Tene).</para>
/// </remarks>
sealed class LatencyHistogram
{
    const int ExactBits = 8;
    const int BucketsPerPower = 1 << (ExactBits - 1);
    const int MaxBits = 36;
    const long LongestUs = (1L << MaxBits) - 1;

    readonly long[] counts = new long[(MaxBits - ExactBits + 2) * BucketsPerPower];
    long count;
    long sumUs;
    long maxUs;
    long minUs = long.MaxValue;

    public long Count => Interlocked.Read(ref count);

    public TimeSpan Max => FromUs(Interlocked.Read(ref maxUs));

    /// <summary>Zero when nothing was recorded.</summary>
    public TimeSpan Min => Count == 0 ? TimeSpan.Zero : FromUs(Interlocked.Read(ref minUs));

    /// <summary>Zero when nothing was recorded.</summary>
    public TimeSpan Mean => Count == 0 ? TimeSpan.Zero : FromUs(Interlocked.Read(ref sumUs) / Count);

    /// <summary>A negative latency, which a clock cannot mean, counts as zero.</summary>
    public void Record(TimeSpan latency)
    {
        var us = Math.Clamp(latency.Ticks / TimeSpan.TicksPerMicrosecond, 0, LongestUs);
        Interlocked.Increment(ref counts[IndexOf(us)]);
        Interlocked.Increment(ref count);
        Interlocked.Add(ref sumUs, us);
        Raise(ref maxUs, us);
        Lower(ref minUs, us);
    }

    /// <summary>The latency that the share <paramref name="quantile"/> of all did not exceed; zero when nothing was recorded.</summary>
    /// <param name="quantile">Above 0, at most 1.</param>
    public TimeSpan Percentile(double quantile)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(quantile);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quantile, 1);
        var rank = (long)Math.Ceiling(quantile * Count);
        var seen = 0L;
        for (var index = 0; index < counts.Length; index++)
        {
            seen += Interlocked.Read(ref counts[index]);
            if (rank > 0 && seen >= rank) return FromUs(Math.Min(UpperEnd(index), Interlocked.Read(ref maxUs)));
        }
        return Max;
    }

    internal static int IndexOf(long us)
    {
        var shift = Math.Max(0, 64 - BitOperations.LeadingZeroCount((ulong)us) - ExactBits);
        return shift * BucketsPerPower + (int)(us >> shift);
    }

    /// <summary>The greatest value that falls into the bucket.</summary>
    internal static long UpperEnd(int index)
    {
        var shift = Math.Max(0, index / BucketsPerPower - 1);
        return ((long)(index - shift * BucketsPerPower + 1) << shift) - 1;
    }

    static TimeSpan FromUs(long us) => TimeSpan.FromTicks(us * TimeSpan.TicksPerMicrosecond);

    static void Raise(ref long place, long value)
    {
        for (var seen = Interlocked.Read(ref place); value > seen;)
        {
            var found = Interlocked.CompareExchange(ref place, value, seen);
            if (found == seen) return;
            seen = found;
        }
    }

    static void Lower(ref long place, long value)
    {
        for (var seen = Interlocked.Read(ref place); value < seen;)
        {
            var found = Interlocked.CompareExchange(ref place, value, seen);
            if (found == seen) return;
            seen = found;
        }
    }
}
