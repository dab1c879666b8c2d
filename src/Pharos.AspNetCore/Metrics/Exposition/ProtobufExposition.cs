using System.Text;
using Pharos.AspNetCore.Metrics.Histograms;
using Pharos.AspNetCore.Metrics.Instruments;

namespace Pharos.AspNetCore.Metrics.Exposition;

/// <summary>Writes families as delimited <c>io.prometheus.client.MetricFamily</c> messages. Allocates nothing per series.</summary>
/// <remarks>Source: metrics.proto of Prometheus' client model; the numbers below are its field numbers.</remarks>
static class ProtobufExposition
{
    // Wire types, as the low three bits of a field's tag.
    const int VarintType = 0, Fixed64Type = 1, BytesType = 2;

    public static void Write(ByteBuffer output, MetricFamily[] families, OwnMetric[] own, long collection)
    {
        foreach (var family in families)
        {
            var start = -1;
            foreach (var series in family.All)
            {
                if (family.IsObservable && series.SeenIn != collection) continue;
                if (start < 0)
                {
                    start = output.Open();
                    output.Write(family.Names.MessageHead);
                }
                Metric(output, family, series);
            }
            if (start >= 0) output.Close(start);
        }
        foreach (var metric in own)
        {
            var start = output.Open();
            output.Write(Head(metric.Name, metric.Help, "", metric.IsCounter ? InstrumentShape.Counter : InstrumentShape.Gauge));
            var inner = Open(output, 4);
            var value = Open(output, metric.IsCounter ? 3 : 2);
            Real(output, 1, metric.Value);
            output.Close(value);
            output.Close(inner);
            output.Close(start);
        }
    }

    /// <summary>Name, help, type and unit of a family.</summary>
    public static byte[] Head(string name, string help, string unit, InstrumentShape shape)
    {
        using var output = new ByteBuffer(512);
        String(output, 1, name);
        String(output, 2, help);
        Tag(output, 3, VarintType);
        output.Varint(shape switch { InstrumentShape.Counter => 0u, InstrumentShape.Histogram => 4u, _ => 1u });
        if (unit.Length > 0) String(output, 5, unit);
        return output.Written.ToArray();
    }

    /// <summary>Labels as fields of a metric.</summary>
    public static byte[] Labels(ReadOnlySpan<KeyValuePair<string, string>> pairs)
    {
        using var output = new ByteBuffer(512);
        foreach (var (name, value) in pairs) Label(output, name, value);
        return output.Written.ToArray();
    }

    static void Metric(ByteBuffer output, MetricFamily family, Series series)
    {
        var metric = Open(output, 4);
        output.Write(series.Labels.Message);
        switch (family.Shape)
        {
            case InstrumentShape.Histogram:
                var histogram = Open(output, 7);
                if (series.Native is null) Classic(output, family, series);
                else
                {
                    lock (series.Gate)
                    {
                        Classic(output, family, series);
                        Native(output, series.Native);
                    }
                }
                Timestamp(output, 15, series.CreatedUnixMs);
                output.Close(histogram);
                break;
            case InstrumentShape.Counter:
                var counter = Open(output, 3);
                Real(output, 1, series.Value);
                Exemplar(output, 2, series, 0);
                if (!family.IsObservable) Timestamp(output, 3, series.CreatedUnixMs);
                output.Close(counter);
                break;
            default:
                var gauge = Open(output, 2);
                Real(output, 1, series.Value);
                output.Close(gauge);
                break;
        }
        output.Close(metric);
    }

    static void Classic(ByteBuffer output, MetricFamily family, Series series)
    {
        var total = 0L;
        var buckets = series.Buckets;
        for (var i = 0; i < buckets.Length; i++)
        {
            total += Volatile.Read(in buckets[i]);
            var bucket = Open(output, 3);
            Tag(output, 1, VarintType);
            output.Varint((ulong)total);
            Real(output, 2, i < family.Bounds.Length ? family.Bounds[i] : double.PositiveInfinity);
            Exemplar(output, 3, series, i);
            output.Close(bucket);
        }
        Tag(output, 1, VarintType);
        output.Varint((ulong)total);
        Real(output, 2, series.Value);
    }

    static void Native(ByteBuffer output, ExponentialHistogram native)
    {
        Tag(output, 5, VarintType);
        output.Varint(ZigZag(native.Schema));
        Real(output, 6, ExponentialHistogram.ZeroThreshold);
        Tag(output, 7, VarintType);
        output.Varint((ulong)native.ZeroCount);
        Side(output, native.Negative, spanField: 9, deltaField: 10);
        Side(output, native.Positive, spanField: 12, deltaField: 13);
    }

    /// <summary>Runs of buckets that are not empty, each with its distance from the last, then the differences of their counts.</summary>
    static void Side(ByteBuffer output, ExponentialBuckets buckets, int spanField, int deltaField)
    {
        var counts = buckets.Counts;
        var end = 0; // The index behind the last run; the first run counts from zero.
        for (var i = 0; i < counts.Length; i++)
        {
            if (counts[i] == 0) continue;
            var start = i;
            while (i < counts.Length && counts[i] > 0) i++;
            var span = Open(output, spanField);
            Tag(output, 1, VarintType);
            output.Varint(ZigZag(buckets.First + start - end));
            Tag(output, 2, VarintType);
            output.Varint((ulong)(i - start));
            output.Close(span);
            end = buckets.First + i;
        }
        var last = 0L;
        foreach (var count in counts)
        {
            if (count == 0) continue;
            Tag(output, deltaField, VarintType);
            output.Varint(ZigZag(count - last));
            last = count;
        }
    }

    static void Exemplar(ByteBuffer output, int field, Series series, int slot)
    {
        if (!series.TryGetExemplar(slot, out var exemplar)) return;
        var message = Open(output, field);
        Label(output, "trace_id", exemplar.TraceId.ToHexString());
        Label(output, "span_id", exemplar.SpanId.ToHexString());
        Real(output, 2, exemplar.Value);
        Timestamp(output, 3, exemplar.UnixMs);
        output.Close(message);
    }

    static void Timestamp(ByteBuffer output, int field, long unixMs)
    {
        var timestamp = Open(output, field);
        Tag(output, 1, VarintType);
        output.Varint((ulong)(unixMs / 1_000));
        Tag(output, 2, VarintType);
        output.Varint((ulong)(unixMs % 1_000 * 1_000_000));
        output.Close(timestamp);
    }

    static void Label(ByteBuffer output, string name, string value)
    {
        var label = Open(output, 1);
        String(output, 1, name);
        String(output, 2, value);
        output.Close(label);
    }

    static void String(ByteBuffer output, int field, string text)
    {
        Tag(output, field, BytesType);
        output.Varint((ulong)Encoding.UTF8.GetByteCount(text));
        output.Text(text);
    }

    static void Real(ByteBuffer output, int field, double value)
    {
        Tag(output, field, Fixed64Type);
        output.Fixed64(BitConverter.DoubleToUInt64Bits(value));
    }

    static int Open(ByteBuffer output, int field)
    {
        Tag(output, field, BytesType);
        return output.Open();
    }

    static void Tag(ByteBuffer output, int field, int type) => output.Varint((ulong)((field << 3) | type));

    static ulong ZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));
}
