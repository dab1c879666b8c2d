namespace Pharos.Storage.Bytes;

/// <summary>Reads bits highest first, as Gorilla-coded chunks have them; past the end is a <see cref="CorruptDataException"/>.</summary>
ref struct BitReader(ReadOnlySpan<byte> bytes, string path, long baseOffset)
{
    readonly ReadOnlySpan<byte> bytes = bytes;
    long position;

    public bool Bit()
    {
        if (position >= (long)bytes.Length * 8) CorruptDataException.Throw(path, baseOffset + bytes.Length, "more bits", "the end of the chunk");
        var bit = bytes[(int)(position >> 3)] & (0x80 >> (int)(position & 7));
        position++;
        return bit != 0;
    }

    /// <summary>The next bits (0-64) as an unsigned number.</summary>
    public ulong Bits(int count)
    {
        ulong value = 0;
        while (count > 0)
        {
            if (position >= (long)bytes.Length * 8) CorruptDataException.Throw(path, baseOffset + bytes.Length, $"{count} more bits", "the end of the chunk");
            var offset = (int)(position & 7);
            var taken = Math.Min(8 - offset, count);
            var piece = (bytes[(int)(position >> 3)] >> (8 - offset - taken)) & ((1 << taken) - 1);
            value = (value << taken) | (uint)piece;
            position += taken;
            count -= taken;
        }
        return value;
    }

    /// <summary>An unsigned varint whose bytes need not start at a byte.</summary>
    public ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var b = Bits(8);
            value |= (b & 0x7f) << shift;
            if (b < 0x80) return value;
        }
        CorruptDataException.Throw(path, baseOffset, "a varint of at most 64 bits", "a longer one");
        return 0;
    }
}
