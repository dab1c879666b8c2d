using Pharos.Model.Diagnostics;
using Pharos.Model.Samples;
using Pharos.Storage.Bytes;

namespace Pharos.Storage.Chunks;

/// <summary>Native histograms of one layout as columns: count, sum, zero count and one column per bucket.</summary>
/// <remarks>
/// <para>Why columns: a bucket that rarely moves is a constant or a few bits a frame, and all of them use the value codec of floats.</para>
/// <para>Shape: the arrays of a histogram have one count per bucket that its spans name; a caller who breaks this is our bug and throws.</para>
/// <para>Source: docs/formats/chunk.md.</para>
/// </remarks>
static class HistogramChunk
{
    /// <summary>Appends a chunk; all histograms fit the layout of the first.</summary>
    public static void Encode(ReadOnlySpan<FloatHistogram> histograms, ByteWriter writer)
    {
        var layout = HistogramLayout.Of(histograms[0]);
        layout.Write(writer);
        var positive = layout.PositiveCount;
        var negative = layout.NegativeCount;
        Span<double> column = stackalloc double[ValueFrame.MaxCount];
        while (!histograms.IsEmpty)
        {
            var frame = histograms[..Math.Min(histograms.Length, ValueFrame.MaxCount)];
            column = column[..frame.Length];
            foreach (var histogram in frame)
            {
                Invariant.Holds(histogram.PositiveBuckets.Length == positive && histogram.NegativeBuckets.Length == negative,
                    $"a histogram has {histogram.PositiveBuckets.Length}+{histogram.NegativeBuckets.Length} buckets where its spans name {positive}+{negative}");
            }
            for (var i = 0; i < layout.ColumnCount; i++)
            {
                for (var k = 0; k < frame.Length; k++) column[k] = ColumnOf(frame[k], i, positive);
                writer.Commit(ValueFrame.Encode(column, writer.Room(ValueFrame.MaxBytes(frame.Length))));
            }
            histograms = histograms[frame.Length..];
        }
    }

    /// <summary>Decodes samples <paramref name="first"/> … of a chunk that holds <paramref name="count"/>; as many as the destination holds.</summary>
    /// <exception cref="CorruptDataException">The bytes are cut short or no chunk.</exception>
    public static void Decode(ref ByteReader reader, int count, int first, Span<FloatHistogram?> destination)
    {
        var layout = HistogramLayout.Read(ref reader);
        var columns = layout.ColumnCount;
        if (columns > reader.Remaining) reader.Fail($"{columns} columns", $"{reader.Remaining} bytes");
        var decoded = new double[Math.Min(count, ValueFrame.MaxCount) * columns];
        for (var at = 0; at < count && at < first + destination.Length; at += ValueFrame.MaxCount)
        {
            var length = Math.Min(ValueFrame.MaxCount, count - at);
            var isWanted = at + length > first;
            for (var i = 0; i < columns; i++)
            {
                if (isWanted) ValueFrame.Decode(ref reader, decoded.AsSpan(i * length, length));
                else ValueFrame.Skip(ref reader, length);
            }
            if (!isWanted) continue;
            var end = Math.Min(at + length, first + destination.Length);
            for (var k = Math.Max(at, first); k < end; k++) destination[k - first] = Build(layout, decoded, length, k - at);
        }
    }

    static double ColumnOf(FloatHistogram histogram, int column, int positive) => column switch
    {
        0 => histogram.Count,
        1 => histogram.Sum,
        2 => histogram.ZeroCount,
        _ when column < 3 + positive => histogram.PositiveBuckets[column - 3],
        _ => histogram.NegativeBuckets[column - 3 - positive],
    };

    static FloatHistogram Build(HistogramLayout layout, double[] columns, int length, int sample)
    {
        var positive = layout.PositiveCount;
        return new FloatHistogram
        {
            Schema = layout.Schema,
            ZeroThreshold = layout.ZeroThreshold,
            Hint = layout.Hint,
            PositiveSpans = layout.PositiveSpans,
            NegativeSpans = layout.NegativeSpans,
            CustomValues = layout.CustomValues,
            Count = columns[sample],
            Sum = columns[length + sample],
            ZeroCount = columns[2 * length + sample],
            PositiveBuckets = Buckets(columns, 3, positive, length, sample),
            NegativeBuckets = Buckets(columns, 3 + positive, layout.NegativeCount, length, sample),
        };
    }

    static double[] Buckets(double[] columns, int firstColumn, int count, int length, int sample)
    {
        if (count == 0) return [];
        var buckets = new double[count];
        for (var i = 0; i < count; i++) buckets[i] = columns[(firstColumn + i) * length + sample];
        return buckets;
    }
}
