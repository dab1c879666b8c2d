using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Pharos.Query.GoTemplate;

/// <summary>Reads Go's literals for strings, characters and numbers.</summary>
static class GoLiteral
{
    /// <summary>The content of a literal in double quotes, back quotes or single quotes. False: an escape is wrong.</summary>
    public static bool TryUnquote(string quoted, [NotNullWhen(true)] out string? text)
    {
        text = null;
        var quote = quoted[0];
        var inner = quoted.AsSpan(1, quoted.Length - 2);
        if (quote == '`')
        {
            text = inner.ToString().Replace("\r", "", StringComparison.Ordinal);
            return true;
        }
        var bytes = new List<byte>(inner.Length);
        Span<byte> utf8 = stackalloc byte[4];
        while (!inner.IsEmpty)
        {
            if (inner[0] != '\\')
            {
                var status = Rune.DecodeFromUtf16(inner, out var rune, out var consumed);
                if (status != System.Buffers.OperationStatus.Done) rune = Rune.ReplacementChar;
                bytes.AddRange(utf8[..rune.EncodeToUtf8(utf8)]);
                inner = inner[consumed..];
                continue;
            }
            if (!TryUnescape(ref inner, quote, out var value, out var isByte)) return false;
            if (isByte) bytes.Add((byte)value);
            else bytes.AddRange(utf8[..new Rune(value).EncodeToUtf8(utf8)]);
        }
        text = Encoding.UTF8.GetString([.. bytes]);
        return true;
    }

    /// <summary>Reads the escape at the front. <c>\x41</c> and <c>\101</c> are bytes, <c>\u0041</c> is a character.</summary>
    static bool TryUnescape(ref ReadOnlySpan<char> text, char quote, out int value, out bool isByte)
    {
        (value, isByte) = (0, false);
        if (text.Length < 2) return false;
        var c = text[1];
        var simple = c switch
        {
            'a' => 7, 'b' => 8, 'f' => 12, 'n' => 10, 'r' => 13, 't' => 9, 'v' => 11, '\\' => '\\',
            _ when c == quote => quote,
            _ => -1,
        };
        if (simple >= 0)
        {
            value = simple;
            text = text[2..];
            return true;
        }
        var (start, digits, numberBase) = c switch
        {
            'x' => (2, 2, 16), 'u' => (2, 4, 16), 'U' => (2, 8, 16),
            >= '0' and <= '7' => (1, 3, 8),
            _ => (0, 0, 0),
        };
        if (digits == 0 || text.Length < start + digits) return false;
        var number = 0L;
        foreach (var digit in text.Slice(start, digits))
        {
            if (!char.IsAsciiHexDigit(digit) || Convert.ToInt32(digit.ToString(), 16) >= numberBase) return false;
            number = (number * numberBase) + Convert.ToInt32(digit.ToString(), 16);
        }
        isByte = c is not ('u' or 'U');
        if (isByte ? number > 255 : !Rune.IsValid((uint)Math.Min(number, uint.MaxValue))) return false;
        value = (int)number;
        text = text[(start + digits)..];
        return true;
    }

    /// <summary>A number as Go reads it in source: decimal, <c>0x</c>, <c>0o</c>, <c>0b</c>, old octal, underscores.</summary>
    /// <param name="whole">Its value as a 64-bit whole number, when it is one.</param>
    /// <param name="isWhole">Written without point and exponent.</param>
    public static bool TryParseNumber(string text, out long? whole, out double fractional, out bool isWhole)
    {
        whole = null;
        var negative = text[0] == '-';
        var digits = (text[0] is '+' or '-' ? text[1..] : text).Replace("_", "", StringComparison.Ordinal);
        var (numberBase, start) = digits.Length > 1 && digits[0] == '0'
            ? char.ToLowerInvariant(digits[1]) switch { 'x' => (16, 2), 'o' => (8, 2), 'b' => (2, 2), >= '0' and <= '7' => (8, 1), _ => (10, 0) }
            : (10, 0);
        isWhole = numberBase == 16 ? digits.AsSpan().IndexOfAny(".pP") < 0 : digits.AsSpan().IndexOfAny(".eE") < 0;
        if (!isWhole) return TryParseFractional(digits, numberBase, negative, out fractional, ref whole);
        var magnitude = default(UInt128);
        foreach (var digit in digits.AsSpan(start))
        {
            if (!char.IsAsciiHexDigit(digit) || Convert.ToInt32(digit.ToString(), 16) >= numberBase)
            {
                fractional = 0;
                return false;
            }
            magnitude = (magnitude * (UInt128)numberBase) + (UInt128)Convert.ToInt32(digit.ToString(), 16);
            if (magnitude > ulong.MaxValue)
            {
                fractional = 0;
                return false;
            }
        }
        fractional = negative ? -(double)magnitude : (double)magnitude;
        if (negative ? magnitude <= (UInt128)long.MaxValue + 1 : magnitude <= long.MaxValue) whole = negative ? (long)-(Int128)magnitude : (long)magnitude;
        return digits.Length > start;
    }

    static bool TryParseFractional(string digits, int numberBase, bool negative, out double fractional, ref long? whole)
    {
        if (numberBase == 16)
        {
            if (!TryParseHexFloat(digits, out fractional)) return false;
        }
        else if (!double.TryParse(digits, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out fractional) || !double.IsFinite(fractional))
        {
            return false;
        }
        if (negative) fractional = -fractional;
        if (Math.Floor(fractional) == fractional && Math.Abs(fractional) < 1L << 53) whole = (long)fractional; // As Go: 1e3 may serve as a whole number.
        return true;
    }

    /// <summary><c>0x1.8p3</c>: hexadecimal digits with a point, times a power of two.</summary>
    static bool TryParseHexFloat(string digits, out double value)
    {
        value = 0;
        var p = digits.AsSpan(2).IndexOfAny("pP");
        if (p < 0 || !int.TryParse(digits.AsSpan(2 + p + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exponent)) return false;
        var afterPoint = false;
        foreach (var digit in digits.AsSpan(2, p))
        {
            if (digit == '.')
            {
                if (afterPoint) return false;
                afterPoint = true;
                continue;
            }
            value = (value * 16) + Convert.ToInt32(digit.ToString(), 16);
            if (afterPoint) exponent -= 4;
        }
        value *= Math.Pow(2, exponent);
        return double.IsFinite(value);
    }
}
