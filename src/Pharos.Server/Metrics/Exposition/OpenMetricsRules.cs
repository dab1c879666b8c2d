using System.Globalization;
using System.Text;
using Pharos.Model.Labels;
using Pharos.Model.Samples;

namespace Pharos.Server.Metrics.Exposition;

/// <summary>Reads OpenMetrics 1.0 by all of its rules: order of lines, suffixes, groups, values, exemplars.</summary>
/// <remarks>
/// <para>Scraping does not use this: Prometheus scrapes what breaks these rules, so Pharos must as well.</para>
/// <para>Source: OpenMetrics 1.0.0, text format and metric types.</para>
/// </remarks>
sealed class OpenMetricsRules
{
    const int MaxExemplarCharacters = 128;

    readonly HashSet<string> takenNames = new(StringComparer.Ordinal);
    readonly List<MetricFamily> families = [];

    MetricFamily? current;
    MetricKind kind;
    LabelSet? group;
    long? groupTimestampMs;
    readonly HashSet<LabelSet> seenGroups = [];

    OpenMetricsRules()
    {
    }

    /// <summary>All families, in order.</summary>
    /// <exception cref="ExpositionException">The first fault.</exception>
    public static IReadOnlyList<MetricFamily> Read(ReadOnlySpan<byte> body)
    {
        var rules = new OpenMetricsRules();
        var reader = new ExpositionReader(body, ExpositionFormat.OpenMetrics, new(), new(), strict: true);
        while (reader.Next())
        {
            if (reader.Kind == LineKind.Sample) rules.AddSample(reader);
            else rules.AddMetadata(reader);
        }
        rules.FinishFamily(reader);
        return rules.families;
    }

    void AddMetadata(in ExpositionReader reader)
    {
        var name = FamilyLines.NameOf(reader);
        if (current?.Name != name) StartFamily(reader, name);
        else if (current.Samples.Count > 0) reader.FailLine($"metadata of {name} comes after its samples");
        switch (reader.Kind)
        {
            case LineKind.Help:
                if (current!.Help is not null) reader.FailLine($"second HELP line for {name}");
                current.Help = FamilyLines.TextOf(reader, isQuoted: true);
                break;
            case LineKind.Type:
                if (current!.Kind is not null) reader.FailLine($"second TYPE line for {name}");
                current.Kind = kind = reader.MetricKind;
                break;
            default:
                if (current!.Unit is not null) reader.FailLine($"second UNIT line for {name}");
                current.Unit = FamilyLines.TextOf(reader, isQuoted: true);
                break;
        }
    }

    void AddSample(in ExpositionReader reader)
    {
        var sample = FamilyLines.SampleOf(reader);
        if (current is null || !IsNameOf(current.Name, sample.Name)) StartFamily(reader, sample.Name);
        var suffix = sample.Name[current!.Name.Length..];
        CheckLabels(reader, sample, suffix);
        CheckValue(reader, sample, suffix);
        CheckGroup(reader, sample, suffix);
        if (reader.HasExemplar)
        {
            var isAllowed = (kind, suffix) is (MetricKind.Histogram or MetricKind.GaugeHistogram, "_bucket") or (MetricKind.Counter, "_total");
            if (!isAllowed) reader.FailLine("only buckets of histograms and totals of counters have exemplars");
            if (FamilyLines.ExemplarLength(reader) > MaxExemplarCharacters) reader.FailLine($"the exemplar's labels are longer than {MaxExemplarCharacters} characters");
        }
        current.Samples.Add(sample);
    }

    void StartFamily(in ExpositionReader reader, string name)
    {
        FinishFamily(reader);
        current = new(name);
        families.Add(current);
        kind = MetricKind.Unknown;
        group = null;
        groupTimestampMs = null;
        seenGroups.Clear();
    }

    void FinishFamily(in ExpositionReader reader)
    {
        if (current is null) return;
        if (current.Unit is { Length: > 0 } && kind is MetricKind.Info or MetricKind.StateSet) reader.FailLine($"{current.Name} of this type may not have a unit");
        foreach (var suffix in SuffixesOf(kind).Append(""))
        {
            if (suffix.Length > 0 && takenNames.Contains(current.Name + suffix)) reader.FailLine($"the name {current.Name}{suffix} belongs to another family");
        }
        if (!takenNames.Add(current.Name)) reader.FailLine($"the family {current.Name} comes in two places, or its name clashes with another's");
        foreach (var suffix in SuffixesOf(kind)) takenNames.Add(current.Name + suffix);
        if (kind is MetricKind.Histogram or MetricKind.GaugeHistogram) CheckHistograms(reader);
    }

    bool IsNameOf(string family, string sampleName)
    {
        if (!sampleName.StartsWith(family, StringComparison.Ordinal)) return false;
        return SuffixesOf(kind).Contains(sampleName[family.Length..]);
    }

    static IReadOnlyList<string> SuffixesOf(MetricKind kind) => kind switch
    {
        MetricKind.Counter => ["_total", "_created"],
        MetricKind.Summary => ["", "_sum", "_count", "_created"],
        MetricKind.Histogram => ["_bucket", "_sum", "_count", "_created"],
        MetricKind.GaugeHistogram => ["_bucket", "_gsum", "_gcount"],
        MetricKind.Info => ["_info"],
        _ => [""],
    };

