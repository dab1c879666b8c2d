using Pharos.AspNetCore.Metrics.Instruments;

namespace Pharos.AspNetCore.Metrics.Exposition;

/// <summary>Writes families as Prometheus' text 0.0.4 or as OpenMetrics 1.0. Allocates nothing per series.</summary>
/// <remarks>Source: Prometheus' exposition formats; the OpenMetrics 1.0 specification.</remarks>
static class TextExposition
{
    /// <param name="collection">Observable series that were not seen in it are gone.</param>
    public static void Write(ByteBuffer output, MetricFamily[] families, OwnMetric[] own, long collection, bool isOpenMetrics)
    {
        foreach (var family in families)
        {
            var hasHead = false;
            foreach (var series in family.All)
            {
                if (family.IsObservable && series.SeenIn != collection) continue;
                if (!hasHead) output.Write(isOpenMetrics ? family.Names.OpenHead : family.Names.PlainHead);
                hasHead = true;
                if (family.Shape == InstrumentShape.Histogram) Histogram(output, family, series, isOpenMetrics);
                else Number(output, family, series, isOpenMetrics);
            }
        }
        foreach (var metric in own)
        {
            var head = new FamilyText(metric.Name, metric.Help, "", metric.IsCounter ? InstrumentShape.Counter : InstrumentShape.Gauge, []);
            output.Write(isOpenMetrics ? head.OpenHead : head.PlainHead);
            output.Write(head.Name);
            output.Write((byte)' ');
            output.Number(metric.Value);
            output.Write((byte)'\n');
        }
        if (isOpenMetrics) output.Write("# EOF\n"u8);
    }

    static void Number(ByteBuffer output, MetricFamily family, Series series, bool isOpenMetrics)
    {
        Start(output, family.Names.Name, series);
        output.Number(series.Value);
        if (isOpenMetrics && family.Shape == InstrumentShape.Counter) Exemplar(output, series, 0);
        output.Write((byte)'\n');
        if (isOpenMetrics) Created(output, family, series);
    }

    static void Histogram(ByteBuffer output, MetricFamily family, Series series, bool isOpenMetrics)
    {
        var names = family.Names;
        var bounds = isOpenMetrics ? names.OpenBounds : names.PlainBounds;
        var total = 0L;
        var buckets = series.Buckets;
        for (var i = 0; i < buckets.Length; i++)
        {
            total += Volatile.Read(in buckets[i]);
            output.Write(names.Bucket);
            if (series.Labels.Text.Length > 0)
            {
                output.Write(series.Labels.Text);
                output.Write((byte)',');
            }
            output.Write(bounds[i]);
            output.Number(total);
            if (isOpenMetrics) Exemplar(output, series, i);
            output.Write((byte)'\n');
        }
        Start(output, names.Sum, series);
        output.Number(series.Value);
        output.Write((byte)'\n');
        Start(output, names.Count, series);
        output.Number(total); // The same total as +Inf, so that the two never disagree.
        output.Write((byte)'\n');
        if (isOpenMetrics) Created(output, family, series);
    }

    static void Created(ByteBuffer output, MetricFamily family, Series series)
    {
        if (family.Names.Created is not { } name) return;
        Start(output, name, series);
        output.Number(series.CreatedUnixMs / 1_000.0);
        output.Write((byte)'\n');
    }

    static void Start(ByteBuffer output, byte[] name, Series series)
    {
        output.Write(name);
        if (series.Labels.Text.Length > 0)
        {
            output.Write((byte)'{');
            output.Write(series.Labels.Text);
            output.Write((byte)'}');
        }
        output.Write((byte)' ');
    }

    static void Exemplar(ByteBuffer output, Series series, int slot)
    {
        if (!series.TryGetExemplar(slot, out var exemplar)) return;
        output.Write(" # {trace_id=\""u8);
        output.Text(exemplar.TraceId.ToHexString());
        output.Write("\",span_id=\""u8);
        output.Text(exemplar.SpanId.ToHexString());
        output.Write("\"} "u8);
        output.Number(exemplar.Value);
        output.Write((byte)' ');
        output.Number(exemplar.UnixMs / 1_000.0);
    }
}
