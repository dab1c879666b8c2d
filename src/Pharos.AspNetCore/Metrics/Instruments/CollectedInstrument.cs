using System.Diagnostics;

namespace Pharos.AspNetCore.Metrics.Instruments;

/// <summary>One instrument of a meter: takes its measurements into the series of its family.</summary>
sealed class CollectedInstrument(MetricFamily family, KeyValuePair<string, object?>[] constant, int maxSeries, MeterCollector collector)
{
    const int EntriesPerSeries = 4;

    readonly SeriesIndex index = new(family, constant, maxSeries * EntriesPerSeries);

    public MetricFamily Family => family;

    public void Record(double measurement, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (!IsSound(measurement))
        {
            collector.CountUnsound();
            return;
        }
        var series = index.Find(tags, out var isFolded);
        if (isFolded && family.CountFolded()) collector.TellFolded(family.Name, maxSeries);
        switch (family.Shape)
        {
            case InstrumentShape.Histogram:
                var bucket = series.Observe(measurement, family.Bounds);
                Exemplify(series, bucket, measurement);
                break;
            case var _ when family.IsObservable:
                // Series that are folded, or told by several instruments, add up within one collection; all others are told whole.
                if (series.SeenIn == collector.Collection) series.Add(measurement);
                else series.Set(measurement);
                series.SeenIn = collector.Collection;
                break;
            case InstrumentShape.Gauge:
                series.Set(measurement);
                break;
            case InstrumentShape.Counter:
                series.Add(measurement);
                Exemplify(series, 0, measurement);
                break;
            default:
                series.Add(measurement);
                break;
        }
    }

    /// <summary>Whether the measurement leaves the series readable: one NaN or infinity would spoil a sum for good, and a counter never falls.</summary>
    bool IsSound(double measurement) => family.Shape switch
    {
        InstrumentShape.Gauge => true,
        InstrumentShape.Counter => measurement >= 0 && double.IsFinite(measurement),
        _ => double.IsFinite(measurement),
    };

    void Exemplify(Series series, int slot, double measurement)
    {
        // Only a span that is kept somewhere is worth pointing at.
        if (Activity.Current is { Recorded: true, IdFormat: ActivityIdFormat.W3C } activity) series.Exemplify(slot, measurement, activity, collector.NowUnixMs);
    }
}
