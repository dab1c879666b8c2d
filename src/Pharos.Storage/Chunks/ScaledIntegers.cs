using System.Runtime.Intrinsics;

namespace Pharos.Storage.Chunks;

/// <summary>Doubles as integers and back: over a power of ten, or by the order of their bits. Exact in both directions or not at all.</summary>
static class ScaledIntegers
{
    public const int MaxExponent = 15;

    /// <summary>Integers below this are doubles without rounding, as are the powers of ten up to 10^22: their quotient is rounded once.</summary>
    const double IntegerLimit = 1L << 53;

    static ReadOnlySpan<double> PowerOfTen => [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

    /// <summary>Finds the exponent for all values, their integers, and the positions that do not fit.</summary>
    /// <returns>False when there are more exceptions than <paramref name="exceptions"/> has room for, or more than one in four.</returns>
    public static bool TryFrom(ReadOnlySpan<double> values, Span<long> integers, Span<byte> exceptions, out int exponent, out int exceptionCount)
    {
        exceptionCount = 0;
        var allowed = Math.Min(exceptions.Length, 1 + values.Length / 4);
        if (!TryFindExponent(values, allowed, out exponent)) return false;
        for (var i = 0; i < values.Length; i++)
        {
            if (IsExact(values[i], exponent, out integers[i])) continue;
            if (exceptionCount == allowed) return false;
            exceptions[exceptionCount++] = (byte)i;
            // What is packed in its place is free to choose: go on as before, so that neither width nor deltas grow.
            integers[i] = i switch { 0 => 0, 1 => integers[0], _ => 2 * integers[i - 1] - integers[i - 2] };
        }
        if (exceptionCount > 0 && exceptions[0] == 0) FillLeading(integers, exceptions[..exceptionCount]);
        return true;
    }

    /// <summary>Divides by the power of ten. Source and destination may be the same memory.</summary>
    public static void ToDoubles(ReadOnlySpan<long> integers, int exponent, Span<double> values)
    {
        var divisor = PowerOfTen[exponent];
        var i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            var divisors = Vector512.Create(divisor);
            for (; i <= integers.Length - Vector512<long>.Count; i += Vector512<long>.Count)
            {
                var converted = Vector512.ConvertToDouble(Vector512.Create(integers[i..]));
                (exponent == 0 ? converted : converted / divisors).CopyTo(values[i..]);
            }
        }
        for (; i < integers.Length; i++) values[i] = integers[i] / divisor;
    }

    /// <summary>Maps a double's bits so that integers compare as the doubles do; its own inverse.</summary>
    public static long Ordered(long bits) => bits ^ ((bits >> 63) & long.MaxValue);

    public static void Reorder(Span<long> bits)
    {
        foreach (ref var value in bits) value = Ordered(value);
    }

    static bool TryFindExponent(ReadOnlySpan<double> values, int allowed, out int exponent)
    {
        exponent = 0;
        var missing = 0;
        foreach (var value in values)
        {
            if (IsExact(value, exponent, out _)) continue;
            var found = exponent + 1;
            while (found <= MaxExponent && !IsExact(value, found, out _)) found++;
            if (found <= MaxExponent) exponent = found;
            else if (++missing > allowed) return false;
        }
        return true;
    }

    static bool IsExact(double value, int exponent, out long integer)
    {
        var scaled = value * PowerOfTen[exponent];
        if (!(Math.Abs(scaled) < IntegerLimit))
        {
            integer = 0;
            return false; // Too large, infinite or no number.
        }
        integer = (long)Math.Round(scaled);
        return BitConverter.DoubleToInt64Bits(integer / PowerOfTen[exponent]) == BitConverter.DoubleToInt64Bits(value);
    }

    /// <summary>Exceptions at the start take the first value that is none.</summary>
    static void FillLeading(Span<long> integers, ReadOnlySpan<byte> exceptions)
    {
        var leading = 0;
        while (leading < exceptions.Length && exceptions[leading] == leading) leading++;
        if (leading < integers.Length) integers[..leading].Fill(integers[leading]);
    }
}
