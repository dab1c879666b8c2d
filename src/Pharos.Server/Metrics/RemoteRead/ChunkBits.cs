using System.Numerics;

namespace Pharos.Server.Metrics.RemoteRead;

/// <summary>Writes the bits of Prometheus' chunks, and the three kinds of numbers in them.</summary>
/// <remarks>Threads: one writer. Source: Pelkonen et al., VLDB 2015, section 4.1; Prometheus' tsdb chunk format (facts).</remarks>
sealed class ChunkBits
{
    /// <summary>Widths of small integers, each one told by one more 1 before it; what fits none of them takes 64 bits.</summary>
    static readonly int[] VarbitWidths = [3, 6, 9, 12, 18, 25, 56];

    readonly List<byte> bytes = [];
    int freeBits;

    /// <param name="samples">How many samples the chunk has; its first two bytes.</param>
    public ChunkBits(int samples) => Bits((ulong)samples, 16);

    public byte[] ToArray() => [.. bytes];

    /// <summary>The lowest bits of the value, the highest of them first.</summary>
    public void Bits(ulong value, int count)
    {
        while (count > 0)
        {
            if (freeBits == 0)
            {
                bytes.Add(0);
                freeBits = 8;
            }
            var taken = Math.Min(freeBits, count);
            var part = (value >> (count - taken)) & ((1UL << taken) - 1);
            bytes[^1] |= (byte)(part << (freeBits - taken));
            freeBits -= taken;
            count -= taken;
        }
    }

    public void Double(double value) => Bits(BitConverter.DoubleToUInt64Bits(value), 64);

    /// <summary>Seven bits a byte, lowest first.</summary>
    public void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7) Bits(value & 0x7f | 0x80, 8);
        Bits(value, 8);
    }

    /// <summary>An integer in 1 bit (zero) to 72.</summary>
    public void VarbitInt(long value) => Varbit((ulong)value, value == 0 ? 0 : Array.FindIndex(VarbitWidths, width => Fits(value, width)) + 1);

    /// <summary>An integer that is not negative, in 1 bit (zero) to 72.</summary>
    public void VarbitUint(ulong value) => Varbit(value, value == 0 ? 0 : Array.FindIndex(VarbitWidths, width => value < 1UL << width) + 1);

    /// <summary>A value as what differs from the one before it, in the window of the last difference when it fits there.</summary>
    public void Xor(ulong difference, ref XorWindow window)
    {
        if (difference == 0)
        {
            Bits(0, 1);
            return;
        }
        Bits(1, 1);
        var leading = Math.Min(BitOperations.LeadingZeroCount(difference), 31); // 5 bits hold it.
        var trailing = BitOperations.TrailingZeroCount(difference);
        if (window.IsOpen && leading >= window.Leading && trailing >= window.Trailing)
        {
            Bits(0, 1);
            Bits(difference >> window.Trailing, 64 - window.Leading - window.Trailing);
            return;
        }
        window = new(true, leading, trailing);
        var significant = 64 - leading - trailing;
        Bits(1, 1);
        Bits((ulong)leading, 5);
        Bits((ulong)significant & 63, 6); // 64 is written as 0: there are never 0.
        Bits(difference >> trailing, significant);
    }

    /// <summary>Whether the value is one of the 2^bits - 1 from -(2^(bits-1) - 1) to 2^(bits-1).</summary>
    public static bool Fits(long value, int bits) => value >= -((1L << (bits - 1)) - 1) && value <= 1L << (bits - 1);

    /// <param name="value">The value; only the bits of its width are written.</param>
    /// <param name="ones">0: it is zero. Else one more than the place of its width, and 0 again stands for the full one.</param>
    void Varbit(ulong value, int ones)
    {
        if (value == 0)
        {
            Bits(0, 1);
            return;
        }
        if (ones == 0)
        {
            Bits(0xff, 8);
            Bits(value, 64);
            return;
        }
        Bits((1UL << (ones + 1)) - 2, ones + 1);
        Bits(value, VarbitWidths[ones - 1]);
    }
}

/// <summary>Where the bits lie in which a value last differed from the one before it.</summary>
readonly record struct XorWindow(bool IsOpen, int Leading, int Trailing);
