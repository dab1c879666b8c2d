using System.Text;
using Pharos.Model.Labels;
using Pharos.Model.Samples;

namespace Pharos.Server.Metrics.Exposition;

/// <summary>Reads the Prometheus text format by the strict rules that its own library applies to producers.</summary>
/// <remarks>
/// <para>More than the scrape parser asks: one HELP and one TYPE a family, TYPE before samples, numeric <c>le</c> and <c>quantile</c>,
/// known escapes only, a line feed at the end. Scraping does not use this.</para>
/// <para>Source: Prometheus, text-based format; the behaviour of promtool check metrics.</para>
/// </remarks>
static class PrometheusTextRules
{
    /// <summary>The families that have samples, in order of appearance.</summary>
    /// <exception cref="ExpositionException">The first fault.</exception>
    public static IReadOnlyList<MetricFamily> Read(ReadOnlySpan<byte> body)
    {
        var reader = new ExpositionReader(body, ExpositionFormat.PrometheusText, new(), new(), strict: true);
        var families = new Dictionary<string, MetricFamily>(StringComparer.Ordinal);
        var order = new List<MetricFamily>();
        while (reader.Next())
        {
            if (reader.Kind == LineKind.Comment) continue;
            var name = FamilyLines.NameOf(reader);
            var family = FamilyOf(name, reader.Kind == LineKind.Sample);
            if (family is null)
            {
                family = new(name);
                families.Add(name, family);
                order.Add(family);
            }
            switch (reader.Kind)
            {
                case LineKind.Help when reader.Text.IsEmpty:
                    break; // Says nothing, so it may be said again.
                case LineKind.Help:
                    if (family.Help is not null) reader.FailLine($"second HELP line for {name}");
                    CheckHelpEscapes(reader);
                    family.Help = FamilyLines.TextOf(reader, isQuoted: false);
                    break;
                case LineKind.Type:
                    if (family.Kind is not null) reader.FailLine($"second TYPE line for {name}, or TYPE after its samples");
                    family.Kind = reader.MetricKind;
                    break;
                default:
                    family.Kind ??= MetricKind.Unknown;
                    family.Samples.Add(CheckedSample(reader, family));
                    break;
            }
        }
        order.RemoveAll(family => family.Samples.Count == 0);
        return order;

        // Samples of summaries and histograms carry the family's name and a suffix.
        MetricFamily? FamilyOf(string name, bool isSample)
        {
            if (families.TryGetValue(name, out var found) || !isSample) return found;
            foreach (var suffix in (ReadOnlySpan<string>)["_count", "_sum", "_bucket"])
            {
                if (!name.EndsWith(suffix, StringComparison.Ordinal) || !families.TryGetValue(name[..^suffix.Length], out found)) continue;
                if (found.Kind == MetricKind.Histogram || (found.Kind == MetricKind.Summary && suffix != "_bucket")) return found;
            }
            return null;
        }
    }

    static FamilySample CheckedSample(in ExpositionReader reader, MetricFamily family)
    {
        var sample = FamilyLines.SampleOf(reader);
        var bound = family.Kind switch
        {
            MetricKind.Histogram => "le",
            MetricKind.Summary => "quantile",
            _ => "",
        };
        if (sample.Labels[bound] is { Length: > 0 } text && !FloatText.TryParse(Encoding.UTF8.GetBytes(text), out _))
        {
            reader.FailLine($"expected a number as value of the label \"{bound}\", found {Model.Text.GoText.Quote(text)}");
        }
        return sample;
    }

    static void CheckHelpEscapes(in ExpositionReader reader)
    {
        for (var i = 0; i < reader.Text.Length; i++)
        {
            if (reader.Text[i] != '\\') continue;
            var escaped = i + 1 < reader.Text.Length ? reader.Text[++i] : (byte)' ';
            if (escaped is not ((byte)'\\' or (byte)'n')) reader.FailLine($"invalid escape sequence \"\\{(char)escaped}\" in HELP");
        }
    }
}
