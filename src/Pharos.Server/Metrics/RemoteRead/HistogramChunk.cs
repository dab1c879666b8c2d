using Pharos.Model.Samples;

namespace Pharos.Server.Metrics.RemoteRead;

/// <summary>Encodes native histograms as Prometheus' chunks of histograms, in which remote read streams them.</summary>
/// <remarks>
/// <para>Shape: big-endian count of samples (16 bits), what is known of a reset (8 bits), the layout that all samples share (zero threshold, schema,
/// spans, custom bounds), then the samples: times, and for each count the difference of differences (whole counts) or the XOR (other counts).</para>
/// <para>Prometheus takes each histogram but the first of a chunk as no reset. So a chunk ends before one that is a reset, and before another layout,
/// before and after a stale marker, and after <see cref="XorChunk.MaxSamples"/>.</para>
/// <para>Whole counts are written as integers, as whoever sent them will have had them; they take a fraction of the space.</para>
/// <para>Source: Prometheus' tsdb chunk format for native histograms (facts).</para>
/// </remarks>
static class HistogramChunk
{
    public const int IntegerEncoding = 2;
    public const int FloatEncoding = 3;

    const byte ResetHeader = 0b1000_0000;
    const byte GaugeHeader = 0b1100_0000;

    /// <summary>Above it doubles leave out integers.</summary>
    const double MaxWhole = 1L << 53;

    /// <summary>Encodes as many of the histograms as one chunk takes, at least one. None of them is null.</summary>
    public static (byte[] Bytes, int Encoding, int Samples) Encode(ReadOnlySpan<long> times, ReadOnlySpan<FloatHistogram?> histograms)
    {
        var first = histograms[0]!;
        var isWhole = HasWholeCounts(first);
        var count = 1;
        while (count < histograms.Length && count < XorChunk.MaxSamples && histograms[count] is { } next && HasWholeCounts(next) == isWhole && Continues(histograms[count - 1]!, next)) count++;
        var chunk = new ChunkBits(count);
        chunk.Bits(first.Hint switch { CounterResetHint.Gauge => GaugeHeader, CounterResetHint.Reset => ResetHeader, _ => 0 }, 8);
        WriteLayout(chunk, first);
        if (isWhole) WriteIntegers(chunk, times[..count], histograms[..count]);
        else WriteFloats(chunk, times[..count], histograms[..count]);
        return (chunk.ToArray(), isWhole ? IntegerEncoding : FloatEncoding, count);
    }

    static bool HasWholeCounts(FloatHistogram histogram) =>
        IsWhole(histogram.Count) && IsWhole(histogram.ZeroCount) && Array.TrueForAll(histogram.PositiveBuckets, IsWhole) && Array.TrueForAll(histogram.NegativeBuckets, IsWhole);

    static bool IsWhole(double count) => count is >= 0 and <= MaxWhole && Math.Floor(count) == count;

    static bool Continues(FloatHistogram before, FloatHistogram next) =>
        !before.IsStale && !next.IsStale && next.Hint != CounterResetHint.Reset
        && before.Hint == CounterResetHint.Gauge == (next.Hint == CounterResetHint.Gauge)
        && before.Schema == next.Schema && before.ZeroThreshold.Equals(next.ZeroThreshold)
        && before.PositiveSpans.AsSpan().SequenceEqual(next.PositiveSpans) && before.NegativeSpans.AsSpan().SequenceEqual(next.NegativeSpans)
        && before.CustomValues.AsSpan().SequenceEqual(next.CustomValues)
        && (next.Hint == CounterResetHint.Gauge || !Falls(before, next));

    static bool Falls(FloatHistogram before, FloatHistogram next) =>
        next.Count < before.Count || next.ZeroCount < before.ZeroCount
        || Falls(before.PositiveBuckets, next.PositiveBuckets) || Falls(before.NegativeBuckets, next.NegativeBuckets);

    static bool Falls(double[] before, double[] next)
    {
        for (var i = 0; i < next.Length; i++)
        {
            if (next[i] < before[i]) return true;
        }
        return false;
    }

    static void WriteLayout(ChunkBits chunk, FloatHistogram histogram)
    {
        if (histogram.IsStale) histogram = new(); // A marker has no buckets; what it carries beside its sum means nothing.
        WriteZeroThreshold(chunk, histogram.ZeroThreshold);
        chunk.VarbitInt(histogram.Schema);
        WriteSpans(chunk, histogram.PositiveSpans);
        WriteSpans(chunk, histogram.NegativeSpans);
        if (!histogram.IsCustom) return;
        chunk.VarbitUint((ulong)histogram.CustomValues.Length);
        foreach (var bound in histogram.CustomValues) WriteBound(chunk, bound);
    }

