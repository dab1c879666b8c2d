using Pharos.Model.Samples;
using Pharos.Server.Metrics.RemoteRead;

namespace Pharos.Tests.Server.Metrics.RemoteRead;

public sealed class HistogramChunkTests
{
    [Fact]
    public void Any_histograms_come_back_by_a_plain_reader()
    {
        var random = new Random(11);
        var seen = new HashSet<int>();
        for (var round = 0; round < 300; round++)
        {
            var times = new long[random.Next(1, 300)];
            var histograms = new FloatHistogram?[times.Length];
            var time = random.NextInt64(-1L << 40, 1L << 41);
            var layout = Layout(random);
            for (var i = 0; i < times.Length; i++)
            {
                times[i] = time += random.Next(3) switch { 0 => 15_000, 1 => random.Next(1, 100_000), _ => random.NextInt64(1, 1L << 36) };
                if (random.Next(40) == 0) layout = Layout(random);
                histograms[i] = layout = random.Next(30) == 0 ? layout with { Sum = StaleMarker.Value } : Grown(layout, random);
            }

            var decoded = new List<(long TimeMs, FloatHistogram Histogram)>();
            while (decoded.Count < times.Length)
            {
                var (bytes, encoding, samples) = HistogramChunk.Encode(times.AsSpan(decoded.Count), histograms.AsSpan(decoded.Count));
                Assert.InRange(samples, 1, XorChunk.MaxSamples);
                seen.Add(encoding);
                decoded.AddRange(HistogramChunkReader.Read(bytes, encoding));
            }

            Assert.Equal(times, decoded.Select(sample => sample.TimeMs));
            for (var i = 0; i < times.Length; i++) AssertSame(histograms[i]!, decoded[i].Histogram);
        }
        Assert.Equal([HistogramChunk.IntegerEncoding, HistogramChunk.FloatEncoding], seen.Order());
    }

    [Fact]
    public void A_reset_starts_a_chunk_whether_told_or_seen()
    {
        var one = new FloatHistogram { Count = 5, PositiveSpans = [new(0, 2)], PositiveBuckets = [2, 3] };
        FloatHistogram[] samples = [one, one with { PositiveBuckets = [3, 2] }, one with { Count = 9, PositiveBuckets = [4, 5] }, one with { Count = 9, PositiveBuckets = [4, 5], Hint = CounterResetHint.Reset }];

        Assert.Equal([1, 2, 1], ChunkLengths(samples));
        Assert.Equal([4], ChunkLengths([.. samples.Select(sample => sample with { Hint = CounterResetHint.Gauge })])); // What goes up and down has no resets.
        Assert.Equal(CounterResetHint.Reset, HistogramChunkReader.Read(HistogramChunk.Encode([4], samples.AsSpan(3)).Bytes, HistogramChunk.IntegerEncoding)[0].Histogram.Hint);
    }

    [Fact]
    public void Wholes_and_parts_another_layout_and_a_stale_marker_start_a_chunk()
    {
        var one = new FloatHistogram { Count = 5, PositiveSpans = [new(0, 2)], PositiveBuckets = [2, 3] };

        Assert.Equal([1, 1], ChunkLengths([one, one with { Count = 5.5 }]));
        Assert.Equal([1, 1], ChunkLengths([one, one with { PositiveSpans = [new(1, 2)] }]));
        Assert.Equal([1, 1], ChunkLengths([one, one with { Schema = 1 }]));
        Assert.Equal([1, 1], ChunkLengths([one, one with { ZeroThreshold = 0.5 }]));
        Assert.Equal([1, 1], ChunkLengths([one, one with { Hint = CounterResetHint.Gauge }]));
        Assert.Equal([1, 1, 1], ChunkLengths([one, one with { Sum = StaleMarker.Value }, one]));
    }

    static IEnumerable<int> ChunkLengths(FloatHistogram[] samples)
    {
        long[] times = [.. Enumerable.Range(1, samples.Length)];
        var lengths = new List<int>();
        for (var start = 0; start < samples.Length; start += lengths[^1]) lengths.Add(HistogramChunk.Encode(times.AsSpan(start), samples.AsSpan(start)).Samples);
        return lengths;
    }

    static FloatHistogram Layout(Random random)
    {
        var isCustom = random.Next(3) == 0;
        BucketSpan[] positive = [.. Enumerable.Range(0, random.Next(4)).Select(i => new BucketSpan(random.Next(i == 0 ? -500 : 0, 500), (uint)random.Next(1, 5)))];
        BucketSpan[] negative = isCustom ? [] : [.. Enumerable.Range(0, random.Next(3)).Select(_ => new BucketSpan(random.Next(9), (uint)random.Next(4)))];
        var part = random.Next(2) * 0.25;
        return new()
        {
            Schema = isCustom ? FloatHistogram.CustomBucketsSchema : random.Next(-4, 9),
            ZeroThreshold = random.Next(4) switch { 0 => 0, 1 => Math.ScaleB(1, random.Next(-250, 20)), 2 => double.Epsilon, _ => random.NextDouble() },
            Count = part,
            PositiveSpans = positive,
            NegativeSpans = negative,
            PositiveBuckets = new double[positive.Sum(span => span.Length)],
            NegativeBuckets = new double[negative.Sum(span => span.Length)],
            CustomValues = isCustom ? [-1, 0, 0.005, 1 / 3.0, 33554.43, 1e9, double.PositiveInfinity] : [],
            Hint = random.Next(4) == 0 ? CounterResetHint.Gauge : CounterResetHint.Unknown,
        };
    }

    static FloatHistogram Grown(FloatHistogram histogram, Random random) => histogram with
    {
        Count = histogram.Count + random.NextInt64(1L << random.Next(1, 40)),
        ZeroCount = histogram.ZeroCount + random.Next(3),
        Sum = random.Next(9) == 0 ? double.NaN : random.NextDouble() * 1e6,
        PositiveBuckets = [.. histogram.PositiveBuckets.Select(count => count + random.Next(5))],
        NegativeBuckets = [.. histogram.NegativeBuckets.Select(count => count + random.Next(100_000))],
    };

    static void AssertSame(FloatHistogram expected, FloatHistogram actual)
    {
        Assert.Equal(BitConverter.DoubleToInt64Bits(expected.Sum), BitConverter.DoubleToInt64Bits(actual.Sum));
        if (expected.IsStale) return; // A marker is nothing but its sum.
        Assert.Equal((expected.Schema, expected.ZeroThreshold, expected.Count, expected.ZeroCount), (actual.Schema, actual.ZeroThreshold, actual.Count, actual.ZeroCount));
        Assert.Equal(expected.PositiveSpans, actual.PositiveSpans);
        Assert.Equal(expected.NegativeSpans, actual.NegativeSpans);
        Assert.Equal(expected.PositiveBuckets, actual.PositiveBuckets);
        Assert.Equal(expected.NegativeBuckets, actual.NegativeBuckets);
        Assert.Equal(expected.CustomValues, actual.CustomValues);
        Assert.Equal(expected.Hint == CounterResetHint.Gauge, actual.Hint == CounterResetHint.Gauge);
    }
}
