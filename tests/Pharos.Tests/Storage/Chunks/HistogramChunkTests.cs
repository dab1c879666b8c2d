using Pharos.Model.Samples;
using Pharos.Storage.Bytes;
using Pharos.Storage.Chunks;
using Xunit;

namespace Pharos.Tests.Storage.Chunks;

public class HistogramChunkTests
{
    [Fact]
    public void Every_part_of_a_histogram_survives_and_any_range_can_be_read()
    {
        var histograms = Enumerable.Range(0, 300).Select(i => Exponential(i)).ToArray();
        var coded = Encode(histograms);

        foreach (var (first, count) in new[] { (0, 300), (0, 1), (127, 2), (128, 128), (200, 100), (299, 1), (10, 0) })
        {
            var read = Decode(coded, 300, first, count);
            for (var i = 0; i < count; i++) AssertSame(histograms[first + i], read[i]!);
        }
    }

    [Fact]
    public void Custom_bounds_and_gauge_hints_survive()
    {
        var custom = new FloatHistogram
        {
            Schema = FloatHistogram.CustomBucketsSchema,
            Hint = CounterResetHint.Gauge,
            Count = 12.5,
            Sum = double.NaN,
            PositiveSpans = [new BucketSpan(0, 2), new BucketSpan(1, 1)],
            PositiveBuckets = [1.5, -0.0, 11],
            CustomValues = [0.1, 0.5, 1, double.PositiveInfinity],
        };

        AssertSame(custom, Decode(Encode(custom), 1, 0, 1)[0]!);
    }

    [Fact]
    public void A_stale_marker_survives()
    {
        var stale = new FloatHistogram { Sum = StaleMarker.Value };

        Assert.True(Decode(Encode(stale), 1, 0, 1)[0]!.IsStale);
    }

    [Fact]
    public void Any_other_layout_starts_a_new_chunk()
    {
        var one = Exponential(1);
        var layout = HistogramLayout.Of(one);

        Assert.True(layout.Fits(Exponential(2)));
        Assert.False(layout.Fits(one with { Schema = 3 }));
        Assert.False(layout.Fits(one with { Hint = CounterResetHint.Gauge }));
        Assert.False(layout.Fits(one with { ZeroThreshold = 0.5 }));
        Assert.False(layout.Fits(one with { PositiveSpans = [new BucketSpan(-1, 3)] }));
        Assert.False(layout.Fits(one with { NegativeSpans = [] }));
        Assert.False(layout.Fits(one with { CustomValues = [1] }));
    }

    [Fact]
    public void A_cut_at_any_byte_is_told()
    {
        var coded = Encode(Exponential(1), Exponential(2), Exponential(3));
        for (var cut = 0; cut < coded.Length; cut++)
        {
            var part = coded[..cut];
            Assert.Throws<CorruptDataException>(() => Decode(part, 3, 0, 3));
        }
    }

    [Fact]
    public void A_flipped_bit_never_crashes()
    {
        var coded = Encode(Exponential(1), Exponential(2), Exponential(3));
        for (var bit = 0; bit < coded.Length * 8; bit++)
        {
            coded[bit / 8] ^= (byte)(1 << bit % 8);
            try
            {
                Decode(coded, 3, 0, 3);
            }
            catch (CorruptDataException)
            {
                // Told; the page's check sum keeps such bytes away in a block.
            }
            coded[bit / 8] ^= (byte)(1 << bit % 8);
        }
    }

    [Fact]
    public void The_chunk_has_these_bytes()
    {
        var histogram = new FloatHistogram { Schema = 1, ZeroThreshold = 0.5, Count = 3, Sum = 4.5, ZeroCount = 1, PositiveSpans = [new BucketSpan(2, 1)], PositiveBuckets = [2] };

        Assert.Equal("01" + "00" + "02" + "000000000000e03f" + "010401" + "00" + "00" + "024008" + "024012" + "023ff0" + "0140", Convert.ToHexStringLower(Encode(histogram)));
    }

    static FloatHistogram Exponential(int i) => new()
    {
        Schema = 4,
        ZeroThreshold = 1e-9,
        ZeroCount = i,
        Count = 10 * i,
        Sum = i * 1.25,
        Hint = CounterResetHint.NotReset,
        PositiveSpans = [new BucketSpan(-3, 2), new BucketSpan(4, 1)],
        PositiveBuckets = [i, 2 * i, i % 5],
        NegativeSpans = [new BucketSpan(7, 1)],
        NegativeBuckets = [i / 3.0],
    };

    static byte[] Encode(params FloatHistogram[] histograms)
    {
        using var writer = new ByteWriter();
        HistogramChunk.Encode(histograms, writer);
        return writer.Written.ToArray();
    }

    static FloatHistogram?[] Decode(byte[] coded, int count, int first, int wanted)
    {
        var read = new FloatHistogram?[wanted];
        var reader = new ByteReader(coded, "chunk");
        HistogramChunk.Decode(ref reader, count, first, read);
        return read;
    }

    static void AssertSame(FloatHistogram expected, FloatHistogram found)
    {
        Assert.Equal((expected.Schema, expected.Hint, expected.ZeroThreshold, expected.ZeroCount, expected.Count), (found.Schema, found.Hint, found.ZeroThreshold, found.ZeroCount, found.Count));
        Assert.Equal(BitConverter.DoubleToInt64Bits(expected.Sum), BitConverter.DoubleToInt64Bits(found.Sum));
        Assert.Equal(expected.PositiveSpans, found.PositiveSpans);
        Assert.Equal(expected.NegativeSpans, found.NegativeSpans);
        Assert.Equal(expected.PositiveBuckets.Select(BitConverter.DoubleToInt64Bits), found.PositiveBuckets.Select(BitConverter.DoubleToInt64Bits));
        Assert.Equal(expected.NegativeBuckets, found.NegativeBuckets);
        Assert.Equal(expected.CustomValues, found.CustomValues);
    }
}
