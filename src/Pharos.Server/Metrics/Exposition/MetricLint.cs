using Pharos.Model.Labels;
using Pharos.Model.Samples;

namespace Pharos.Server.Metrics.Exposition;

/// <summary>What a reviewer would say about the names, types and units of metrics.</summary>
/// <remarks>The same advice, in the same words, as promtool gives, because teams filter on its lines. Source: Prometheus, "Metric and label naming".</remarks>
static class MetricLint
{
    public sealed record Problem(string Metric, string Text);

    /// <summary>Units and the base unit that should stand in their place.</summary>
    static readonly (string Unit, string Base)[] Units =
    [
        ("amperes", "amperes"), ("bytes", "bytes"), ("celsius", "celsius"), ("grams", "grams"), ("joules", "joules"), ("kelvin", "kelvin"),
        ("meters", "meters"), ("metres", "metres"), ("seconds", "seconds"), ("volts", "volts"),
        ("minutes", "seconds"), ("hours", "seconds"), ("days", "seconds"), ("weeks", "seconds"),
        ("kelvins", "kelvin"), ("fahrenheit", "celsius"), ("rankine", "celsius"), ("inches", "meters"), ("yards", "meters"), ("miles", "meters"),
        ("bits", "bytes"), ("calories", "joules"), ("pounds", "grams"), ("ounces", "grams"),
    ];

    static readonly string[] UnitPrefixes =
    [
        "pico", "nano", "micro", "milli", "centi", "deci", "deca", "hecto", "kilo", "kibi", "mega", "mibi", "giga", "gibi", "tera", "tebi", "peta", "pebi", "",
    ];

    static readonly string[] Abbreviations = ["s", "ms", "us", "ns", "sec", "b", "kb", "mb", "gb", "tb", "pb", "m", "h", "d"];

    /// <summary>All problems, by metric and then by text.</summary>
    public static IReadOnlyList<Problem> Check(IEnumerable<MetricFamily> families, bool isOpenMetrics) =>
    [
        .. families.SelectMany(family => Texts(family, isOpenMetrics).Select(text => new Problem(family.Name, text)))
            .OrderBy(problem => problem.Metric, StringComparer.Ordinal).ThenBy(problem => problem.Text, StringComparer.Ordinal),
    ];

    static IEnumerable<string> Texts(MetricFamily family, bool isOpenMetrics)
    {
        var kind = family.Kind ?? MetricKind.Unknown;
        if (family.Help is null) yield return "no help text";
        if (NonBaseUnit(family.Name) is var (unit, baseUnit)) yield return $"use base unit \"{baseUnit}\" instead of \"{unit}\"";
        // In OpenMetrics the suffix belongs to the sample, not to the family's name.
        var endsInTotal = family.Name.EndsWith("_total", StringComparison.Ordinal);
        if (kind == MetricKind.Counter && !endsInTotal && !isOpenMetrics) yield return "counter metrics should have \"_total\" suffix";
        if (kind is not (MetricKind.Counter or MetricKind.Unknown) && endsInTotal) yield return "non-counter metrics should not have \"_total\" suffix";
        if (kind != MetricKind.Unknown)
        {
            foreach (var text in ReservedForHistograms(family, kind)) yield return text;
            var typeName = kind.ToString().ToLowerInvariant();
            if (HasWord(family.Name, typeName)) yield return $"metric name should not include type '{typeName}'";
        }
        if (family.Name.Contains(':', StringComparison.Ordinal)) yield return "metric names should not contain ':'";
        if (IsCamelCase(family.Name)) yield return "metric names should be written in 'snake_case' not 'camelCase'";
        foreach (var label in LabelNames(family).Where(IsCamelCase)) yield return "label names should be written in 'snake_case' not 'camelCase'";
        foreach (var _ in Abbreviations.Where(word => HasWord(family.Name, word))) yield return "metric names should not contain abbreviated units";
        foreach (var _ in Repeated(family, kind)) yield return "metric not unique";
    }

    static IEnumerable<string> ReservedForHistograms(MetricFamily family, MetricKind kind)
    {
        var isHistogram = kind is MetricKind.Histogram or MetricKind.GaugeHistogram;
        var isSummary = kind == MetricKind.Summary;
        if (!isHistogram && family.Name.EndsWith("_bucket", StringComparison.Ordinal)) yield return "non-histogram metrics should not have \"_bucket\" suffix";
        if (!isHistogram && !isSummary && family.Name.EndsWith("_count", StringComparison.Ordinal)) yield return "non-histogram and non-summary metrics should not have \"_count\" suffix";
        if (!isHistogram && !isSummary && family.Name.EndsWith("_sum", StringComparison.Ordinal)) yield return "non-histogram and non-summary metrics should not have \"_sum\" suffix";
        foreach (var label in LabelNames(family))
        {
            if (!isHistogram && label == "le") yield return "non-histogram metrics should not have \"le\" label";
            if (!isSummary && label == "quantile") yield return "non-summary metrics should not have \"quantile\" label";
        }
    }

    static IEnumerable<string> LabelNames(MetricFamily family) => family.Samples.SelectMany(sample => sample.Labels.Select(label => label.Name));

    /// <summary>A unit is a whole word of the name, so that "thermometers" is not taken for meters.</summary>
    static (string Unit, string Base)? NonBaseUnit(string name)
    {
        var words = name.Split('_');
        foreach (var (unit, baseUnit) in Units)
        {
            foreach (var prefix in UnitPrefixes)
            {
                if (!words.Contains(prefix + unit, StringComparer.Ordinal)) continue;
                if (prefix + unit != baseUnit) return (prefix + unit, baseUnit);
            }
        }
        return null;
    }

    static bool HasWord(string name, string word)
    {
        var lower = name.ToLowerInvariant();
        return lower.Contains($"_{word}_", StringComparison.Ordinal) || lower.EndsWith("_" + word, StringComparison.Ordinal);
    }

    static bool IsCamelCase(string name)
    {
        for (var i = 1; i < name.Length; i++)
        {
            if (char.IsAsciiLetterLower(name[i - 1]) && char.IsAsciiLetterUpper(name[i])) return true;
        }
        return false;
    }

    /// <summary>Samples that another of the family has the labels of. Those of summaries and histograms are told apart by more than labels.</summary>
    static IEnumerable<FamilySample> Repeated(MetricFamily family, MetricKind kind)
    {
        if (kind is MetricKind.Summary or MetricKind.Histogram or MetricKind.GaugeHistogram) return [];
        var seen = new HashSet<(string, LabelSet)>();
        return family.Samples.Where(sample => !seen.Add((sample.Name, sample.Labels)));
    }
}
