using Pharos.Model.Samples;
using Pharos.Storage.Bytes;

namespace Pharos.Storage.Chunks;

/// <summary>Native histograms as plain bytes, in log and checkpoint, where they are rare.</summary>
/// <remarks>Errors: damaged bytes throw <see cref="CorruptDataException"/>. Counts and bounds are kept bit for bit.</remarks>
static class HistogramCodec
{
    const int MaxBuckets = 1 << 20;

    public static void Write(ByteWriter to, FloatHistogram histogram)
    {
        to.SignedVarint(histogram.Schema);
        to.U8((byte)histogram.Hint);
        to.F64(histogram.ZeroThreshold);
        to.F64(histogram.ZeroCount);
        to.F64(histogram.Count);
        to.F64(histogram.Sum);
        WriteSpans(to, histogram.PositiveSpans);
        WriteNumbers(to, histogram.PositiveBuckets);
        WriteSpans(to, histogram.NegativeSpans);
        WriteNumbers(to, histogram.NegativeBuckets);
        WriteNumbers(to, histogram.CustomValues);
    }

    public static FloatHistogram Read(ref ByteReader from) => new()
    {
        Schema = (int)from.SignedVarint(),
        Hint = (CounterResetHint)from.U8(),
        ZeroThreshold = from.F64(),
        ZeroCount = from.F64(),
        Count = from.F64(),
        Sum = from.F64(),
        PositiveSpans = ReadSpans(ref from),
        PositiveBuckets = ReadNumbers(ref from),
        NegativeSpans = ReadSpans(ref from),
        NegativeBuckets = ReadNumbers(ref from),
        CustomValues = ReadNumbers(ref from),
    };

    /// <summary>Whether both say the same, bit for bit.</summary>
    public static bool Same(FloatHistogram a, FloatHistogram b)
    {
        using var first = new ByteWriter();
        using var second = new ByteWriter();
        Write(first, a);
        Write(second, b);
        return first.Written.SequenceEqual(second.Written);
    }

    static void WriteSpans(ByteWriter to, BucketSpan[] spans)
    {
        to.Varint((ulong)spans.Length);
        foreach (var span in spans)
        {
            to.SignedVarint(span.Offset);
            to.Varint(span.Length);
        }
    }

    static void WriteNumbers(ByteWriter to, double[] numbers)
    {
        to.Varint((ulong)numbers.Length);
        foreach (var number in numbers) to.F64(number);
    }

    static BucketSpan[] ReadSpans(ref ByteReader from)
    {
        var spans = new BucketSpan[from.Count(Math.Min(MaxBuckets, from.Remaining / 2), "spans")];
        for (var i = 0; i < spans.Length; i++) spans[i] = new BucketSpan((int)from.SignedVarint(), (uint)from.Varint());
        return spans;
    }

    static double[] ReadNumbers(ref ByteReader from)
    {
        var numbers = new double[from.Count(Math.Min(MaxBuckets, from.Remaining / 8), "numbers")];
        for (var i = 0; i < numbers.Length; i++) numbers[i] = from.F64();
        return numbers;
    }
}
