using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Numerics;

namespace Pharos.AspNetCore.Metrics;

/// <summary>Listens to every meter of the process and writes what they measured.</summary>
/// <remarks>
/// <para>Threads: measurements come from any; collections are one at a time. Recording neither locks nor allocates once a series exists.</para>
/// <para>Errors: an observable instrument that throws is left out of that collection; the application is never disturbed.</para>
/// </remarks>
public sealed class MeterCollector : IDisposable
{
    readonly MeterListener listener = new();
    readonly ConcurrentDictionary<Instrument, CollectedInstrument> instruments = new();
    readonly MetricsOptions options;
    readonly Lock gate = new();
    long collections;
    long failures;

    public MeterCollector(MetricsOptions options)
    {
        this.options = options;
        listener.InstrumentPublished = Publish;
        listener.MeasurementsCompleted = (instrument, _) => instruments.TryRemove(instrument, out CollectedInstrument? _);
        Listen<byte>();
        Listen<short>();
        Listen<int>();
        Listen<long>();
        Listen<float>();
        Listen<double>();
        listener.SetMeasurementEventCallback<decimal>(static (_, measurement, tags, state) => ((CollectedInstrument)state!).Record((double)measurement, tags));
        listener.Start();
    }

    /// <summary>Writes all series: Prometheus' text 0.0.4, or OpenMetrics 1.0.</summary>
    public void Write(IBufferWriter<byte> output, bool isOpenMetrics)
    {
        lock (gate)
        {
            collections++;
            foreach (var instrument in instruments.Values) instrument.Collection = collections;
            try
            {
                listener.RecordObservableInstruments();
            }
            catch (AggregateException error)
            {
                failures += error.InnerExceptions.Count;
            }
            var writer = new ExpositionWriter(output, isOpenMetrics);
            // Two meters may have instruments of one name: they are one family, told once.
            foreach (var family in instruments.Values.GroupBy(instrument => instrument.Name, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal))
            {
                var first = family.First();
                writer.Family(first);
                foreach (var instrument in family)
                {
                    if (instrument.Shape == first.Shape) WriteSeries(ref writer, instrument);
                }
            }
            WriteOwn(ref writer);
            writer.End();
        }
    }

    public void Dispose() => listener.Dispose();

    void WriteSeries(ref ExpositionWriter writer, CollectedInstrument instrument)
    {
        foreach (var series in instrument.Table.All)
        {
            if (instrument.IsObservable && series.SeenIn != collections) continue; // Not reported this time: gone.
            if (instrument.Shape == InstrumentShape.Histogram) writer.Histogram(instrument, series);
            else writer.Sample(instrument.Name, series.Labels, series.Value);
        }
    }

    void WriteOwn(ref ExpositionWriter writer)
    {
        var folded = instruments.Values.Sum(instrument => instrument.Table.Folded);
        writer.Own("pharos_exporter_folded_measurements_total", "Measurements whose labels were folded into one series because an instrument had too many series.", folded);
        writer.Own("pharos_exporter_failed_observations_total", "Observable instruments that threw when they were asked.", failures);
    }

    void Publish(Instrument instrument, MeterListener self)
    {
        if (options.IgnoredMeters.Contains(instrument.Meter.Name) || ShapeOf(instrument) is not { } shape) return;
        var collected = instruments.GetOrAdd(instrument, added => new(added, shape, options));
        self.EnableMeasurementEvents(instrument, collected);
    }

    void Listen<T>() where T : struct, INumber<T> =>
        listener.SetMeasurementEventCallback<T>(static (_, measurement, tags, state) => ((CollectedInstrument)state!).Record(double.CreateTruncating(measurement), tags));

    /// <summary>By the generic type's name, since an instrument's kind has no other mark.</summary>
    static InstrumentShape? ShapeOf(Instrument instrument)
    {
        var name = instrument.GetType().Name;
        return name switch
        {
            _ when name.StartsWith("Counter`", StringComparison.Ordinal) || name.StartsWith("ObservableCounter`", StringComparison.Ordinal) => InstrumentShape.Counter,
            _ when name.StartsWith("UpDownCounter`", StringComparison.Ordinal) || name.StartsWith("ObservableUpDownCounter`", StringComparison.Ordinal) => InstrumentShape.UpDown,
            _ when name.StartsWith("Gauge`", StringComparison.Ordinal) || name.StartsWith("ObservableGauge`", StringComparison.Ordinal) => InstrumentShape.Gauge,
            _ when name.StartsWith("Histogram`", StringComparison.Ordinal) => InstrumentShape.Histogram,
            _ => null,
        };
    }
}
