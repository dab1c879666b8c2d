using Pharos.Model.Samples;
using Pharos.Server.Wire;

namespace Pharos.Server.Metrics.RemoteRead;

/// <summary>Writes a native histogram as <c>prometheus.Histogram</c> with counts as floats; <see cref="RemoteWrite.HistogramProto"/> reads it.</summary>
static class HistogramWriter
{
    public static ProtoWriter Write(FloatHistogram histogram, long timeMs)
    {
        var message = new ProtoWriter();
        message.Double(2, histogram.Count);
        message.Double(3, histogram.Sum);
        message.SInt64(4, histogram.Schema);
        message.Double(5, histogram.ZeroThreshold);
        message.Double(7, histogram.ZeroCount);
        Side(message, 8, histogram.NegativeSpans, 10, histogram.NegativeBuckets);
        Side(message, 11, histogram.PositiveSpans, 13, histogram.PositiveBuckets);
        message.Varint(14, (ulong)histogram.Hint);
        message.Int64(15, timeMs);
        Doubles(message, 16, histogram.CustomValues);
        return message;
    }

    static void Side(ProtoWriter message, int spansField, BucketSpan[] spans, int countsField, double[] counts)
    {
        foreach (var (offset, length) in spans)
        {
            var span = new ProtoWriter();
            span.SInt64(1, offset);
            span.Varint(2, length);
            message.Message(spansField, span);
        }
        Doubles(message, countsField, counts);
    }

    static void Doubles(ProtoWriter message, int field, double[] values)
    {
        if (values.Length == 0) return;
        var packed = new ProtoWriter();
        foreach (var value in values) packed.RawDouble(value);
        message.Message(field, packed);
    }
}
