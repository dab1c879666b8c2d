using Pharos.Model.Samples;

namespace Pharos.Tests.Server.Metrics.RemoteRead;

/// <summary>Reads Prometheus' chunks of native histograms, written from the description of the format.</summary>
static class HistogramChunkReader
{
    /// <param name="chunk">The bytes.</param>
    /// <param name="encoding">2: whole counts; 3: counts as floats.</param>
    public static List<(long TimeMs, FloatHistogram Histogram)> Read(byte[] chunk, int encoding)
    {
        var reader = new ChunkBitReader(chunk);
        var count = (int)reader.Bits(16);
        var header = reader.Bits(8);
        var zeroThreshold = reader.Bits(8) switch { 0 => 0, 255 => reader.Double(), var exponent => Math.ScaleB(0.5, (int)exponent - 243) };
        var schema = (int)reader.VarbitInt();
        var positive = Spans(reader);
        var negative = Spans(reader);
        double[] custom = [];
        if (schema == FloatHistogram.CustomBucketsSchema)
        {
            custom = new double[reader.VarbitUint()];
            for (var i = 0; i < custom.Length; i++) custom[i] = reader.VarbitUint() switch { 0 => reader.Double(), var thousandths => (thousandths - 1) / 1_000.0 };
        }
        var positiveCount = (int)positive.Sum(span => span.Length);
        var buckets = positiveCount + (int)negative.Sum(span => span.Length);
        var counts = (encoding == 2 ? Integers(reader, count, buckets) : Floats(reader, count, buckets)).ToList();
        Assert.True(reader.IsAtEnd);
        return [.. counts.Select((sample, i) => (sample.TimeMs, new FloatHistogram
        {
            Schema = schema,
            ZeroThreshold = zeroThreshold,
            Count = sample.Count,
            ZeroCount = sample.ZeroCount,
            Sum = sample.Sum,
            PositiveSpans = positive,
            NegativeSpans = negative,
            CustomValues = custom,
            PositiveBuckets = encoding == 2 ? Absolute(sample.Buckets[..positiveCount]) : sample.Buckets[..positiveCount],
            NegativeBuckets = encoding == 2 ? Absolute(sample.Buckets[positiveCount..]) : sample.Buckets[positiveCount..],
            Hint = header switch { 0b1100_0000 => CounterResetHint.Gauge, _ when i > 0 => CounterResetHint.NotReset, 0b1000_0000 => CounterResetHint.Reset, _ => CounterResetHint.Unknown },
        }))];
    }

    static BucketSpan[] Spans(ChunkBitReader reader)
    {
        var spans = new BucketSpan[reader.VarbitUint()];
        for (var i = 0; i < spans.Length; i++)
        {
            var length = (uint)reader.VarbitUint();
            spans[i] = new((int)reader.VarbitInt(), length);
        }
        return spans;
    }

    static IEnumerable<(long TimeMs, double Count, double ZeroCount, double Sum, double[] Buckets)> Integers(ChunkBitReader reader, int samples, int buckets)
    {
        long[] values = [reader.VarbitInt(), (long)reader.VarbitUint(), (long)reader.VarbitUint(), .. new long[buckets]];
        var changes = new long[values.Length];
        var sum = default(ChunkBitReader.XorState);
        sum.Start(reader.Bits(64));
        for (var bucket = 3; bucket < values.Length; bucket++) values[bucket] = reader.VarbitInt();
        for (var i = 0; i < samples; i++)
        {
            for (var at = 0; i > 0 && at < values.Length; at++)
            {
                if (at == 3) reader.Xor(ref sum);
                values[at] += changes[at] += reader.VarbitInt();
            }
            if (i > 0 && values.Length == 3) reader.Xor(ref sum);
            yield return (values[0], values[1], values[2], BitConverter.UInt64BitsToDouble(sum.Value), [.. values[3..].Select(value => (double)value)]);
        }
    }

    static IEnumerable<(long TimeMs, double Count, double ZeroCount, double Sum, double[] Buckets)> Floats(ChunkBitReader reader, int samples, int buckets)
    {
        var (time, change) = (reader.VarbitInt(), 0L);
        var states = new ChunkBitReader.XorState[3 + buckets];
        double[] values = [.. Enumerable.Range(0, states.Length).Select(at => states[at].Start(reader.Bits(64)))];
        for (var i = 0; i < samples; i++)
        {
            if (i > 0)
            {
                time += change += reader.VarbitInt();
                values = [.. Enumerable.Range(0, states.Length).Select(at => reader.Xor(ref states[at]))];
            }
            yield return (time, values[0], values[1], values[2], values[3..]);
        }
    }

    static double[] Absolute(double[] differences)
    {
        var counts = new double[differences.Length];
        for (var i = 0; i < counts.Length; i++) counts[i] = differences[i] + (i == 0 ? 0 : counts[i - 1]);
        return counts;
    }
}
