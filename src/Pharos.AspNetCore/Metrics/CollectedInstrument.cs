using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Pharos.AspNetCore.Metrics;

/// <summary>One instrument of a meter with all its series and its pre-written lines.</summary>
sealed class CollectedInstrument
{
    /// <summary>Bounds for durations in seconds, as Prometheus' clients have them, with two below for fast services.</summary>
    static readonly double[] DefaultBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    public CollectedInstrument(Instrument instrument, InstrumentShape shape, MetricsOptions options)
    {
        Shape = shape;
        IsObservable = instrument.IsObservable;
        Name = PrometheusName.Of(instrument.Name, instrument.Unit, shape);
        Help = EscapeHelp(instrument.Description);
        Bounds = shape == InstrumentShape.Histogram ? BoundsOf(instrument, options) : [];
        BoundTexts = [.. Bounds.Append(double.PositiveInfinity).Select(bound => Encoding.UTF8.GetBytes($"le=\"{BoundText(bound)}\""))];
        Table = new(Math.Max(1, options.MaxSeriesPerInstrument), shape == InstrumentShape.Histogram ? Bounds.Length + 1 : 0);
    }

    public InstrumentShape Shape { get; }

    public bool IsObservable { get; }

    public string Name { get; }

    public string Help { get; }

    public double[] Bounds { get; }

    /// <summary><c>le="0.1"</c> for each bound, +Inf last.</summary>
    public byte[][] BoundTexts { get; }

    public SeriesTable Table { get; }

    /// <summary>Set while observable instruments are asked.</summary>
    public long Collection { get; set; }

    public void Record(double measurement, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var series = Table.Find(tags);
        if (Shape == InstrumentShape.Histogram) series.Observe(measurement, Bounds);
        else if (IsObservable)
        {
            // Folded series add up within one collection; all others are told whole.
            if (series.SeenIn == Collection) series.Add(measurement);
            else series.Set(measurement);
            series.SeenIn = Collection;
        }
        else if (Shape == InstrumentShape.Gauge) series.Set(measurement);
        else series.Add(measurement);
    }

    static double[] BoundsOf(Instrument instrument, MetricsOptions options)
    {
        var advised = instrument switch
        {
            Histogram<double> { Advice.HistogramBucketBoundaries: { Count: > 0 } bounds } => [.. bounds],
            Histogram<float> { Advice.HistogramBucketBoundaries: { Count: > 0 } bounds } => [.. bounds.Select(bound => (double)bound)],
            Histogram<long> { Advice.HistogramBucketBoundaries: { Count: > 0 } bounds } => [.. bounds.Select(bound => (double)bound)],
            Histogram<int> { Advice.HistogramBucketBoundaries: { Count: > 0 } bounds } => [.. bounds.Select(bound => (double)bound)],
            _ => options.HistogramBounds.Count > 0 ? options.HistogramBounds.ToArray() : DefaultBounds,
        };
        return [.. advised.Where(double.IsFinite).Distinct().Order()];
    }

    static string BoundText(double bound) => double.IsPositiveInfinity(bound) ? "+Inf" : bound.ToString(CultureInfo.InvariantCulture);

    static string EscapeHelp(string? help) => (help ?? "").Replace("\\", @"\\", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal).Replace("\r", "", StringComparison.Ordinal);
}
