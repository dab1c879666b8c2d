using Pharos.Model.Labels;
using Pharos.Model.Samples;
using Pharos.Query.PromQL.Functions;
using Pharos.Query.PromQL.Histograms;

namespace Pharos.Query.PromQL.Testing;

/// <summary>Stores the samples of load commands.</summary>
public static class TestLoader
{
    internal static void Load(LoadCommand load, MemorySource source)
    {
        foreach (var (labels, points, offsets) in load.Series)
        {
            var series = source.Series(labels);
            FloatHistogram? previous = null;
            for (var i = 0; i < points.Count; i++)
            {
                if (points[i].IsMissing) continue;
                var atMs = i * load.StepMs;
                var startMs = offsets is not null && i < offsets.Count && offsets[i] is { } offset ? atMs + offset : 0;
                var histogram = points[i].Histogram;
                if (histogram is not null) histogram = histogram with { Hint = StoredHint(histogram, previous) };
                series.Add(atMs, points[i].Value, histogram, startMs);
                previous = histogram;
            }
        }
        if (load.WithCustomHistograms) LoadCustomHistograms(load, source);
    }

    /// <summary>What a store knows of a histogram when it reads it back: that the counter was not reset since the sample before, or nothing.</summary>
    public static CounterResetHint StoredHint(FloatHistogram histogram, FloatHistogram? previous)
    {
        if (histogram.Hint is CounterResetHint.Gauge or CounterResetHint.Reset) return histogram.Hint;
        if (previous is null || previous.Hint == CounterResetHint.Gauge) return CounterResetHint.Unknown;
        if (histogram.Schema != previous.Schema || histogram.ZeroThreshold != previous.ZeroThreshold || !histogram.CustomValues.AsSpan().SequenceEqual(previous.CustomValues)) return CounterResetHint.Unknown;
        return CounterResets.IsReset(histogram with { Hint = CounterResetHint.Unknown }, previous) ? CounterResetHint.Unknown : CounterResetHint.NotReset;
    }

    /// <summary>Builds from classic series a native histogram with custom buckets under the base name.</summary>
    static void LoadCustomHistograms(LoadCommand load, MemorySource source)
    {
        var families = new Dictionary<(LabelSet Labels, long AtMs), Classic>();
        var order = new List<(LabelSet Labels, long AtMs)>();
        foreach (var (labels, points, _) in load.Series)
        {
            var name = labels[LabelSet.MetricName];
            var suffix = name.EndsWith("_bucket", StringComparison.Ordinal) ? "_bucket" : name.EndsWith("_sum", StringComparison.Ordinal) ? "_sum" : name.EndsWith("_count", StringComparison.Ordinal) ? "_count" : "";
            if (suffix.Length == 0) continue;
            var bound = 0.0;
            if (suffix == "_bucket" && !BucketLabel.TryParse(labels["le"], out bound)) continue;
            var family = labels.Without("le").With(LabelSet.MetricName, name[..^suffix.Length]);
            for (var i = 0; i < points.Count; i++)
            {
                if (points[i].IsMissing || points[i].Histogram is not null || StaleMarker.Is(points[i].Value)) continue;
                var key = (family, i * load.StepMs);
                if (!families.TryGetValue(key, out var classic))
                {
                    families.Add(key, classic = new());
                    order.Add(key);
                }
                if (suffix == "_bucket") classic.Buckets.Add((bound, points[i].Value));
                else if (suffix == "_sum") classic.Sum = points[i].Value;
                else classic.Count = points[i].Value;
            }
        }
        FloatHistogram? previous = null;
        LabelSet? previousLabels = null;
        foreach (var (labels, atMs) in order.OrderBy(key => key.Labels.ToString(), StringComparer.Ordinal).ThenBy(key => key.AtMs))
        {
            if (families[(labels, atMs)].ToHistogram() is not { } histogram) continue;
            if (!labels.Equals(previousLabels)) previous = null;
            histogram = histogram with { Hint = StoredHint(histogram, previous) };
            source.Series(labels).Add(atMs, 0, histogram);
            (previous, previousLabels) = (histogram, labels);
        }
    }

    sealed class Classic
    {
        public List<(double Bound, double Count)> Buckets { get; } = [];

        public double Sum { get; set; }

        public double? Count { get; set; }

        /// <summary>Null when the counts do not ascend.</summary>
        public FloatHistogram? ToHistogram()
        {
            Buckets.Sort();
            if (Buckets.Count == 0 && Count is null) return null;
            var total = Count ?? Buckets[^1].Count;
            if (Buckets.Count == 0 || !double.IsPositiveInfinity(Buckets[^1].Bound)) Buckets.Add((double.PositiveInfinity, total));
            var counts = new double[Buckets.Count];
            var before = 0.0;
            for (var i = 0; i < counts.Length; i++)
            {
                counts[i] = Buckets[i].Count - before;
                before = Buckets[i].Count;
                if (counts[i] < 0) return null;
            }
            var list = new BucketList();
            for (var i = 0; i < counts.Length; i++) list.Append(i, counts[i]);
            var (spans, kept) = list.ToSpans();
            return new()
            {
                Schema = FloatHistogram.CustomBucketsSchema, Count = total, Sum = Sum,
                CustomValues = [.. Buckets.Take(Buckets.Count - 1).Select(bucket => bucket.Bound)], PositiveSpans = spans, PositiveBuckets = kept,
            };
        }
    }
}