    /// <summary>Powers of two from 2^-243 to 2^10 in a byte, 0 too; others in full behind a byte of ones.</summary>
    static void WriteZeroThreshold(ChunkBits chunk, double threshold)
    {
        var exponent = threshold > 0 && double.IsNormal(threshold) ? Math.ILogB(threshold) : int.MinValue;
        if (threshold == 0)
        {
            chunk.Bits(0, 8);
        }
        else if (exponent is >= -243 and <= 10 && Math.ScaleB(1, exponent).Equals(threshold))
        {
            chunk.Bits((ulong)(exponent + 244), 8);
        }
        else
        {
            chunk.Bits(0xff, 8);
            chunk.Double(threshold);
        }
    }

    static void WriteSpans(ChunkBits chunk, BucketSpan[] spans)
    {
        chunk.VarbitUint((ulong)spans.Length);
        foreach (var (offset, length) in spans)
        {
            chunk.VarbitUint(length);
            chunk.VarbitInt(offset);
        }
    }

    /// <summary>Whole thousandths that are small as such, one higher; others in full behind a 0.</summary>
    static void WriteBound(ChunkBits chunk, double bound)
    {
        const double maxThousandths = (1 << 25) - 2;
        var thousandths = Math.Round(bound * 1_000);
        if (bound * 1_000 is >= 0 and <= maxThousandths && (thousandths / 1_000).Equals(bound))
        {
            chunk.VarbitUint((ulong)thousandths + 1);
            return;
        }
        chunk.Bits(0, 1);
        chunk.Double(bound);
    }

    static void WriteIntegers(ChunkBits chunk, ReadOnlySpan<long> times, ReadOnlySpan<FloatHistogram?> histograms)
    {
        var first = histograms[0]!;
        if (first.IsStale) first = new() { Sum = first.Sum };
        chunk.VarbitInt(times[0]);
        chunk.VarbitUint((ulong)first.Count);
        chunk.VarbitUint((ulong)first.ZeroCount);
        chunk.Double(first.Sum);
        // Buckets are told by how much they differ from their neighbour, and that by how it changes over time.
        long[] buckets = [.. Differences(first.PositiveBuckets), .. Differences(first.NegativeBuckets)];
        foreach (var bucket in buckets) chunk.VarbitInt(bucket);
        var (timeChange, countChange, zeroChange) = (0L, 0L, 0L);
        var bucketChanges = new long[buckets.Length];
        var window = default(XorWindow);
        for (var i = 1; i < times.Length; i++)
        {
            var (before, next) = (histograms[i - 1]!, histograms[i]!);
            Change(times[i] - times[i - 1], ref timeChange);
            Change((long)next.Count - (long)before.Count, ref countChange);
            Change((long)next.ZeroCount - (long)before.ZeroCount, ref zeroChange);
            chunk.Xor(BitConverter.DoubleToUInt64Bits(next.Sum) ^ BitConverter.DoubleToUInt64Bits(before.Sum), ref window);
            long[] nextBuckets = [.. Differences(next.PositiveBuckets), .. Differences(next.NegativeBuckets)];
            for (var bucket = 0; bucket < buckets.Length; bucket++) Change(nextBuckets[bucket] - buckets[bucket], ref bucketChanges[bucket]);
            buckets = nextBuckets;
        }

        void Change(long change, ref long lastChange)
        {
            chunk.VarbitInt(change - lastChange);
            lastChange = change;
        }
    }

    static IEnumerable<long> Differences(double[] counts)
    {
        for (var i = 0; i < counts.Length; i++) yield return (long)counts[i] - (i == 0 ? 0 : (long)counts[i - 1]);
    }

    static void WriteFloats(ChunkBits chunk, ReadOnlySpan<long> times, ReadOnlySpan<FloatHistogram?> histograms)
    {
        var values = Values(histograms[0]!);
        chunk.VarbitInt(times[0]);
        foreach (var value in values) chunk.Double(value);
        var timeChange = 0L;
        var windows = new XorWindow[values.Length];
        for (var i = 1; i < times.Length; i++)
        {
            var change = times[i] - times[i - 1];
            chunk.VarbitInt(change - timeChange);
            timeChange = change;
            var next = Values(histograms[i]!);
            for (var at = 0; at < next.Length; at++) chunk.Xor(BitConverter.DoubleToUInt64Bits(next[at]) ^ BitConverter.DoubleToUInt64Bits(values[at]), ref windows[at]);
            values = next;
        }

        static double[] Values(FloatHistogram histogram) => histogram.IsStale
            ? [0, 0, histogram.Sum]
            : [histogram.Count, histogram.ZeroCount, histogram.Sum, .. histogram.PositiveBuckets, .. histogram.NegativeBuckets];
    }
}
