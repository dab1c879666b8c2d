using System.Runtime.CompilerServices;

namespace Pharos.AspNetCore.Metrics;

/// <summary>The state of one series of an instrument: a number, or a histogram's counts.</summary>
/// <remarks>Threads: any number may record at once; nothing here locks or allocates.</remarks>
sealed class Series
{
    readonly long[] buckets;
    double value;

    /// <param name="labels">The labels as the exposition has them, without braces: <c>method="GET",status="200"</c>.</param>
    public Series(byte[] labels, int bucketCount)
    {
        Labels = labels;
        buckets = bucketCount == 0 ? [] : new long[bucketCount];
    }

    public byte[] Labels { get; }

    /// <summary>The number, or a histogram's sum.</summary>
    public double Value => Volatile.Read(ref value);

    /// <summary>Of an observable instrument: the collection in which the series was last reported.</summary>
    public long SeenIn { get; set; }

    public ReadOnlySpan<long> Buckets => buckets;

    public void Add(double amount)
    {
        var before = Volatile.Read(ref value);
        while (true)
        {
            var seen = Interlocked.CompareExchange(ref value, before + amount, before);
            if (BitConverter.DoubleToInt64Bits(seen) == BitConverter.DoubleToInt64Bits(before)) return;
            before = seen;
        }
    }

    public void Set(double newest) => Volatile.Write(ref value, newest);

    /// <param name="bounds">Upper bounds, ascending; the last bucket is +Inf and not among them.</param>
    public void Observe(double measurement, double[] bounds)
    {
        if (double.IsNaN(measurement)) return; // It has no bucket, and would poison the sum.
        Interlocked.Increment(ref buckets[BucketOf(measurement, bounds)]);
        Add(measurement);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static int BucketOf(double measurement, double[] bounds)
    {
        var bucket = 0; // Few bounds, and most measurements are small: a walk beats a search.
        while (bucket < bounds.Length && measurement > bounds[bucket]) bucket++;
        return bucket;
    }
}
