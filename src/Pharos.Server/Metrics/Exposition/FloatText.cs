using System.Globalization;

namespace Pharos.Server.Metrics.Exposition;

/// <summary>Numbers as expositions write them: decimal floats, <c>Inf</c>, <c>NaN</c>; what Go's <c>ParseFloat</c> accepts without hexadecimal forms and underscores.</summary>
/// <remarks>
/// <para>Most values have at most 15 significant digits and a small exponent. Such a number is its digits as an exact integer,
/// multiplied or divided once by an exact power of ten, hence correctly rounded (Clinger 1990); the rest goes to the runtime's parser.</para>
/// <para>A <c>NaN</c> gets the bits that Prometheus stores for one, so that no exposition can write a stale marker.</para>
/// </remarks>
static class FloatText
{
    const ulong LargestExactInteger = 1UL << 53;
    const int MostDigits = 18; // Any 18 digits fit into 64 bits.

    static readonly double NaN = BitConverter.Int64BitsToDouble(Model.Samples.StaleMarker.NormalNaNBits);

    static readonly double[] PowersOfTen =
    [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ];

    /// <summary>Parses a whole token. False: not a number, or one beyond the range of a double.</summary>
    public static bool TryParse(ReadOnlySpan<byte> token, out double value)
    {
        var position = 0;
        return (TryReadSimple(token, ref position, out value) && position == token.Length) || TryParseSlow(token, out value);
    }

    /// <summary>Reads digits, an optional fraction and an optional exponent while the result is exact by one operation.</summary>
    /// <remarks>On success the position is behind the number; what follows is the caller's to judge. On failure it is unchanged.</remarks>
    public static bool TryReadSimple(ReadOnlySpan<byte> text, ref int position, out double value)
    {
        value = 0;
        var at = position;
        var negative = false;
        if ((uint)at < (uint)text.Length && text[at] is (byte)'-' or (byte)'+') negative = text[at++] == '-';
        var start = at;
        var mantissa = 0UL;
        uint digit;
        while ((uint)at < (uint)text.Length && (digit = (uint)(text[at] - '0')) <= 9)
        {
            mantissa = (mantissa * 10) + digit;
            at++;
        }
        var digits = at - start;
        var exponent = 0;
        if ((uint)at < (uint)text.Length && text[at] == '.')
        {
            var fraction = ++at;
            while ((uint)at < (uint)text.Length && (digit = (uint)(text[at] - '0')) <= 9)
            {
                mantissa = (mantissa * 10) + digit;
                at++;
            }
            exponent = fraction - at;
            digits -= exponent;
        }
        if (digits is 0 or > MostDigits || mantissa > LargestExactInteger) return false;
        if ((uint)at < (uint)text.Length && text[at] is (byte)'e' or (byte)'E' && !TryReadExponent(text, ref at, ref exponent)) return false;
        if (exponent is < -22 or > 22) return false;
        value = exponent < 0 ? mantissa / PowersOfTen[-exponent] : mantissa * PowersOfTen[exponent];
        if (negative) value = -value;
        position = at;
        return true;
    }

    static bool TryReadExponent(ReadOnlySpan<byte> text, ref int at, ref int exponent)
    {
        at++;
        var negative = false;
        if ((uint)at < (uint)text.Length && text[at] is (byte)'-' or (byte)'+') negative = text[at++] == '-';
        var start = at;
        var written = 0;
        uint digit;
        while ((uint)at < (uint)text.Length && (digit = (uint)(text[at] - '0')) <= 9 && at - start < 4)
        {
            written = (written * 10) + (int)digit;
            at++;
        }
        if (at == start || ((uint)at < (uint)text.Length && text[at] - (uint)'0' <= 9)) return false;
        exponent += negative ? -written : written;
        return true;
    }

    static bool TryParseSlow(ReadOnlySpan<byte> token, out double value)
    {
        if (TryParseSpecial(token, out value)) return true;
        // The runtime's parser tolerates trailing zero bytes, for one, so only characters of a number may reach it.
        if (token.IndexOfAnyExcept("0123456789+-.eE"u8) >= 0) return false;
        return double.TryParse(token, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out value)
            && double.IsFinite(value);
    }

    static bool TryParseSpecial(ReadOnlySpan<byte> token, out double value)
    {
        value = NaN;
        if (EqualsIgnoreCase(token, "nan"u8)) return true;
        value = double.PositiveInfinity;
        if (token.IsEmpty) return false;
        var unsigned = token[0] is (byte)'+' or (byte)'-' ? token[1..] : token;
        if (token[0] == '-') value = double.NegativeInfinity;
        return EqualsIgnoreCase(unsigned, "inf"u8) || EqualsIgnoreCase(unsigned, "infinity"u8);
    }

    static bool EqualsIgnoreCase(ReadOnlySpan<byte> token, ReadOnlySpan<byte> lowerCase) =>
        System.Text.Ascii.EqualsIgnoreCase(token, lowerCase);
}
