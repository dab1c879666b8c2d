using Pharos.Model.Samples;
using Pharos.Server.Metrics.RemoteWrite;
using Pharos.Server.Wire;

namespace Pharos.Server.Metrics.Exposition;

/// <summary>Reads the native part of an <c>io.prometheus.client.Histogram</c>. Its field numbers are others than those of remote write.</summary>
static class ClientHistogram
{
    /// <param name="hasNative">Whether there is a native part: a schema with a zero threshold, or any span.</param>
    public static FloatHistogram Read(ReadOnlySpan<byte> message, out bool hasNative)
    {
        double count = 0, sum = 0, zeroThreshold = 0, zeroCount = 0;
        var schema = 0L;
        hasNative = false;
        List<BucketSpan> negativeSpans = [], positiveSpans = [];
        List<long> negativeDeltas = [], positiveDeltas = [];
        List<double> negativeCounts = [], positiveCounts = [];
        var reader = new ProtoReader(message);
        while (reader.TryNext(out var field))
        {
            switch (field)
            {
                case 1: count = reader.ReadVarint(); break;
                case 2: sum = reader.ReadDouble(); break;
                case 4: count = reader.ReadDouble(); break;
                case 5: schema = reader.ReadSInt64(); break;
                case 6: zeroThreshold = reader.ReadDouble(); break;
                case 7: zeroCount = reader.ReadVarint(); break;
                case 8: zeroCount = reader.ReadDouble(); break;
                case 9: negativeSpans.Add(HistogramProto.ReadSpan(reader.ReadBytes())); break;
                case 10: reader.ReadRepeatedVarint(negativeDeltas, ProtoReader.ZigZag); break;
                case 11: reader.ReadRepeatedDouble(negativeCounts); break;
                case 12: positiveSpans.Add(HistogramProto.ReadSpan(reader.ReadBytes())); break;
                case 13: reader.ReadRepeatedVarint(positiveDeltas, ProtoReader.ZigZag); break;
                case 14: reader.ReadRepeatedDouble(positiveCounts); break;
                default: reader.Skip(); break;
            }
        }
        hasNative = zeroThreshold > 0 || zeroCount > 0 || positiveSpans.Count > 0 || negativeSpans.Count > 0;
        return new()
        {
            Schema = schema is >= int.MinValue and <= int.MaxValue ? (int)schema : int.MinValue,
            ZeroThreshold = zeroThreshold,
            ZeroCount = zeroCount,
            Count = count,
            Sum = sum,
            NegativeSpans = [.. negativeSpans],
            PositiveSpans = [.. positiveSpans],
            NegativeBuckets = negativeCounts.Count > 0 ? [.. negativeCounts] : HistogramProto.Absolute(negativeDeltas),
            PositiveBuckets = positiveCounts.Count > 0 ? [.. positiveCounts] : HistogramProto.Absolute(positiveDeltas),
        };
    }
}
