using System.Buffers;
using System.Globalization;
using System.Text;

namespace Pharos.Server.Metrics.Exposition;

/// <summary>What the two text formats share: characters of names, escapes, how a byte is shown in a message.</summary>
static class ExpositionText
{
    static readonly SearchValues<byte> NameBytes = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_:"u8);

    public static bool IsNameStart(byte one) => char.IsAsciiLetter((char)one) || one is (byte)'_' or (byte)':';

    public static bool IsBlank(byte one) => one is (byte)' ' or (byte)'\t';

    /// <summary>Length of the name at the start of the text. Label names stop at a colon, metric names do not.</summary>
    public static int NameLength(ReadOnlySpan<byte> text, bool allowColon)
    {
        if (text.IsEmpty || !IsNameStart(text[0]) || (text[0] == ':' && !allowColon)) return 0;
        var end = text.IndexOfAnyExcept(NameBytes);
        if (end < 0) end = text.Length;
        if (allowColon) return end;
        var colon = text[..end].IndexOf((byte)':');
        return colon < 0 ? end : colon;
    }

    /// <summary>Whether the old rules of names hold: letters, digits, underscores, and colons in metric names.</summary>
    public static bool IsLegacyName(ReadOnlySpan<byte> name, bool allowColon) => !name.IsEmpty && NameLength(name, allowColon) == name.Length;

    /// <summary>Undoes <c>\\</c>, <c>\n</c> and, in quoted text, <c>\"</c>. Other escapes stay as they are, as Prometheus keeps them.</summary>
    /// <returns>The bytes themselves when they have no escape; else a part of the scratch buffer, valid until its next use.</returns>
    public static ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> raw, bool isQuoted, ref byte[] scratch)
    {
        var escape = raw.IndexOf((byte)'\\');
        if (escape < 0) return raw;
        if (scratch.Length < raw.Length) scratch = new byte[raw.Length];
        var used = 0;
        for (var i = 0; i < raw.Length; i++)
        {
            var one = raw[i];
            if (one == '\\' && i + 1 < raw.Length)
            {
                var next = raw[i + 1];
                if (next == 'n') one = (byte)'\n';
                else if (next == '\\' || (next == '"' && isQuoted)) one = next;
                if (one != '\\' || next == '\\') i++;
            }
            scratch[used++] = one;
        }
        return scratch.AsSpan(0, used);
    }

    public static string UnescapeToString(ReadOnlySpan<byte> raw, bool isQuoted)
    {
        byte[] scratch = [];
        return Encoding.UTF8.GetString(Unescape(raw, isQuoted, ref scratch));
    }

    /// <summary>A byte as a person wants to read it in a message.</summary>
    public static string Describe(ReadOnlySpan<byte> body, int position)
    {
        if (position >= body.Length) return "the end of the data";
        var one = body[position];
        return one switch
        {
            (byte)'\n' => "the end of the line",
            (byte)'\r' => "a carriage return (lines end with a line feed alone)",
            (byte)'\t' => "a tab",
            (byte)' ' => "a space",
            (byte)'"' => "a quote",
            > 0x20 and < 0x7f => $"\"{(char)one}\"",
            _ => string.Create(CultureInfo.InvariantCulture, $"the byte 0x{one:x2}"),
        };
    }

    /// <summary>A token as a person wants to read it in a message: cut when long.</summary>
    public static string Show(ReadOnlySpan<byte> token)
    {
        var text = Encoding.UTF8.GetString(token.Length > 60 ? token[..60] : token);
        return Model.Text.GoText.Quote(token.Length > 60 ? text + "…" : text);
    }
}
