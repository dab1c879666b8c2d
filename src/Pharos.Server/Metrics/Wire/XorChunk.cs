using System.Buffers.Binary;
using System.Numerics;

namespace Pharos.Server.Metrics.Wire;

/// <summary>Encodes samples as Prometheus' XOR chunk, in which remote read streams them.</summary>
/// <remarks>
/// <para>Shape: big-endian count of samples (16 bits), then bits: first time as zigzag varint and value in full; second time as varint difference;
/// further times as difference of differences in 1 to 68 bits; values XOR-ed with the one before.</para>
/// <para>Limits: <see cref="MaxSamples"/> a chunk, as Prometheus cuts them. Threads: one writer.</para>
/// <para>Source: Pelkonen et al., VLDB 2015, section 4.1; Prometheus' tsdb chunk format (facts).</para>
/// </remarks>
sealed class XorChunk
{
    public const int MaxSamples = 120;

    readonly List<byte> bytes = [];
    int freeBits;

    /// <summary>Times ascend strictly; at least one sample.</summary>
    public static byte[] Encode(ReadOnlySpan<long> times, ReadOnlySpan<double> values)
    {
        ArgumentOutOfRangeException.ThrowIfZero(times.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(times.Length, MaxSamples);
        var chunk = new XorChunk();
        Span<byte> count = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(count, (ushort)times.Length);
        chunk.bytes.AddRange(count);
        chunk.Append(times, values);
        return [.. chunk.bytes];
    }

    void Append(ReadOnlySpan<long> times, ReadOnlySpan<double> values)
    {
        Varint(ProtoWriter.ZigZag(times[0]));
        Bits(BitConverter.DoubleToUInt64Bits(values[0]), 64);
        var delta = 0L;
        var (leading, trailing) = (-1, 0);
        for (var i = 1; i < times.Length; i++)
        {
            var next = times[i] - times[i - 1];
            if (i == 1) Varint((ulong)next);
            else DeltaOfDelta(next - delta);
            delta = next;
            Value(BitConverter.DoubleToUInt64Bits(values[i]) ^ BitConverter.DoubleToUInt64Bits(values[i - 1]), ref leading, ref trailing);
        }
    }

    void DeltaOfDelta(long change)
    {
        if (change == 0) Bits(0, 1);
        else if (Fits(change, 14)) Prefixed(0b10, 2, change, 14);
        else if (Fits(change, 17)) Prefixed(0b110, 3, change, 17);
        else if (Fits(change, 20)) Prefixed(0b1110, 4, change, 20);
        else Prefixed(0b1111, 4, change, 64);
    }

    void Value(ulong difference, ref int leading, ref int trailing)
    {
        if (difference == 0)
        {
            Bits(0, 1);
            return;
        }
        Bits(1, 1);
        var newLeading = Math.Min(BitOperations.LeadingZeroCount(difference), 31); // 5 bits hold it.
        var newTrailing = BitOperations.TrailingZeroCount(difference);
        if (leading >= 0 && newLeading >= leading && newTrailing >= trailing)
        {
            Bits(0, 1);
            Bits(difference >> trailing, 64 - leading - trailing);
            return;
        }
        (leading, trailing) = (newLeading, newTrailing);
        var significant = 64 - leading - trailing;
        Bits(1, 1);
        Bits((ulong)leading, 5);
        Bits((ulong)significant & 63, 6); // 64 is written as 0: there are never 0.
        Bits(difference >> trailing, significant);
    }

    void Prefixed(ulong prefix, int prefixBits, long value, int valueBits)
    {
        Bits(prefix, prefixBits);
        Bits((ulong)value, valueBits);
    }

    void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7) Bits(value & 0x7f | 0x80, 8);
        Bits(value, 8);
    }

    /// <summary>The lowest bits of the value, the highest of them first.</summary>
    void Bits(ulong value, int count)
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

    static bool Fits(long value, int bits) => value >= -((1L << (bits - 1)) - 1) && value <= 1L << (bits - 1);
}
