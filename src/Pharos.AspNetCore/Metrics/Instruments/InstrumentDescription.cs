using System.Diagnostics.Metrics;
using System.Numerics;

namespace Pharos.AspNetCore.Metrics.Instruments;

/// <summary>How an instrument shall be exposed: its own word, then the application's settings, then what is usual.</summary>
sealed record InstrumentDescription
{
    /// <summary>Bounds for durations in seconds, as Prometheus' clients have them, with two below for fast services.</summary>
    static readonly double[] UsualBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    static readonly InstrumentOptions Unset = new();

    public required string Name { get; init; }

    public required string Help { get; init; }

    /// <summary>The unit at the end of the name, or empty.</summary>
    public required string Unit { get; init; }

    public required InstrumentShape Shape { get; init; }

    public required bool IsObservable { get; init; }

    public required double[] Bounds { get; init; }

    /// <summary>Whether a series tells in text since when it counts. Of an observable instrument nobody knows.</summary>
    public required bool HasCreatedLine { get; init; }

    public required int MaxSeries { get; init; }

    public required InstrumentOptions Options { get; init; }

    /// <summary>Null: it is not exposed.</summary>
    public static InstrumentDescription? Of(Instrument instrument, MetricsOptions options)
    {
        if (options.IgnoredMeters.Contains(instrument.Meter.Name) || ShapeOf(instrument) is not { } shape) return null;
        var usual = PrometheusName.Of(instrument.Name, instrument.Unit, shape);
        if (RuntimeNames.Of(instrument) is { } known) (usual, shape) = known;
        if (!options.Instruments.TryGetValue(instrument.Name, out var own) && !options.Instruments.TryGetValue(usual, out own)) own = Unset;
        if (own.IsIgnored) return null;
        var name = own.Name is { Length: > 0 } chosen ? PrometheusName.Metric(chosen) : usual;
        return new()
        {
            Name = name,
            // Never empty: a metric without a word on what it is helps nobody, and linters say so.
            Help = own.Help ?? (instrument.Description is { Length: > 0 } text ? text : $"Instrument {instrument.Name} of the meter {instrument.Meter.Name}."),
            Unit = PrometheusName.UnitAtEnd(name, instrument.Unit, shape),
            Shape = shape,
            IsObservable = instrument.IsObservable,
            Bounds = shape == InstrumentShape.Histogram ? BoundsOf(instrument, own, options) : [],
            HasCreatedLine = options.WritesCreated && !instrument.IsObservable && (shape is InstrumentShape.Counter or InstrumentShape.Histogram),
            MaxSeries = Math.Clamp(own.MaxSeries ?? options.MaxSeriesPerInstrument, 1, 1_000_000),
            Options = own,
        };
    }

    static double[] BoundsOf(Instrument instrument, InstrumentOptions own, MetricsOptions options)
    {
        double[] chosen = own.Bounds.Count > 0 ? [.. own.Bounds] : Advised(instrument) is { Length: > 0 } advised ? advised : options.HistogramBounds.Count > 0 ? [.. options.HistogramBounds] : UsualBounds;
        return [.. chosen.Where(double.IsFinite).Distinct().Order()];
    }

    /// <summary>The bounds that the instrument itself asks for; it may be of any of the seven types of numbers that .NET measures in.</summary>
    static double[] Advised(Instrument instrument) => instrument switch
    {
        Histogram<double> histogram => BoundsIn(histogram),
        Histogram<float> histogram => BoundsIn(histogram),
        Histogram<decimal> histogram => BoundsIn(histogram),
        Histogram<long> histogram => BoundsIn(histogram),
        Histogram<int> histogram => BoundsIn(histogram),
        Histogram<short> histogram => BoundsIn(histogram),
        Histogram<byte> histogram => BoundsIn(histogram),
        _ => [],
    };

    static double[] BoundsIn<T>(Histogram<T> histogram) where T : struct, INumber<T> => [.. (histogram.Advice?.HistogramBucketBoundaries ?? []).Select(double.CreateTruncating)];

    /// <summary>By the generic type's name, since an instrument's kind has no other mark.</summary>
    static InstrumentShape? ShapeOf(Instrument instrument)
    {
        for (var type = instrument.GetType(); type is not null; type = type.BaseType)
        {
            InstrumentShape? shape = type.Name switch
            {
                "Counter`1" or "ObservableCounter`1" => InstrumentShape.Counter,
                "UpDownCounter`1" or "ObservableUpDownCounter`1" => InstrumentShape.UpDown,
                "Gauge`1" or "ObservableGauge`1" => InstrumentShape.Gauge,
                "Histogram`1" => InstrumentShape.Histogram,
                _ => null,
            };
            if (shape is not null) return shape;
        }
        return null;
    }
}
