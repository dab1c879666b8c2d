using System.Diagnostics;
using Pharos.AspNetCore.Metrics.Histograms;

namespace Pharos.AspNetCore.Metrics.Instruments;

/// <summary>The state of one series: a number, or a histogram's counts.</summary>
/// <remarks>Threads: any number may record at once. Only a native histogram locks; nothing allocates, but for the first exemplar.</remarks>
sealed class Series
{
    readonly long[] buckets;
    readonly Lock gate = new();
    double value;
    ExemplarSlot[]? exemplars;

    /// <param name="bucketCount">With the last one, +Inf; 0 for all but histograms.</param>
    public Series(LabelSet labels, long createdUnixMs, int bucketCount, ExponentialHistogram? native)
    {
        Labels = labels;
        CreatedUnixMs = createdUnixMs;
        Native = native;
        buckets = bucketCount == 0 ? [] : new long[bucketCount];
    }

    public LabelSet Labels { get; }

    /// <summary>When it began to count.</summary>
    public long CreatedUnixMs { get; }

    /// <summary>Read under <see cref="Gate"/>.</summary>
    public ExponentialHistogram? Native { get; }

    /// <summary>Holds the parts of a native histogram together, so that its count is the sum of its buckets.</summary>
    public Lock Gate => gate;

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
    /// <returns>The bucket.</returns>
    public int Observe(double measurement, double[] bounds)
    {
        var bucket = BucketOf(measurement, bounds);
        if (Native is null)
        {
            Interlocked.Increment(ref buckets[bucket]);
            Add(measurement);
            return bucket;
        }
        lock (gate)
        {
            buckets[bucket]++;
            value += measurement;
            Native.Observe(measurement);
        }
        return bucket;
    }

    /// <param name="slot">The bucket, or 0 for a counter.</param>
    public void Exemplify(int slot, double measurement, Activity activity, long unixMs) => (exemplars ?? CreateExemplars())[slot].Set(measurement, activity, unixMs);

    public bool TryGetExemplar(int slot, out Exemplar exemplar)
    {
        exemplar = default;
        return Volatile.Read(ref exemplars) is { } slots && slots[slot].TryGet(out exemplar);
    }

    ExemplarSlot[] CreateExemplars()
    {
        var slots = new ExemplarSlot[Math.Max(1, buckets.Length)];
        for (var i = 0; i < slots.Length; i++) slots[i] = new();
        return Interlocked.CompareExchange(ref exemplars, slots, null) ?? slots;
    }

    static int BucketOf(double measurement, double[] bounds)
    {
        var bucket = 0; // Few bounds, and most measurements are small: a walk beats a search.
        while (bucket < bounds.Length && measurement > bounds[bucket]) bucket++;
        return bucket;
    }
}
