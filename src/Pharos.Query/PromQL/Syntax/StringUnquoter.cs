using System.Globalization;
using System.Text;
using Pharos.Model.Text;

namespace Pharos.Query.PromQL.Syntax;

/// <summary>Takes the quotes and escapes off a string literal, by Go's rules.</summary>
static class StringUnquoter
{
    /// <param name="literal">With its quotes.</param>
    /// <param name="value">The text; bytes that are no UTF-8 become replacement characters.</param>
    /// <param name="invalid">Null, or the text as error messages show it, because it has bytes that are no UTF-8.</param>
    /// <param name="reason">Why an escape is not one of Go's.</param>
    /// <returns>False when an escape is not one of Go's.</returns>
    public static bool TryUnquote(ReadOnlySpan<char> literal, out string value, out string? invalid, out string reason)
    {
        reason = "";
        invalid = null;
        var quote = literal[0];
        var inner = literal[1..^1];
        if (quote == '`' || !inner.Contains('\\'))
        {
            value = inner.ToString();
            return true;
        }
        var bytes = new List<byte>(inner.Length); // Escapes may name single bytes of a character.
        Span<byte> utf8 = stackalloc byte[4];
        value = "";
        for (var i = 0; i < inner.Length;)
        {
            if (inner[i] != '\\')
            {
                Rune.DecodeFromUtf16(inner[i..], out var rune, out var length);
                bytes.AddRange(utf8[..rune.EncodeToUtf8(utf8)]);
                i += length;
                continue;
            }
            var c = i + 1 < inner.Length ? inner[i + 1] : '\0';
            i += 2;
            var simple = c switch
            {
                'a' => 7, 'b' => 8, 'f' => 12, 'n' => 10, 'r' => 13, 't' => 9, 'v' => 11, '\\' => '\\', '\'' when quote == '\'' => '\'', '"' when quote == '"' => '"',
                _ => -1,
            };
            if (simple >= 0)
            {
                bytes.Add((byte)simple);
                continue;
            }
            var (digits, radix) = c switch { 'x' => (2, 16), 'u' => (4, 16), 'U' => (8, 16), >= '0' and <= '7' => (3, 8), _ => (0, 0) };
            if (radix == 8) i--;
            if (digits == 0 || i + digits > inner.Length || !TryNumber(inner.Slice(i, digits), radix, out var code) || (digits < 4 && code > 255))
            {
                reason = string.Create(CultureInfo.InvariantCulture, $"unknown escape sequence U+{(int)c:X4}{(c is >= ' ' and < '\x7f' ? $" '{c}'" : "")}");
                return false;
            }
            i += digits;
            if (digits < 4) bytes.Add((byte)code);
            else if (Rune.IsValid(code)) bytes.AddRange(utf8[..new Rune(code).EncodeToUtf8(utf8)]);
            else
            {
                reason = "escape sequence is an invalid Unicode code point";
                return false;
            }
        }
        var all = bytes.ToArray();
        value = Encoding.UTF8.GetString(all);
        if (!System.Text.Unicode.Utf8.IsValid(all)) invalid = GoText.Quote(all);
        return true;
    }

    static bool TryNumber(ReadOnlySpan<char> digits, int radix, out int number)
    {
        number = 0;
        foreach (var c in digits)
        {
            if (!char.IsAsciiHexDigit(c)) return false;
            var digit = char.IsAsciiDigit(c) ? c - '0' : (c | 0x20) - 'a' + 10;
            if (digit >= radix || number > int.MaxValue / radix - 1) return false;
            number = number * radix + digit;
        }
        return true;
    }
}
