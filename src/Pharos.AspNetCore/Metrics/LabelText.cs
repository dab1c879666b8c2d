using System.Globalization;
using System.Text;

namespace Pharos.AspNetCore.Metrics;

/// <summary>Writes tags as labels of the exposition, cleaned: any tag an application may set gives a valid line.</summary>
static class LabelText
{
    const int MaxValueLength = 1_024;

    /// <summary><c>a="1",b="2"</c>, sorted by name; of several tags with one name the last counts.</summary>
    public static string Render(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in tags) labels[NameOf(key)] = ValueOf(value);
        return Join(labels);
    }

    /// <summary>The same names, each with the value <c>other</c>.</summary>
    public static string RenderOther(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, _) in tags) labels[NameOf(key)] = "other";
        return Join(labels);
    }

    public static void AppendEscaped(StringBuilder text, ReadOnlySpan<char> value)
    {
        foreach (var rune in value.EnumerateRunes()) // Lone surrogates come out as U+FFFD.
        {
            _ = rune.Value switch
            {
                '\\' => text.Append(@"\\"),
                '"' => text.Append("\\\""),
                '\n' => text.Append(@"\n"),
                _ => text.Append(rune.ToString()),
            };
        }
    }

    static string Join(SortedDictionary<string, string> labels)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in labels)
        {
            if (text.Length > 0) text.Append(',');
            text.Append(name).Append("=\"");
            AppendEscaped(text, value);
            text.Append('"');
        }
        return text.ToString();
    }

    static string NameOf(string? key)
    {
        var name = PrometheusName.Label(key ?? "");
        return name.StartsWith("__", StringComparison.Ordinal) || name is "le" or "quantile" ? $"tag_{name.TrimStart('_')}" : name;
    }

    static string ValueOf(object? value)
    {
        string text;
        try
        {
            text = value switch
            {
                null => "",
                bool flag => flag ? "true" : "false",
                IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
                _ => value.ToString() ?? "",
            };
        }
#pragma warning disable CA1031 // A broken ToString of the application's must not break its request.
        catch (Exception)
#pragma warning restore CA1031
        {
            text = "unprintable";
        }
        return text.Length <= MaxValueLength ? text : text[..MaxValueLength];
    }
}
