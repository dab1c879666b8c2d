using System.Globalization;
using System.Text;

namespace Pharos.Server.Config.Yaml;

/// <summary>Just enough YAML: nested mappings and lists; texts are quoted whenever a reader could take them for something else.</summary>
sealed class YamlWriter
{
    readonly StringBuilder text = new();
    int indent;
    bool startsItem;

    public void Value(string key, string? value)
    {
        if (value is not null) Line($"{Plain(key)}: {Plain(value)}");
    }

    public void Value(string key, IFormattable value) => Line($"{Plain(key)}: {value.ToString(null, CultureInfo.InvariantCulture)}");

    public void Value(string key, bool value) => Line($"{Plain(key)}: {(value ? "true" : "false")}");

    /// <summary>A mapping that writes nothing leaves no trace.</summary>
    public void Mapping(string key, Action write)
    {
        var before = text.Length;
        var startedItem = startsItem;
        Line($"{Plain(key)}:");
        var afterKey = text.Length;
        indent += 2;
        write();
        indent -= 2;
        if (text.Length != afterKey) return;
        text.Length = before;
        startsItem = startedItem;
    }

    public void List<T>(string key, IReadOnlyList<T> items, Action<T> write)
    {
        if (items.Count == 0) return;
        Line($"{Plain(key)}:");
        indent += 2;
        foreach (var item in items)
        {
            startsItem = true;
            write(item);
            if (startsItem) Line("{}"); // An item whose every key has its default.
        }
        indent -= 2;
    }

    public void Texts(string key, IReadOnlyList<string> values)
    {
        if (values.Count == 0) return;
        Line($"{Plain(key)}:");
        foreach (var value in values) Line($"- {Plain(value)}");
    }

    /// <summary>A list that is empty on purpose.</summary>
    public void EmptyList(string key) => Line($"{Plain(key)}: []");

    public void Pairs(string key, IReadOnlyList<KeyValuePair<string, string>> pairs) => Mapping(key, () =>
    {
        foreach (var (name, value) in pairs) Value(name, value);
    });

    public void Lists(string key, IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> lists) => Mapping(key, () =>
    {
        foreach (var (name, values) in lists) Texts(name, values);
    });

    public override string ToString() => text.ToString();

    void Line(string line)
    {
        if (startsItem) text.Append(' ', indent - 2).Append("- ");
        else text.Append(' ', indent);
        startsItem = false;
        text.Append(line).Append('\n');
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
