using System.Text;

namespace Pharos.AspNetCore.Metrics;

/// <summary>Turns names and units of instruments into Prometheus' form.</summary>
/// <remarks>Source: OpenTelemetry's specification of the compatibility with Prometheus; a name that has that form already stays as it is.</remarks>
static class PrometheusName
{
    /// <param name="unit">UCUM (<c>s</c>, <c>By</c>, <c>{request}</c>), or null.</param>
    public static string Of(string name, string? unit, InstrumentShape shape)
    {
        var clean = Clean(name, allowColon: true);
        var suffix = UnitSuffix(unit, shape);
        if (suffix.Length > 0 && !clean.EndsWith($"_{suffix}", StringComparison.Ordinal) && !clean.EndsWith($"_{suffix}_total", StringComparison.Ordinal)) clean = $"{clean}_{suffix}";
        if (shape == InstrumentShape.Counter && !clean.EndsWith("_total", StringComparison.Ordinal)) clean += "_total";
        return clean;
    }

    public static string Label(string name) => Clean(name, allowColon: false);

    static string UnitSuffix(string? unit, InstrumentShape shape) => unit switch
    {
        null or "" => "",
        "s" => "seconds",
        "ms" => "milliseconds",
        "us" => "microseconds",
        "ns" => "nanoseconds",
        "min" => "minutes",
        "h" => "hours",
        "d" => "days",
        "By" => "bytes",
        "KiBy" => "kibibytes",
        "MiBy" => "mebibytes",
        "1" => shape == InstrumentShape.Gauge ? "ratio" : "",
        "%" => "percent",
        _ when unit.StartsWith('{') => "",
        _ => Clean(unit.Replace("/", "_per_", StringComparison.Ordinal), allowColon: false),
    };

    static string Clean(string name, bool allowColon)
    {
        var text = new StringBuilder(name.Length);
        foreach (var c in name)
        {
            var isAllowed = char.IsAsciiLetterOrDigit(c) || c == '_' || (allowColon && c == ':');
            if (isAllowed) text.Append(c);
            else if (text.Length == 0 || text[^1] != '_') text.Append('_');
        }
        if (text.Length > 1 && text[^1] == '_' && name[^1] != '_') text.Length--; // A cleaned end needs no mark.
        if (text.Length == 0 || char.IsAsciiDigit(text[0])) text.Insert(0, '_');
        return text.ToString();
    }
}
