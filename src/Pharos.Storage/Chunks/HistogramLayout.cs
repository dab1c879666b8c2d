using Pharos.Model.Samples;
using Pharos.Storage.Bytes;

namespace Pharos.Storage.Chunks;

/// <summary>What all histograms of one chunk have in common; a change starts a new chunk.</summary>
/// <remarks>Source: docs/formats/chunk.md.</remarks>
sealed class HistogramLayout
{
    const byte Version = 1;

    /// <summary>More buckets than any sane histogram; Prometheus' own scrape limit is far below.</summary>
    const int MaxBuckets = 1 << 20;

    public required int Schema { get; init; }

    public required double ZeroThreshold { get; init; }

    public required CounterResetHint Hint { get; init; }

    public required BucketSpan[] PositiveSpans { get; init; }

    public required BucketSpan[] NegativeSpans { get; init; }

    public required double[] CustomValues { get; init; }

    public int PositiveCount => BucketsIn(PositiveSpans);

    public int NegativeCount => BucketsIn(NegativeSpans);

    /// <summary>Value frames per frame of the chunk: count, sum, zero count and one per bucket.</summary>
    public int ColumnCount => 3 + PositiveCount + NegativeCount;

    public static HistogramLayout Of(FloatHistogram histogram) => new()
    {
        Schema = histogram.Schema,
        ZeroThreshold = histogram.ZeroThreshold,
        Hint = histogram.Hint,
        PositiveSpans = histogram.PositiveSpans,
        NegativeSpans = histogram.NegativeSpans,
        CustomValues = histogram.CustomValues,
    };

    public bool Fits(FloatHistogram histogram) =>
        Schema == histogram.Schema
        && Hint == histogram.Hint
        && BitConverter.DoubleToInt64Bits(ZeroThreshold) == BitConverter.DoubleToInt64Bits(histogram.ZeroThreshold)
        && PositiveSpans.AsSpan().SequenceEqual(histogram.PositiveSpans)
        && NegativeSpans.AsSpan().SequenceEqual(histogram.NegativeSpans)
        && DoubleBits.Of(CustomValues.AsSpan()).SequenceEqual(DoubleBits.Of(histogram.CustomValues.AsSpan()));

    public void Write(ByteWriter writer)
    {
        writer.U8(Version);
        writer.U8((byte)Hint);
        writer.SignedVarint(Schema);
        writer.F64(ZeroThreshold);
        WriteSpans(writer, PositiveSpans);
        WriteSpans(writer, NegativeSpans);
        writer.Varint((ulong)CustomValues.Length);
        foreach (var value in CustomValues) writer.F64(value);
    }

    public static HistogramLayout Read(ref ByteReader reader)
    {
        var version = reader.U8();
        if (version != Version) reader.Fail($"histogram chunk version {Version}", $"{version}");
        var hint = reader.U8();
        if (hint > (byte)CounterResetHint.Gauge) reader.Fail("a reset hint from 0 to 3", $"{hint}");
        var layout = new HistogramLayout
        {
            Hint = (CounterResetHint)hint,
            Schema = (int)reader.SignedVarint(),
            ZeroThreshold = reader.F64(),
            PositiveSpans = ReadSpans(ref reader),
            NegativeSpans = ReadSpans(ref reader),
            CustomValues = new double[reader.Count(reader.Remaining / sizeof(double), "custom bounds")],
        };
        foreach (ref var value in layout.CustomValues.AsSpan()) value = reader.F64();
        return layout;
    }

    static int BucketsIn(BucketSpan[] spans)
    {
        var count = 0;
        foreach (var span in spans) count += (int)span.Length;
        return count;
    }

    static void WriteSpans(ByteWriter writer, BucketSpan[] spans)
    {
        writer.Varint((ulong)spans.Length);
        foreach (var span in spans)
        {
            writer.SignedVarint(span.Offset);
            writer.Varint(span.Length);
        }
    }

    static BucketSpan[] ReadSpans(ref ByteReader reader)
    {
        var spans = new BucketSpan[reader.Count(reader.Remaining / 2, "spans")];
        var left = MaxBuckets;
        foreach (ref var span in spans.AsSpan())
        {
            var offset = (int)reader.SignedVarint();
            var length = reader.Count(left, "buckets in a span");
            left -= length;
            span = new BucketSpan(offset, (uint)length);
        }
        return spans;
    }
}
