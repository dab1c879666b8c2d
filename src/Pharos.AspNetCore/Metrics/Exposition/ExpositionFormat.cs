using System.Globalization;

namespace Pharos.AspNetCore.Metrics.Exposition;

/// <summary>The formats a scraper may have.</summary>
enum ExpositionFormat
{
    /// <summary>Prometheus' text 0.0.4.</summary>
    Text,

    /// <summary>OpenMetrics 1.0 text, with exemplars.</summary>
    OpenMetrics,

    /// <summary>Delimited <c>io.prometheus.client.MetricFamily</c> messages, with exemplars and native histograms.</summary>
    Protobuf,
}

/// <summary>The format a scraper likes best among those written here, with the content type of the answer.</summary>
/// <remarks>Names written here are made of letters, digits and underscores, so that every escaping of names asked for is content; the answer says <c>underscores</c>.</remarks>
readonly record struct ExpositionChoice(ExpositionFormat Format, string ContentType)
{
    /// <summary>More entries than any scraper sends.</summary>
    const int MaxEntries = 64;

    static readonly ExpositionChoice Plain = new(ExpositionFormat.Text, "text/plain; version=0.0.4; charset=utf-8");

    /// <summary>By weight, then by order. Nothing that is written here: text, since a scrape that fails helps nobody.</summary>
    public static ExpositionChoice Of(string accept)
    {
        var (best, bestWeight) = (Plain, 0.0);
        foreach (var entry in accept.Split(',', MaxEntries))
        {
            var fields = entry.Split(';', StringSplitOptions.TrimEntries);
            if (WeightOf(fields) is var weight && weight > bestWeight && Match(fields) is { } choice) (best, bestWeight) = (choice, weight);
        }
        return best;
    }

    static ExpositionChoice? Match(string[] fields)
    {
        var escaping = Parameter(fields, "escaping").Length > 0 ? "; escaping=underscores" : "";
        return fields[0].ToLowerInvariant() switch
        {
            "application/vnd.google.protobuf" when Parameter(fields, "proto") == "io.prometheus.client.MetricFamily" && Parameter(fields, "encoding") is "delimited" or "" =>
                new(ExpositionFormat.Protobuf, $"application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited{escaping}"),
            "application/openmetrics-text" when Parameter(fields, "version") is "" or "1.0.0" or "0.0.1" =>
                new(ExpositionFormat.OpenMetrics, $"application/openmetrics-text; version={(Parameter(fields, "version") is "0.0.1" ? "0.0.1" : "1.0.0")}; charset=utf-8{escaping}"),
            "text/plain" when Parameter(fields, "version") is "" or "0.0.4" or "1.0.0" => Plain with { ContentType = Plain.ContentType + escaping },
            "text/*" or "*/*" => Plain,
            _ => null,
        };
    }

    static double WeightOf(string[] fields) => Parameter(fields, "q") is { Length: > 0 } text
        ? double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var weight) ? Math.Clamp(weight, 0, 1) : 0
        : 1;

    static string Parameter(string[] fields, string name)
    {
        foreach (var field in fields.AsSpan(1))
        {
            var equals = field.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && field.AsSpan(0, equals).Trim().Equals(name, StringComparison.OrdinalIgnoreCase)) return field[(equals + 1)..].Trim().Trim('"');
        }
        return "";
    }
}
