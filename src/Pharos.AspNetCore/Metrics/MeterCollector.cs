using System.Diagnostics.Metrics;
using System.Numerics;
using Microsoft.Extensions.Logging;
using Pharos.AspNetCore.Metrics.Exposition;
using Pharos.AspNetCore.Metrics.Instruments;

namespace Pharos.AspNetCore.Metrics;

/// <summary>Listens to every meter of the process and writes what they measured.</summary>
/// <remarks>
/// <para>Meters that another host's <see cref="IMeterFactory"/> made are that host's: two hosts in one process do not mix.</para>
/// <para>Threads: measurements come from any; collections are one at a time. Recording neither locks nor allocates once a series exists.</para>
/// <para>Errors: nothing here throws into the application. An observable instrument that throws is left out of that collection and counted.</para>
/// </remarks>
sealed partial class MeterCollector : IDisposable
{
    readonly MeterListener listener = new();
    readonly Dictionary<string, MetricFamily> families = new(StringComparer.Ordinal);
    /// <summary>Names of samples, so that no line of one family looks like one of another: a gauge <c>x_count</c> beside a histogram <c>x</c>.</summary>
    readonly Dictionary<string, string> owners = new(StringComparer.Ordinal);
    readonly MetricsOptions options;
    readonly IMeterFactory? factory;
    readonly TimeProvider time;
    readonly ILogger<MeterCollector> logger;
    readonly Lock familyGate = new();
    readonly SemaphoreSlim collecting = new(1);
    MetricFamily[] sorted = [];
    long unsound;
    long failures;
    long clashes;

    public MeterCollector(MetricsOptions options, TimeProvider time, ILogger<MeterCollector> logger, IMeterFactory? factory = null)
    {
        (this.options, this.time, this.logger, this.factory) = (options, time, logger, factory);
        listener.InstrumentPublished = Publish;
        listener.MeasurementsCompleted = (_, state) => Withdraw((CollectedInstrument)state!);
        Listen<byte>();
        Listen<short>();
        Listen<int>();
        Listen<long>();
        Listen<float>();
        Listen<double>();
        listener.SetMeasurementEventCallback<decimal>(static (_, measurement, tags, state) => ((CollectedInstrument)state!).Record((double)measurement, tags));
        listener.Start();
    }

    /// <summary>Number of the newest collection, which observable instruments answer.</summary>
    public long Collection { get; private set; }

    public long NowUnixMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Asks the observable instruments and writes all series.</summary>
    public async ValueTask WriteAsync(ByteBuffer output, ExpositionFormat format, CancellationToken cancellation)
    {
        await collecting.WaitAsync(cancellation);
        try
        {
            Write(output, format);
        }
        finally
        {
            collecting.Release();
        }
    }

    public void Dispose()
    {
        listener.Dispose();
        collecting.Dispose();
    }

    public void CountUnsound() => Interlocked.Increment(ref unsound);

    public void TellFolded(string name, int maxSeries) => Folded(logger, name, maxSeries);

    void Write(ByteBuffer output, ExpositionFormat format)
    {
        Collection++;
        try
        {
            listener.RecordObservableInstruments();
        }
        catch (AggregateException error)
        {
            failures += error.InnerExceptions.Count;
            foreach (var one in error.InnerExceptions) ObservationFailed(logger, one);
        }
        var current = Volatile.Read(ref sorted);
        if (format == ExpositionFormat.Protobuf) ProtobufExposition.Write(output, current, Own(current), Collection);
        else TextExposition.Write(output, current, Own(current), Collection, isOpenMetrics: format == ExpositionFormat.OpenMetrics);
    }

    /// <summary>What the exposition tells of itself.</summary>
    OwnMetric[] Own(MetricFamily[] current) =>
    [
        new("pharos_exporter_conflicting_instruments", IsCounter: false, "Instruments that are not exposed because another has their name with another shape.", Interlocked.Read(ref clashes)),
        new("pharos_exporter_dropped_measurements_total", IsCounter: true, "Measurements that were not finite, or negative ones of a counter.", Interlocked.Read(ref unsound)),
        new("pharos_exporter_failed_observations_total", IsCounter: true, "Observable instruments that threw when they were asked.", failures),
        new("pharos_exporter_folded_measurements_total", IsCounter: true, "Measurements whose labels were folded into one series because their instrument had too many.", current.Sum(family => family.Folded)),
    ];

    void Publish(Instrument instrument, MeterListener self)
    {
        if (factory is not null && instrument.Meter.Scope is IMeterFactory other && !ReferenceEquals(other, factory)) return;
        if (InstrumentDescription.Of(instrument, options) is not { } description) return;
        if (Join(description) is not { } family)
        {
            Interlocked.Increment(ref clashes);
            Clash(logger, instrument.Name, instrument.Meter.Name, description.Name);
            return;
        }
        KeyValuePair<string, object?>[] constant = [.. instrument.Meter.Tags ?? [], .. instrument.Tags ?? []];
        self.EnableMeasurementEvents(instrument, new CollectedInstrument(family, constant, description.MaxSeries, this));
    }

    /// <summary>The family of that name, a new one, or null: the name stands for something else already.</summary>
    MetricFamily? Join(InstrumentDescription description)
    {
        lock (familyGate)
        {
            if (!families.TryGetValue(description.Name, out var family))
            {
                if (FamilyText.NamesOf(description.Name, description.Shape, description.HasCreatedLine).Any(owners.ContainsKey)) return null;
                family = new(description, time);
                families.Add(family.Name, family);
                foreach (var name in family.Names.SampleNames) owners.Add(name, family.Name);
                Sort();
            }
            else if (family.Shape != description.Shape || family.IsObservable != description.IsObservable || !family.Bounds.AsSpan().SequenceEqual(description.Bounds))
            {
                return null;
            }
            family.Instruments++;
            return family;
        }
    }

    /// <summary>The meter is disposed. The last instrument takes its family along.</summary>
    void Withdraw(CollectedInstrument instrument)
    {
        lock (familyGate)
        {
            var family = instrument.Family;
            if (--family.Instruments > 0) return;
            families.Remove(family.Name);
            foreach (var name in family.Names.SampleNames) owners.Remove(name);
            Sort();
        }
    }

    void Sort() => Volatile.Write(ref sorted, [.. families.Values.OrderBy(family => family.Name, StringComparer.Ordinal)]);

    void Listen<T>() where T : struct, INumber<T> =>
        listener.SetMeasurementEventCallback<T>(static (_, measurement, tags, state) => ((CollectedInstrument)state!).Record(double.CreateTruncating(measurement), tags));

    [LoggerMessage(LogLevel.Warning, "The metric {Name} has more than {MaxSeries} series; further labels are counted together in one series whose values are \"other\". Find the label with too many values, or raise Pharos:Metrics:MaxSeriesPerInstrument")]
    static partial void Folded(ILogger logger, string name, int maxSeries);

    [LoggerMessage(LogLevel.Warning, "The instrument {Instrument} of the meter {Meter} is not exposed: {Name} stands for another kind of metric already. Rename one of them, for example by Pharos:Metrics:Instruments:{Instrument}:Name")]
    static partial void Clash(ILogger logger, string instrument, string meter, string name);

    [LoggerMessage(LogLevel.Debug, "An observable instrument threw when it was asked, and is left out of this scrape")]
    static partial void ObservationFailed(ILogger logger, Exception error);
}