    void CheckLabels(in ExpositionReader reader, FamilySample sample, string suffix)
    {
        if (kind == MetricKind.StateSet && !sample.Labels.Has(current!.Name)) reader.FailLine($"a state of {current.Name} needs the label {current.Name}");
        if (suffix == "_bucket" && !IsBound(sample.Labels["le"], out _)) reader.FailLine("a bucket needs a number in the label le, infinity being written +Inf");
        if (kind == MetricKind.Summary && suffix.Length == 0 && !(IsBound(sample.Labels["quantile"], out var quantile) && quantile is >= 0 and <= 1))
        {
            reader.FailLine("a quantile of a summary needs a number from 0 to 1 in the label quantile");
        }
    }

    static bool IsBound(string text, out double bound) =>
        FloatText.TryParse(Encoding.UTF8.GetBytes(text), out bound) && !double.IsNaN(bound) && (!double.IsPositiveInfinity(bound) || text == "+Inf");

    void CheckValue(in ExpositionReader reader, FamilySample sample, string suffix)
    {
        var value = sample.Value;
        if (suffix is "_bucket" or "_count" or "_gcount" && value != Math.Floor(value)) reader.FailLine("counts of buckets and observations are whole numbers");
        if (suffix is "_total" or "_sum" or "_count" or "_bucket" or "_gcount" or "_gsum" && double.IsNaN(value)) reader.FailLine("a total, sum or count may not be NaN");
        if (suffix is "_total" or "_sum" or "_count" or "_bucket" or "_gcount" && value < 0) reader.FailLine("a total, sum or count may not be negative");
        if (kind == MetricKind.StateSet && value is not (0 or 1)) reader.FailLine("a state is 0 or 1");
        if (kind == MetricKind.Info && value != 1) reader.FailLine("the value of an info is 1");
        if (kind == MetricKind.Summary && suffix.Length == 0 && value < 0) reader.FailLine("a quantile's value may not be negative");
    }

    /// <summary>Samples of one set of labels stand together, and their times do not go back.</summary>
    void CheckGroup(in ExpositionReader reader, FamilySample sample, string suffix)
    {
        var own = GroupOf(sample, suffix);
        if (group is not null && group.Equals(own))
        {
            if (sample.TimestampMs is null != groupTimestampMs is null) reader.FailLine("some samples of a group have timestamps and some have not");
            if (sample.TimestampMs < groupTimestampMs && kind != MetricKind.Info) reader.FailLine("the timestamps of a group go backwards");
        }
        else if (!seenGroups.Add(own))
        {
            reader.FailLine("samples of the same labels do not stand together");
        }
        group = own;
        groupTimestampMs = sample.TimestampMs;
    }

    LabelSet GroupOf(FamilySample sample, string suffix) => (kind, suffix) switch
    {
        (MetricKind.Info, _) => LabelSet.Empty,
        (MetricKind.Summary, "") => sample.Labels.Without("quantile"),
        (MetricKind.StateSet, _) => sample.Labels.Without(current!.Name),
        (_, "_bucket") => sample.Labels.Without("le"),
        _ => sample.Labels,
    };

    void CheckHistograms(in ExpositionReader reader)
    {
        HistogramGroup? histogram = null;
        foreach (var sample in current!.Samples)
        {
            var suffix = sample.Name[current.Name.Length..];
            var labels = GroupOf(sample, suffix);
            if (histogram is null || !histogram.Labels.Equals(labels) || histogram.TimestampMs != sample.TimestampMs)
            {
                histogram?.CheckWhole(reader, current.Name);
                histogram = new(labels, sample.TimestampMs);
            }
            histogram.Add(reader, sample, suffix);
        }
        histogram?.CheckWhole(reader, current.Name);
    }

    /// <summary>The samples of one histogram at one time.</summary>
    sealed class HistogramGroup(LabelSet labels, long? timestampMs)
    {
        double? bound;
        double cumulative;
        double? count;
        bool hasSum;
        bool hasGaugeSum;
        bool hasNegativeBuckets;
        bool hasNegativeGaugeSum;

        public LabelSet Labels { get; } = labels;

        public long? TimestampMs { get; } = timestampMs;

        public void Add(in ExpositionReader reader, FamilySample sample, string suffix)
        {
            switch (suffix)
            {
                case "_bucket":
                    var upper = double.Parse(sample.Labels["le"].Replace("+Inf", "Infinity", StringComparison.Ordinal), CultureInfo.InvariantCulture);
                    hasNegativeBuckets |= upper < 0;
                    if (upper <= bound) reader.FailLine($"buckets of {sample.Name} are not in ascending order");
                    if (sample.Value < cumulative) reader.FailLine($"buckets of {sample.Name} count fewer than the ones below them");
                    bound = upper;
                    cumulative = sample.Value;
                    break;
                case "_count" or "_gcount":
                    count = sample.Value;
                    break;
                case "_sum":
                    hasSum = true;
                    break;
                case "_gsum":
                    hasGaugeSum = true;
                    hasNegativeGaugeSum |= sample.Value < 0;
                    break;
            }
        }

        public void CheckWhole(in ExpositionReader reader, string family)
        {
            if (bound is not double.PositiveInfinity) reader.FailLine($"{family} has no bucket for +Inf");
            if (count is not null && count != cumulative) reader.FailLine($"the count of {family} is not that of its bucket for +Inf");
            if ((hasSum || hasGaugeSum) && count is null) reader.FailLine($"{family} has a sum but no count");
            if (!(hasSum || hasGaugeSum) && count is not null) reader.FailLine($"{family} has a count but no sum");
            if (hasNegativeBuckets && hasSum) reader.FailLine($"{family} has buckets below zero, so it may not have a sum");
            if (!hasNegativeBuckets && hasNegativeGaugeSum) reader.FailLine($"the sum of {family} is negative but no bucket is");
        }
    }
}
