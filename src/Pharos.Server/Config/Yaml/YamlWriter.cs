using System.Globalization;
using System.Text;
using Pharos.Model.Labels;
using Pharos.Model.Time;

namespace Pharos.Server.Config.Yaml;

/// <summary>Just enough YAML: nested mappings and lists; texts are quoted whenever a reader could take them for something else.</summary>
/// <remarks>Several may write into one mapping, each its own keys: the order is decided when all of it is there.</remarks>
sealed class YamlWriter
{
    readonly List<Entry> root = [];
    List<Entry> entries;

    public YamlWriter() => entries = root;

    /// <summary>A key with what stands behind it: exactly one of these.</summary>
    sealed record Entry(string Key, string? Text = null, List<Entry>? Mapping = null, List<string>? Texts = null, List<List<Entry>>? Items = null);

    public void Value(string key, string? value)
    {
        if (value is not null) entries.Add(new(key, Plain(value)));
    }

    public void Value(string key, IFormattable value) => entries.Add(new(key, value.ToString(null, CultureInfo.InvariantCulture)));

    public void Value(string key, bool value) => entries.Add(new(key, value ? "true" : "false"));

    public void Value(string key, TimeSpan value) => Value(key, PromDuration.Format((long)value.TotalMilliseconds));

    /// <summary>Nothing when the text is empty.</summary>
    public void Filled(string key, string value) => Value(key, value.Length == 0 ? null : value);

    /// <summary>Where the secret is read, or that there is one.</summary>
    public void Secret(string key, Secret? secret)
    {
        if (secret?.Path is { } file) Value($"{key}_file", file);
        else if (secret is not null) Value(key, "<secret>");
    }

    /// <summary>A mapping that writes nothing leaves no trace; one that is there already goes on.</summary>
    public void Mapping(string key, Action write)
    {
        var outer = entries;
        var begun = outer.Find(entry => entry.Key == key)?.Mapping;
        entries = begun ?? [];
        write();
        if (begun is null && entries.Count > 0) outer.Add(new(key, Mapping: entries));
        entries = outer;
    }

    public void List<T>(string key, IReadOnlyList<T> items, Action<T> write)
    {
        if (items.Count == 0) return;
        var outer = entries;
        var written = new List<List<Entry>>();
        foreach (var item in items)
        {
            written.Add(entries = []);
            write(item);
        }
        entries = outer;
        entries.Add(new(key, Items: written));
    }

    public void Texts(string key, IReadOnlyList<string> values)
    {
        if (values.Count > 0) entries.Add(new(key, Texts: [.. values.Select(Plain)]));
    }

    /// <summary>A list that is empty on purpose.</summary>
    public void EmptyList(string key) => entries.Add(new(key, "[]"));

    public void Pairs(string key, IReadOnlyList<KeyValuePair<string, string>> pairs) => Mapping(key, () =>
    {
        foreach (var (name, value) in pairs) Value(name, value);
    });

    public void Labels(string key, LabelSet labels) => Pairs(key, [.. labels.Select(label => KeyValuePair.Create(label.Name, label.Value))]);

    public void Lists(string key, IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> lists) => Mapping(key, () =>
    {
        foreach (var (name, values) in lists) Texts(name, values);
    });

    public override string ToString() => ToString([]);

    /// <param name="order">Keys in the order wanted; <c>a.b</c> stands for <c>b</c> inside <c>a</c>. Others follow as they were written.</param>
    public string ToString(IReadOnlyList<string> order)
    {
        var places = order.Select((key, place) => (key, place)).ToDictionary(one => one.key, one => one.place, StringComparer.Ordinal);
        var text = new StringBuilder();
        foreach (var entry in Ordered(root, "", places))
        {
            Write(text, entry.Mapping is null ? entry : entry with { Mapping = [.. Ordered(entry.Mapping, $"{entry.Key}.", places)] }, 0, "");
        }
        return text.ToString();
    }

    static IEnumerable<Entry> Ordered(List<Entry> entries, string above, Dictionary<string, int> places) =>
        entries.OrderBy(entry => places.GetValueOrDefault($"{above}{entry.Key}", int.MaxValue));

    /// <param name="mark">Stands before the first line: the dash of the list item that begins here.</param>
    static void Write(StringBuilder text, Entry entry, int indent, string mark)
    {
        text.Append(' ', indent - mark.Length).Append(mark).Append(Plain(entry.Key)).Append(':');
        if (entry.Text is not null) text.Append(' ').Append(entry.Text);
        text.Append('\n');
        foreach (var child in entry.Mapping ?? []) Write(text, child, indent + 2, "");
        foreach (var value in entry.Texts ?? []) text.Append(' ', indent).Append("- ").Append(value).Append('\n');
        foreach (var item in entry.Items ?? [])
        {
            if (item.Count == 0) text.Append(' ', indent).Append("- {}\n"); // An item whose every key has its default.
            for (var i = 0; i < item.Count; i++) Write(text, item[i], indent + 2, i == 0 ? "- " : "");
        }
    }

    static string Plain(string value)
    {
        var isSafe = value.Length > 0 && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '/' or ':' or '<' or '>' or '(' or ')' or '$' or '+' or '^' or '\\' or ';')
            && (char.IsAsciiLetterOrDigit(value[0]) || value[0] is '/' or '<' or '(' or '$' or '^' or '\\' or ';' or '_' or '.') && value[^1] != ':'
            && !double.TryParse(value, CultureInfo.InvariantCulture, out _)
            && value.ToLowerInvariant() is not ("true" or "false" or "yes" or "no" or "on" or "off" or "y" or "n" or "null");
        return isSafe ? value : $"\"{Escape(value)}\"";
    }

    static string Escape(string value)
    {
        var escaped = new StringBuilder(value.Length + 8);
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' => escaped.Append("\\\""),
                '\\' => escaped.Append(@"\\"),
                '\n' => escaped.Append(@"\n"),
                '\t' => escaped.Append(@"\t"),
                '\r' => escaped.Append(@"\r"),
                < ' ' or '\x7f' or '\x85' or '\u2028' or '\u2029' => escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => escaped.Append(c),
            };
        }
        return escaped.ToString();
    }
}
