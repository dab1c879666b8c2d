using System.Buffers.Binary;
using Pharos.Storage.Bytes;
using Pharos.Storage.Chunks;

namespace Pharos.Storage.Series.Prometheus;

/// <summary>Decodes the float chunks of Prometheus: times as delta of delta, values XOR-ed with the one before.</summary>
/// <remarks>Source: Pelkonen et al., VLDB 2015, section 4.1, with Prometheus' own widths (14, 17, 20, 64 bits) and times in ms.</remarks>
static class XorChunk
{
    public const byte Encoding = 1;

    /// <summary>Appends all samples.</summary>
    /// <exception cref="CorruptDataException">The chunk is cut short.</exception>
    public static void Decode(ReadOnlySpan<byte> chunk, string path, long offset, SampleColumns into)
    {
        if (chunk.Length < sizeof(ushort)) CorruptDataException.Throw(path, offset, "the count of a chunk", $"{chunk.Length} bytes");
        var count = BinaryPrimitives.ReadUInt16BigEndian(chunk);
        var reader = new BitReader(chunk[sizeof(ushort)..], path, offset + sizeof(ushort));
        var (time, delta) = (0L, 0L);
        var (bits, leading, trailing) = (0UL, 0, 0);
        for (var i = 0; i < count; i++)
        {
            switch (i)
            {
                case 0:
                    time = ZigZag.Decode(reader.Varint());
                    bits = reader.Bits(64);
                    break;
                case 1:
                    delta = (long)reader.Varint();
                    time += delta;
                    bits ^= NextXor(ref reader, ref leading, ref trailing);
                    break;
                default:
                    delta += NextDeltaOfDelta(ref reader);
                    time += delta;
                    bits ^= NextXor(ref reader, ref leading, ref trailing);
                    break;
            }
            into.Add(time, BitConverter.UInt64BitsToDouble(bits));
        }
    }

    static long NextDeltaOfDelta(ref BitReader reader)
    {
        if (!reader.Bit()) return 0;
        if (!reader.Bit()) return Signed(reader.Bits(14), 14);
        if (!reader.Bit()) return Signed(reader.Bits(17), 17);
        if (!reader.Bit()) return Signed(reader.Bits(20), 20);
        return (long)reader.Bits(64);
    }

    /// <summary>Two's complement, except that the middle value is positive.</summary>
    static long Signed(ulong bits, int width) => bits > 1UL << (width - 1) ? (long)bits - (1L << width) : (long)bits;

    static ulong NextXor(ref BitReader reader, ref int leading, ref int trailing)
    {
        if (!reader.Bit()) return 0;
        if (reader.Bit())
        {
            leading = (int)reader.Bits(5);
            var significant = (int)reader.Bits(6);
            trailing = Math.Max(0, 64 - leading - (significant == 0 ? 64 : significant)); // 64 does not fit 6 bits and is written as 0.
        }
        return reader.Bits(64 - leading - trailing) << trailing;
    }
}
