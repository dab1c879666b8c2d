using System.Globalization;
using System.Text;
using Pharos.Model.Labels;
using Pharos.Model.Samples;
using Pharos.Model.Text;
using Pharos.Model.Writing;
using Pharos.Server.Config;
using Pharos.Server.Discovery;
using Pharos.Server.Metrics.Exposition;

namespace Pharos.Server.Metrics.Scraping;

/// <summary>Turns a line that was not seen before into a series: labels of the line and the target, metric relabelling, limits.</summary>
/// <remarks>Works on text, because rules do; a line costs this once, then its handle is remembered.</remarks>
static class SeriesResolver
{
    const string ExportedPrefix = "exported_";

    /// <summary>Puts the series' final labels into <see cref="ScrapeWorkspace.Labels"/>. False: relabelling drops it.</summary>
    /// <exception cref="ScrapeRefusedException">The series is not allowed; the scrape is dropped whole, as in Prometheus.</exception>
    public static bool TryBuildLabels(in ExpositionReader reader, MetricKind kind, ScrapeConfig config, LabelSet targetLabels, ScrapeWorkspace workspace)
    {
        var labels = workspace.Labels;
        labels.Reset();
        labels.Set(LabelSet.MetricName, Text(reader.Name, workspace));
        for (var i = 0; i < reader.LabelCount; i++)
        {
            var name = Text(reader.LabelName(i), workspace);
            if (labels[name].Length > 0) throw new ScrapeRefusedException($"the label {GoText.Quote(name)} occurs twice in {ExpositionText.Show(reader.Series)}");
            labels.Set(name, Normal(kind, name, Text(reader.LabelValue(i), workspace)));
        }
        AddTargetLabels(labels, targetLabels, config.HonorLabels);
        if (!Relabelling.Apply(labels, config.MetricRelabelConfigs, config.NameValidation) || labels.Count == 0) return false;
        CheckNames(labels, config.NameValidation);
        CheckLimits(labels, config.Limits);
        return true;
    }

    /// <summary>Copies the labels for the store, sorted.</summary>
    public static LabelSetBuilder ToBuilder(ScrapeWorkspace workspace)
    {
        var builder = workspace.Builder;
        builder.Clear();
        for (var i = 0; i < workspace.Labels.Count; i++) builder.Add(workspace.Labels[i].Name, workspace.Labels[i].Value);
        builder.Sort();
        return builder;
    }

    static void AddTargetLabels(MutableLabels labels, LabelSet targetLabels, bool honorLabels)
    {
        if (honorLabels)
        {
            foreach (var (name, value) in targetLabels) labels.SetDefault(name, value);
            return;
        }
        List<Label>? conflicting = null;
        foreach (var (name, value) in targetLabels)
        {
            if (labels[name] is { Length: > 0 } exposed) (conflicting ??= []).Add(new(name, exposed));
            labels.Set(name, value);
        }
        if (conflicting is null) return;
        // Shortest first, so that a label "x" takes "exported_x" before a label "exported_x" is moved on.
        foreach (var (name, value) in conflicting.OrderBy(label => label.Name.Length))
        {
            var free = ExportedPrefix + name;
            while (labels[free].Length > 0) free = ExportedPrefix + free;
            labels.Set(free, value);
        }
    }

    static void CheckNames(MutableLabels labels, NameValidation names)
    {
        var metric = labels[LabelSet.MetricName];
        if (metric.Length == 0) throw new ScrapeRefusedException("missing metric name (__name__ label)");
        if (!names.IsValidMetricName(metric)) throw new ScrapeRefusedException($"invalid metric name {GoText.Quote(metric)} (metric_name_validation_scheme is {names.Text()})");
        for (var i = 0; i < labels.Count; i++)
        {
            if (!names.IsValidLabelName(labels[i].Name)) throw new ScrapeRefusedException($"invalid label name {GoText.Quote(labels[i].Name)} of metric {GoText.Quote(metric)}");
        }
    }

    static void CheckLimits(MutableLabels labels, ScrapeLimits limits)
    {
        if (limits is { Labels: 0, LabelNameBytes: 0, LabelValueBytes: 0 }) return;
        var metric = Cut(labels[LabelSet.MetricName]);
        if (limits.Labels > 0 && labels.Count > limits.Labels)
        {
            throw new ScrapeRefusedException(Say($"label_limit exceeded (metric: {metric}, number of labels: {labels.Count}, limit: {limits.Labels})"), ScrapeBound.Labels);
        }
        for (var i = 0; i < labels.Count; i++)
        {
            var (name, value) = labels[i];
            var nameBytes = Encoding.UTF8.GetByteCount(name);
            var valueBytes = Encoding.UTF8.GetByteCount(value);
            if (limits.LabelNameBytes > 0 && nameBytes > limits.LabelNameBytes)
            {
                throw new ScrapeRefusedException(Say($"label_name_length_limit exceeded (metric: {metric}, label name: {Cut(name)}, length: {nameBytes}, limit: {limits.LabelNameBytes})"), ScrapeBound.Labels);
            }
            if (limits.LabelValueBytes > 0 && valueBytes > limits.LabelValueBytes)
            {
                throw new ScrapeRefusedException(Say($"label_value_length_limit exceeded (metric: {metric}, label name: {Cut(name)}, value: {GoText.Quote(Cut(value))}, length: {valueBytes}, limit: {limits.LabelValueBytes})"), ScrapeBound.Labels);
            }
        }
    }

    static string Say(FormattableString message) => message.ToString(CultureInfo.InvariantCulture);

    static string Cut(string text) => text.Length > 50 ? text[..50] : text;

    static string Text(ReadOnlySpan<byte> raw, ScrapeWorkspace workspace) =>
        Encoding.UTF8.GetString(ExpositionText.Unescape(raw, isQuoted: true, ref workspace.Scratch));

    /// <summary>Bounds of buckets and quantiles get one spelling, whatever format they came by: <c>1</c> becomes <c>1.0</c>.</summary>
    static string Normal(MetricKind kind, string name, string value)
    {
        var isBound = (kind, name) is (MetricKind.Histogram, "le") or (MetricKind.Summary, "quantile");
        return isBound && GoFloat.TryParse(value, out var bound) ? BoundText(bound) : value;
    }

    internal static string BoundText(double bound)
    {
        if (bound == 0) return "0.0"; // The negative one, too.
        var text = GoText.FormatShortest(bound);
        return double.IsFinite(bound) && !text.Contains('.', StringComparison.Ordinal) && !text.Contains('e', StringComparison.Ordinal) ? text + ".0" : text;
    }
}
