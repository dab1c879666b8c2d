using System.Globalization;

namespace Pharos.Model.Text;

/// <summary>Reads numbers as Go's <c>strconv.ParseFloat</c> does, which Prometheus uses for bounds of buckets, times of requests and templates.</summary>
/// <remarks>
/// <para>Shape: an optional sign, then decimal digits with a point and an exponent, or <c>0x</c> with hexadecimal digits and a power of two that must be
/// there, each with single underscores between digits; or Inf, Infinity (signed or not) and NaN (unsigned), in any case.</para>
/// <para>Source: Go language specification, floating-point literals; documentation of strconv (facts).</para>
/// </remarks>
public static class GoFloat
{
    /// <summary>Parses the whole text. False for what is no such number, and for one beyond the range of a double.</summary>
    public static bool TryParse(string text, out double value) => TryParse(text, out value, out _);

    /// <param name="isOutOfRange">The number is well formed and beyond the range; the value is the infinity nearest to it.</param>
    public static bool TryParse(string text, out double value, out bool isOutOfRange)
    {
        isOutOfRange = false;
        if (TryParseWord(text, out value)) return true;
        if (!HasSoundUnderscores(text)) return false;
        var plain = text.Contains('_', StringComparison.Ordinal) ? text.Replace("_", "", StringComparison.Ordinal) : text;
        var isSound = SkipSign(plain).StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? TryParseHexadecimal(plain, out value) : TryParseDecimal(plain, out value);
        isOutOfRange = isSound && double.IsInfinity(value);
        return isSound && !isOutOfRange;
    }

    static bool TryParseWord(string text, out double value)
    {
        var unsigned = SkipSign(text);
        value = double.NaN;
        if (text.Equals("nan", StringComparison.OrdinalIgnoreCase)) return true;
        value = text.StartsWith('-') ? double.NegativeInfinity : double.PositiveInfinity;
        return unsigned.Equals("inf", StringComparison.OrdinalIgnoreCase) || unsigned.Equals("infinity", StringComparison.OrdinalIgnoreCase);
    }

    static ReadOnlySpan<char> SkipSign(string text) => text.Length > 0 && text[0] is '+' or '-' ? text.AsSpan(1) : text;

    /// <summary>An underscore stands between two digits, or between the base's prefix and a digit.</summary>
    static bool HasSoundUnderscores(string text)
    {
        var unsigned = SkipSign(text);
        var isHexadecimal = unsigned.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        var before = isHexadecimal ? '0' : '^';
        for (var i = isHexadecimal ? 2 : 0; i < unsigned.Length; i++)
        {
            var isDigit = isHexadecimal ? char.IsAsciiHexDigit(unsigned[i]) : char.IsAsciiDigit(unsigned[i]);
            if (unsigned[i] == '_' ? before != '0' : before == '_' && !isDigit) return false;
            before = isDigit ? '0' : unsigned[i] == '_' ? '_' : '!';
        }
        return before != '_';
    }

    static bool TryParseDecimal(string text, out double value)
    {
        value = 0;
        if (text.AsSpan().IndexOfAnyExcept("0123456789+-.eE") >= 0) return false; // The runtime takes a NUL at the end, for one.
        return double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out value);
    }

    static bool TryParseHexadecimal(string text, out double value)
    {
        value = 0;
        var rest = SkipSign(text)[2..];
        var power = rest.IndexOfAny('p', 'P');
        if (power < 0 || !TryParseExponent(rest[(power + 1)..], out var exponent)) return false;
        var (mantissa, digits, seesPoint) = (0UL, 0, false);
        foreach (var c in rest[..power])
        {
            if (c == '.' && !seesPoint)
            {
                seesPoint = true;
                continue;
            }
            if (!char.IsAsciiHexDigit(c)) return false;
            digits++;
            var digit = (ulong)Convert.ToInt32(c.ToString(), 16);
            if (mantissa >> 60 == 0)
            {
                mantissa = (mantissa << 4) | digit;
                exponent -= seesPoint ? 4 : 0;
            }
            else
            {
                mantissa |= digit == 0 ? 0UL : 1UL; // Too far down to be seen but by rounding.
                exponent += seesPoint ? 0 : 4;
            }
        }
        if (digits == 0) return false;
        value = Math.ScaleB(mantissa, exponent);
        if (text[0] == '-') value = -value;
        return true;
    }

    /// <summary>Exponents far beyond all doubles are all the same.</summary>
    static bool TryParseExponent(ReadOnlySpan<char> text, out int exponent)
    {
        exponent = 0;
        var isNegative = text.Length > 0 && text[0] == '-';
        if (text.Length > 0 && text[0] is '+' or '-') text = text[1..];
        if (text.IsEmpty || text.IndexOfAnyExceptInRange('0', '9') >= 0) return false;
        foreach (var c in text) exponent = Math.Min((exponent * 10) + (c - '0'), 1_000_000);
        if (isNegative) exponent = -exponent;
        return true;
    }
}
