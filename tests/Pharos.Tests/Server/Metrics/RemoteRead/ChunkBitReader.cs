namespace Pharos.Tests.Server.Metrics.RemoteRead;

/// <summary>Reads the chunks of Prometheus one bit at a time, written from the description of the format.</summary>
sealed class ChunkBitReader(byte[] chunk)
{
    static readonly int[] VarbitWidths = [0, 3, 6, 9, 12, 18, 25, 56];

    int at;

    /// <summary>Whether all is read but the rest of the last byte.</summary>
    public bool IsAtEnd => (at + 7) / 8 == chunk.Length;

    public ulong Bits(int wanted)
    {
        var value = 0UL;
        for (; wanted > 0; wanted--, at++) value = (value << 1) | (uint)((chunk[at / 8] >> (7 - at % 8)) & 1);
        return value;
    }

    public double Double() => BitConverter.UInt64BitsToDouble(Bits(64));

    /// <summary>Two's complement, except that the middle value is positive.</summary>
    public long Signed(int width)
    {
        var value = (long)Bits(width);
        return width < 64 && value > 1L << (width - 1) ? value - (1L << width) : value;
    }

    public ulong Varint()
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = Bits(8);
            value |= (next & 0x7f) << shift;
            if (next < 0x80) return value;
        }
    }

    public long VarbitInt() => NextWidth() is var width && width == 0 ? 0 : Signed(width);

    public ulong VarbitUint() => Bits(NextWidth());

    public double Xor(ref XorState state)
    {
        if (Bits(1) == 1)
        {
            if (Bits(1) == 1)
            {
                state.Leading = (int)Bits(5);
                var significant = (int)Bits(6);
                state.Trailing = 64 - state.Leading - (significant == 0 ? 64 : significant);
            }
            state.Value ^= Bits(64 - state.Leading - state.Trailing) << state.Trailing;
        }
        return BitConverter.UInt64BitsToDouble(state.Value);
    }

    int NextWidth()
    {
        var ones = 0;
        while (ones < 8 && Bits(1) == 1) ones++;
        return ones == 8 ? 64 : VarbitWidths[ones];
    }

    /// <summary>A value and the window of its last change.</summary>
    public struct XorState
    {
        public ulong Value;
        public int Leading;
        public int Trailing;

        public double Start(ulong bits)
        {
            Value = bits;
            return BitConverter.UInt64BitsToDouble(bits);
        }
    }
}
