using System.Text;
using Pharos.AspNetCore.Metrics.Exposition;
using Pharos.AspNetCore.Metrics.Histograms;

namespace Pharos.AspNetCore.Metrics.Instruments;

/// <summary>All series of one exposed name. Instruments of several meters with that name share it: their measurements add up.</summary>
/// <remarks>Limits: at most the given number of series; further labels are folded into one series whose values are all <c>other</c>.</remarks>
sealed class MetricFamily
{
    readonly Lock gate = new();
    readonly Dictionary<string, Series> byLabels = new(StringComparer.Ordinal);
    readonly InstrumentOptions options;
    readonly TimeProvider time;
    readonly int maxSeries;
    Series[] all = new Series[4];
    int count;
    Series? overflow;
    long folded;

    public MetricFamily(InstrumentDescription description, TimeProvider time)
    {
        this.time = time;
        (Name, Shape, IsObservable, options, maxSeries) = (description.Name, description.Shape, description.IsObservable, description.Options, description.MaxSeries);
        Bounds = description.Bounds;
        Names = new(Name, description.Help, description.Unit, Shape, Bounds, description.HasCreatedLine);
    }

    public string Name { get; }

    public InstrumentShape Shape { get; }

    public bool IsObservable { get; }

    public double[] Bounds { get; }

    /// <summary>What every scrape writes of it, as bytes.</summary>
    public FamilyText Names { get; }

    /// <summary>Instruments that record into it now.</summary>
    public int Instruments { get; set; }

    /// <summary>Measurements that were folded into <c>other</c>.</summary>
    public long Folded => Interlocked.Read(ref folded);

    /// <summary>In the order of their creation.</summary>
    public ReadOnlySpan<Series> All
    {
        get
        {
            var known = Volatile.Read(ref count); // Before the array: that one has at least as many.
            return Volatile.Read(ref all).AsSpan(0, known);
        }
    }

    public bool IsFull => Volatile.Read(ref count) >= maxSeries;

    /// <summary>The series of the tags, or the one that takes what is above the limit.</summary>
    public Series Find(ReadOnlySpan<KeyValuePair<string, object?>> constant, ReadOnlySpan<KeyValuePair<string, object?>> tags, out bool isFolded)
    {
        var labels = LabelSet.Of(constant, tags);
        lock (gate)
        {
            isFolded = false;
            if (byLabels.TryGetValue(labels.Key, out var series)) return series;
            isFolded = byLabels.Count >= maxSeries;
            if (isFolded) return overflow ??= Create(LabelSet.Other(constant, tags));
            return byLabels[labels.Key] = Create(labels);
        }
    }

    /// <summary>The series above the limit. The family is full.</summary>
    public Series Overflow(ReadOnlySpan<KeyValuePair<string, object?>> constant, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        Volatile.Read(ref overflow) ?? Find(constant, tags, out _);

    /// <returns>Whether it is the first: then somebody should be told.</returns>
    public bool CountFolded() => Interlocked.Increment(ref folded) == 1;

    Series Create(LabelSet labels)
    {
        var isHistogram = Shape == InstrumentShape.Histogram;
        var series = new Series(labels, time.GetUtcNow().ToUnixTimeMilliseconds(), isHistogram ? Bounds.Length + 1 : 0, isHistogram && options.IsNative ? new ExponentialHistogram(options.MaxSchema, options.MaxNativeBuckets) : null);
        if (count == all.Length)
        {
            var larger = new Series[all.Length * 2];
            all.CopyTo(larger, 0);
            Volatile.Write(ref all, larger);
        }
        all[count] = series;
        Volatile.Write(ref count, count + 1);
        return series;
    }
}
