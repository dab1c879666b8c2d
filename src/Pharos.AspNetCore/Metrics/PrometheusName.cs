using System.Text;
using Pharos.AspNetCore.Metrics.Instruments;

namespace Pharos.AspNetCore.Metrics;

/// <summary>Turns names and units of instruments into Prometheus' form.</summary>
/// <remarks>Source: OpenTelemetry's specification of the compatibility with Prometheus; a name that has that form already stays as it is.</remarks>
static class PrometheusName
{
    public static string Of(string name, string? unit, InstrumentShape shape)
    {
        var clean = Metric(name);
        var suffix = UnitSuffix(unit, shape);
        if (suffix.Length > 0 && !EndsWith(clean, suffix) && !clean.EndsWith($"_{suffix}_total", StringComparison.Ordinal)) clean = Insert(clean, suffix, shape);
        if (shape == InstrumentShape.Counter && !clean.EndsWith("_total", StringComparison.Ordinal)) clean += "_total";
        return clean;
    }

    /// <summary>The name with its forbidden characters replaced, and nothing added.</summary>
    public static string Metric(string name) => Clean(name, allowColon: true);

    public static string Label(string name) => Clean(name, allowColon: false);

    /// <summary>The unit's suffix when the exposed name ends with it, or empty.</summary>
    public static string UnitAtEnd(string exposed, string? unit, InstrumentShape shape)
    {
        var suffix = UnitSuffix(unit, shape);
        if (suffix.Length == 0) suffix = exposed.Replace("_total", "", StringComparison.Ordinal) switch
        {
            var name when name.EndsWith("_seconds", StringComparison.Ordinal) => "seconds",
            var name when name.EndsWith("_bytes", StringComparison.Ordinal) => "bytes",
            _ => "",
        };
        return EndsWith(exposed, suffix) || exposed.EndsWith($"_{suffix}_total", StringComparison.Ordinal) ? suffix : "";
    }

    static bool EndsWith(string name, string suffix) => suffix.Length > 0 && name.EndsWith($"_{suffix}", StringComparison.Ordinal);

    /// <summary>Before <c>_total</c> when the name has that already.</summary>
    static string Insert(string name, string suffix, InstrumentShape shape) => shape == InstrumentShape.Counter && name.EndsWith("_total", StringComparison.Ordinal)
        ? $"{name[..^"_total".Length]}_{suffix}_total"
        : $"{name}_{suffix}";

    static string UnitSuffix(string? unit, InstrumentShape shape)
    {
        if (string.IsNullOrEmpty(unit) || unit.StartsWith('{')) return ""; // Annotations such as {request} count things, which the name tells.
        if (unit == "1") return shape == InstrumentShape.Gauge ? "ratio" : "";
        var slash = unit.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0) return Plural(unit);
        var per = $"per_{Singular(unit[(slash + 1)..])}";
        return unit[..slash].StartsWith('{') || slash == 0 ? per : $"{Plural(unit[..slash])}_{per}";
    }

    static string Plural(string unit) => unit switch
    {
        "d" => "days",
        "h" => "hours",
        "min" => "minutes",
        "s" => "seconds",
        "ms" => "milliseconds",
        "us" => "microseconds",
        "ns" => "nanoseconds",
        "By" => "bytes",
        "KiBy" => "kibibytes",
        "MiBy" => "mebibytes",
        "GiBy" => "gibibytes",
        "TiBy" => "tibibytes",
        "KBy" => "kilobytes",
        "MBy" => "megabytes",
        "GBy" => "gigabytes",
        "TBy" => "terabytes",
        "m" => "meters",
        "V" => "volts",
        "A" => "amperes",
        "J" => "joules",
        "W" => "watts",
        "g" => "grams",
        "Cel" => "celsius",
        "Hz" => "hertz",
        "%" => "percent",
        _ => Label(unit).Trim('_'),
    };

    static string Singular(string unit) => unit switch
    {
        "s" => "second",
        "m" or "min" => "minute",
        "h" => "hour",
        "d" => "day",
        "w" => "week",
        "mo" => "month",
        "y" => "year",
        _ => Label(unit).Trim('_'),
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
