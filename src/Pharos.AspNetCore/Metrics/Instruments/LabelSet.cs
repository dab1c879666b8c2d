using System.Globalization;
using System.Text;
using Pharos.AspNetCore.Metrics.Exposition;

namespace Pharos.AspNetCore.Metrics.Instruments;

/// <summary>The labels of a series, cleaned: any tags that an application may set give valid labels.</summary>
/// <remarks>Sorted by name; of several tags with one name the last counts; a label without a value is none, as Prometheus sees it.</remarks>
sealed class LabelSet
{
    const int MaxValueLength = 1_024;

    readonly KeyValuePair<string, string>[] pairs;
    byte[]? message;

    LabelSet(SortedDictionary<string, string> labels)
    {
        pairs = [.. labels];
        Key = Render(pairs);
        Text = Encoding.UTF8.GetBytes(Key);
    }

    /// <summary><c>a="1",b="2"</c>: as the text formats have it, without braces. The same labels have the same key.</summary>
    public string Key { get; }

    public byte[] Text { get; }

    /// <summary>The same as fields of the protobuf message <c>Metric</c>. Made when a scraper first asks for it.</summary>
    public byte[] Message => message ??= ProtobufExposition.Labels(pairs);

    /// <param name="constant">Tags of the instrument and its meter; those of the measurement stand above them.</param>
    public static LabelSet Of(ReadOnlySpan<KeyValuePair<string, object?>> constant, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in constant) labels[NameOf(key)] = ValueOf(value);
        foreach (var (key, value) in tags) labels[NameOf(key)] = ValueOf(value);
        foreach (var empty in labels.Where(label => label.Value.Length == 0).Select(label => label.Key).ToArray()) labels.Remove(empty);
        return new(labels);
    }

    /// <summary>The same names as the measurement's, each with the value <c>other</c>.</summary>
    public static LabelSet Other(ReadOnlySpan<KeyValuePair<string, object?>> constant, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in constant) labels[NameOf(key)] = ValueOf(value);
        foreach (var (key, _) in tags) labels[NameOf(key)] = "other";
        return new(labels);
    }

    static string Render(KeyValuePair<string, string>[] pairs)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in pairs)
        {
            if (text.Length > 0) text.Append(',');
            text.Append(name).Append("=\"").Append(ExpositionText.Escape(value, withQuotes: true)).Append('"');
        }
        return text.ToString();
    }

    static string NameOf(string? key)
    {
        var name = PrometheusName.Label(key ?? "");
        // Names that mean something to the scraper itself.
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
        return WholeRunes(text.Length <= MaxValueLength ? text : text[..MaxValueLength]);
    }

    /// <summary>Lone surrogates, which have no bytes in UTF-8, become U+FFFD.</summary>
    static string WholeRunes(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\ud800', '\udfff')) return text;
        var whole = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes()) whole.Append(rune.ToString());
        return whole.ToString();
    }
}
