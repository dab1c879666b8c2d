using System.Numerics;
using System.Runtime.CompilerServices;

namespace Pharos.Storage.Bytes;

/// <summary>Unsigned integers in 7-bit groups, lowest first, the high bit saying that more follow; at most 10 bytes.</summary>
static class Varint
{
    public const int MaxBytes = 10;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Size(ulong value) => (BitOperations.Log2(value | 1) * 9 + 73) >> 6;

    /// <summary>Writes the value and returns the number of bytes. The destination has room for <see cref="Size"/> bytes.</summary>
    public static int Write(Span<byte> destination, ulong value)
    {
        var length = 0;
        while (value >= 0x80)
        {
            destination[length++] = (byte)(value | 0x80);
            value >>= 7;
        }
        destination[length++] = (byte)value;
        return length;
    }

    /// <summary>Reads one value and returns the number of bytes, or 0 when the source is cut short or the number does not fit 64 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Read(ReadOnlySpan<byte> source, out ulong value)
    {
        if (!source.IsEmpty && source[0] < 0x80)
        {
            value = source[0];
            return 1;
        }
        return ReadSlow(source, out value);
    }

    static int ReadSlow(ReadOnlySpan<byte> source, out ulong value)
    {
        value = 0;
        var limit = Math.Min(source.Length, MaxBytes);
        for (var i = 0; i < limit; i++)
        {
            var b = source[i];
            if (i == MaxBytes - 1 && b > 1) break; // The tenth byte holds bit 63 alone.
            value |= (ulong)(b & 0x7f) << (7 * i);
            if (b < 0x80) return i + 1;
        }
        value = 0;
        return 0;
    }
}

/// <summary>Maps signed integers to unsigned ones so that small magnitudes stay small: 0, -1, 1, -2 … become 0, 1, 2, 3 …</summary>
static class ZigZag
{
    public static ulong Encode(long value) => (ulong)((value << 1) ^ (value >> 63));

    public static long Decode(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);
}
