using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Pharos.Model.Labels;
using Pharos.Server.Doors;

namespace Pharos.Server.Alerting.Api;

/// <summary>Values of posted alerts out of their JSON, which is known to be well-formed.</summary>
/// <remarks>Threads: one.</remarks>
sealed class PostedText
{
    const int MostShownChars = 60;

    readonly SharedTexts texts = new();
    readonly List<Label> labels = []; // Of the set that is read.

    /// <summary>Labels with empty values left out. Names may be any text.</summary>
    public LabelSet Labels(ReadOnlySpan<byte> value, string field)
    {
        if (IsAbsent(value)) return LabelSet.Empty;
        if (value[0] != '{') throw ApiFaultException.BadData($"{field}: {Short(value)} is no object of texts");
        labels.Clear();
        var json = new Utf8JsonReader(value);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = Text(json);
            json.Read();
            if (json.TokenType != JsonTokenType.String) throw ApiFaultException.BadData($"{field}.{name}: {Short(Whole(ref json, value))} is no text");
            labels.Add(new(name, Text(json)));
        }
        return LabelSet.From(CollectionsMarshal.AsSpan(labels));
    }

    public string Text(ReadOnlySpan<byte> value, string field)
    {
        if (IsAbsent(value)) return "";
        if (value[0] != '"') throw ApiFaultException.BadData($"{field}: {Short(value)} is no text");
        var json = new Utf8JsonReader(value);
        json.Read();
        return Text(json);
    }

    /// <summary>Null when the field is absent, or Go's zero time.</summary>
    public static long? Time(ReadOnlySpan<byte> value, string field)
    {
        if (IsAbsent(value)) return null;
        if (value[0] == '"')
        {
            var text = value[1..^1];
            if (text.IsEmpty) return null;
            if (TryTime(value, text, out var time)) return time.Year <= 1 ? null : time.ToUnixTimeMilliseconds();
        }
        throw ApiFaultException.BadData($"{field}: {Short(value)} is no time; write one such as \"2026-01-31T15:00:00Z\"");
    }

    /// <summary>The beginning of a value, for people.</summary>
    public static string Short(ReadOnlySpan<byte> value)
    {
        var text = Encoding.UTF8.GetString(value[..Math.Min(value.Length, 4 * MostShownChars)]);
        return text.Length <= MostShownChars ? text : $"{text[..(MostShownChars - 3)]}...";
    }

    static bool IsAbsent(ReadOnlySpan<byte> value) => value.IsEmpty || value[0] == 'n';

    static bool TryTime(ReadOnlySpan<byte> value, ReadOnlySpan<byte> text, out DateTimeOffset time)
    {
        // What clients write has a zone, and is read from the bytes. Without one it is meant as UTC, which the reader would take as local.
        var hasZone = text[^1] == 'Z' || (text.Length > 6 && text[^6] is (byte)'+' or (byte)'-' && text[^3] == ':');
        var json = new Utf8JsonReader(value);
        json.Read();
        if (hasZone && json.TryGetDateTimeOffset(out time)) return true;
        return DateTimeOffset.TryParse(json.ValueIsEscaped ? Unescape(text) : Encoding.UTF8.GetString(text), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);
    }

    string Text(in Utf8JsonReader json) => json.ValueIsEscaped ? Unescape(json.ValueSpan) : texts.Of(json.ValueSpan);

    /// <summary>The value at which the reader stands, with all that is in it.</summary>
    static ReadOnlySpan<byte> Whole(ref Utf8JsonReader json, ReadOnlySpan<byte> bytes)
    {
        var start = (int)json.TokenStartIndex;
        json.Skip();
        return bytes[start..(int)json.BytesConsumed];
    }

    /// <summary>A text with escapes. The reader's own way throws where half of a surrogate pair is escaped; here it becomes U+FFFD, like all that is no text.</summary>
    static string Unescape(ReadOnlySpan<byte> utf8)
    {
        var written = Encoding.UTF8.GetString(utf8);
        var text = new StringBuilder(written.Length);
        for (var i = 0; i < written.Length; i++)
        {
            if (written[i] != '\\')
            {
                text.Append(written[i]);
                continue;
            }
            var escape = written[++i];
            text.Append(escape switch
            {
                'b' => '\b',
                'f' => '\f',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'u' => (char)ushort.Parse(written.AsSpan(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
                _ => escape,
            });
            if (escape == 'u') i += 4;
        }
        return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.ToString()));
    }
}
