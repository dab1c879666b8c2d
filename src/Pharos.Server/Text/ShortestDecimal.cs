using System.Buffers.Text;
using System.Diagnostics;

namespace Pharos.Server.Text;

/// <summary>Writes a number with a fraction by the fewest digits that read back as the same double: most of what an answer to a rate consists of.</summary>
/// <remarks>
/// <para>Why not the runtime's formatter: it takes three to four times as long, and that was a third of the time of answers of such numbers.</para>
/// <para>Limits: <see cref="MinMagnitude"/> and above, and not whole, hence below 2^52. In that range the scales are powers of ten up to 10^22, exact in 128
/// bits, so that the table is a handful of numbers and no error bounds have to be argued.</para>
/// <para>Source: R. Giulietti, "The Schubfach way to render doubles", 2020, section 9 (method). The double is c·2^q and stands for all reals half way
/// to its neighbours. Scaled by a power of ten just fine enough for the interval to hold an integer, one or two candidates of 17 digits at most
/// remain, and of 16 when the interval is wide; each is compared with the interval's ends and, last, with the value.</para>
/// </remarks>
static class ShortestDecimal
{
    public const double MinMagnitude = 1e-6;

    /// <summary>Longest text: the sign, <c>0.</c>, 5 zeros and 17 digits.</summary>
    public const int MaxLength = 25;

    const int FractionBits = 52;
    const int ExponentBias = 1075; // Of the fraction taken as an integer.
    const int MaxPower = 23;

    /// <summary>10^n with its highest bit at the top of 128.</summary>
    static readonly UInt128[] Powers = [.. Enumerable.Range(0, MaxPower).Select(Power)];

    /// <returns>Bytes written.</returns>
    public static int Write(Span<byte> to, double value)
    {
        Debug.Assert(Math.Abs(value) >= MinMagnitude && Math.Floor(value) != value);
        var length = 0;
        if (value < 0) to[length++] = (byte)'-';
        var (digits, decimals) = Digits(BitConverter.DoubleToUInt64Bits(value));
        Span<byte> text = stackalloc byte[20];
        Utf8Formatter.TryFormat(digits, text, out var count);
        var kept = text[..count].TrimEnd((byte)'0');
        var whole = count - decimals;
        if (whole <= 0)
        {
            to[length++] = (byte)'0';
            to[length++] = (byte)'.';
            to.Slice(length, -whole).Fill((byte)'0');
            length -= whole;
            kept.CopyTo(to[length..]);
            return length + kept.Length;
        }
        kept[..whole].CopyTo(to[length..]);
        length += whole;
        to[length++] = (byte)'.';
        kept[whole..].CopyTo(to[length..]);
        return length + kept.Length - whole;
    }

    /// <summary>The magnitude as digits / 10^decimals. There may be zeros at the end.</summary>
    static (ulong Digits, int Decimals) Digits(ulong bits)
    {
        var fraction = bits & ((1UL << FractionBits) - 1);
        var c = fraction | (1UL << FractionBits);
        var q = (int)(bits >> FractionBits & 0x7ff) - ExponentBias;
        var isEven = (c & 1) == 0;
        var edge = isEven ? 0UL : 1; // The ends of the interval read back as the double only if its last bit is 0.
        var isLopsided = fraction == 0; // The neighbour below a power of two is only half as far.

        // In quarters of the last bit: the value, and the ends of its interval.
        var middle = c << 2;
        var below = isLopsided ? middle - 1 : middle - 2;
        var above = middle + 2;

        // The largest k for which 10^k is not wider than the interval: floor(log10(2^q)), or of 3/4 of it.
        var k = (q * 1262611 - (isLopsided ? 524031 : 0)) >> 22;
        var shift = q + ((-k * 1741647) >> 19) + 1;
        var power = Powers[-k];
        var scaled = RoundToOdd(power, middle << shift);
        var low = RoundToOdd(power, below << shift) + edge;
        var high = RoundToOdd(power, above << shift) - edge;

        var floor = scaled >> 2;
        if (floor >= 10)
        {
            var tens = floor / 10 * 10;
            var isTensIn = low <= tens << 2;
            var isNextTensIn = (tens + 10) << 2 <= high;
            if (isTensIn != isNextTensIn) return (isTensIn ? tens : tens + 10, -k);
        }
        var isFloorIn = low <= floor << 2;
        var isNextIn = (floor + 1) << 2 <= high;
        if (isFloorIn != isNextIn) return (isFloorIn ? floor : floor + 1, -k);
        var half = (floor << 2) + 2;
        var isNearer = scaled < half || (scaled == half && (floor & 1) == 0);
        return (isNearer ? floor : floor + 1, -k);
    }

    /// <summary>power · factor / 2^128, with the lowest bit set when something was cut off: so that comparisons see it.</summary>
    static ulong RoundToOdd(UInt128 power, ulong factor)
    {
        var carry = Math.BigMul((ulong)power, factor, out var rest);
        var high = Math.BigMul((ulong)(power >> 64), factor, out var low);
        low += carry;
        if (low < carry) high++;
        return high | ((low | rest) == 0 ? 0UL : 1);
    }

    static UInt128 Power(int n)
    {
        UInt128 power = 1;
        for (var i = 0; i < n; i++) power *= 10;
        return power << (int)UInt128.LeadingZeroCount(power);
    }
}
