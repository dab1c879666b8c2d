using Pharos.Model.Samples;
using Pharos.Server.Wire;

namespace Pharos.Server.Metrics.RemoteWrite;

/// <summary>Reads a native histogram as remote write and remote read carry it (the message is the same in 1.0 and 2.0).</summary>
/// <remarks>
/// <para>Shape: integer histograms give their buckets as zigzag deltas and their counts as integers, float ones both as doubles; either becomes
/// absolute counts here.</para>
/// <para>Errors: <see cref="MalformedRequestException"/> for what is no histogram message; a message that is one but makes no sense
/// (buckets that do not fit the spans, an unknown schema, too many buckets) gives a reason instead, so that the rest of the request is stored.</para>
/// <para>Source: prompb/types.proto and io/prometheus/write/v2/types.proto (facts).</para>
/// </remarks>
static class HistogramProto
{
    /// <returns>The histogram, or null and the reason why it makes no sense.</returns>
    public static FloatHistogram? Read(ReadOnlySpan<byte> message, int maxBuckets, out long timeMs, out long startMs, out string reason)
    {
        timeMs = startMs = 0;
        double count = 0, sum = 0, zeroThreshold = 0, zeroCount = 0;
        long schema = 0;
        ulong hint = 0;
        List<BucketSpan> negativeSpans = [], positiveSpans = [];
        List<long> negativeDeltas = [], positiveDeltas = [];
        List<double> negativeCounts = [], positiveCounts = [], customValues = [];
        var reader = new ProtoReader(message);
        while (reader.TryNext(out var field))
        {
            switch (field)
            {
                case 1: count = reader.ReadVarint(); break;
                case 2: count = reader.ReadDouble(); break;
                case 3: sum = reader.ReadDouble(); break;
                case 4: schema = reader.ReadSInt64(); break;
                case 5: zeroThreshold = reader.ReadDouble(); break;
                case 6: zeroCount = reader.ReadVarint(); break;
                case 7: zeroCount = reader.ReadDouble(); break;
                case 8: negativeSpans.Add(ReadSpan(reader.ReadBytes())); break;
                case 9: reader.ReadRepeatedVarint(negativeDeltas, ProtoReader.ZigZag); break;
                case 10: reader.ReadRepeatedDouble(negativeCounts); break;
                case 11: positiveSpans.Add(ReadSpan(reader.ReadBytes())); break;
                case 12: reader.ReadRepeatedVarint(positiveDeltas, ProtoReader.ZigZag); break;
                case 13: reader.ReadRepeatedDouble(positiveCounts); break;
                case 14: hint = reader.ReadVarint(); break;
                case 15: timeMs = reader.ReadInt64(); break;
                case 16: reader.ReadRepeatedDouble(customValues); break;
                case 17: startMs = reader.ReadInt64(); break;
                default: reader.Skip(); break;
            }
        }
        var histogram = new FloatHistogram
        {
            Schema = schema is >= int.MinValue and <= int.MaxValue ? (int)schema : int.MinValue,
            ZeroThreshold = zeroThreshold,
            ZeroCount = zeroCount,
            Count = count,
            Sum = sum,
            Hint = hint <= 3 ? (CounterResetHint)hint : CounterResetHint.Unknown,
            NegativeSpans = [.. negativeSpans],
            PositiveSpans = [.. positiveSpans],
            NegativeBuckets = negativeCounts.Count > 0 ? [.. negativeCounts] : Absolute(negativeDeltas),
            PositiveBuckets = positiveCounts.Count > 0 ? [.. positiveCounts] : Absolute(positiveDeltas),
            CustomValues = [.. customValues],
        };
        reason = FaultOf(histogram, maxBuckets) ?? "";
        return reason.Length == 0 ? histogram : null;
    }

    /// <summary>Why the histogram makes no sense, or null.</summary>
    public static string? FaultOf(FloatHistogram histogram, int maxBuckets)
    {
        if (histogram is { IsCustom: false, Schema: < -9 or > 52 }) return $"native histogram with schema {histogram.Schema}, which does not exist";
        if (histogram.PositiveBuckets.Length + histogram.NegativeBuckets.Length + histogram.CustomValues.Length > maxBuckets) return $"native histogram with more than {maxBuckets} buckets";
        if (!Fits(histogram.PositiveSpans, histogram.PositiveBuckets) || !Fits(histogram.NegativeSpans, histogram.NegativeBuckets)) return "native histogram whose buckets do not fit its spans";
        if (histogram.IsStale) return null;
        if (histogram.PositiveBuckets.AsSpan().ContainsAnyInRange(double.NegativeInfinity, -double.Epsilon)
            || histogram.NegativeBuckets.AsSpan().ContainsAnyInRange(double.NegativeInfinity, -double.Epsilon)) return "native histogram with a negative bucket count";
        if (!histogram.IsCustom) return histogram.CustomValues.Length == 0 ? null : "native histogram with custom bounds beside an exponential schema";
        if (histogram.NegativeBuckets.Length > 0 || histogram.ZeroCount != 0) return "native histogram with custom bounds and negative or zero buckets";
        if (histogram.PositiveBuckets.Length > histogram.CustomValues.Length + 1) return "native histogram with more buckets than custom bounds";
        for (var i = 1; i < histogram.CustomValues.Length; i++)
        {
            if (!(histogram.CustomValues[i] > histogram.CustomValues[i - 1])) return "native histogram whose custom bounds do not ascend";
        }
        return null;
    }

    static bool Fits(BucketSpan[] spans, double[] buckets)
    {
        var total = 0L;
        for (var i = 0; i < spans.Length; i++)
        {
            if (i > 0 && spans[i].Offset < 0) return false;
            total += spans[i].Length;
        }
        return total == buckets.Length;
    }

    internal static BucketSpan ReadSpan(ReadOnlySpan<byte> message)
    {
        long offset = 0;
        ulong length = 0;
        var reader = new ProtoReader(message);
        while (reader.TryNext(out var field))
        {
            if (field == 1) offset = reader.ReadSInt64();
            else if (field == 2) length = reader.ReadVarint();
            else reader.Skip();
        }
        if (offset is < int.MinValue or > int.MaxValue || length > uint.MaxValue) throw new MalformedRequestException("protobuf: a bucket span passes 32 bits");
        return new((int)offset, (uint)length);
    }

    internal static double[] Absolute(List<long> deltas)
    {
        var counts = new double[deltas.Count];
        var running = 0L;
        for (var i = 0; i < counts.Length; i++) counts[i] = running = unchecked(running + deltas[i]);
        return counts;
    }
}
