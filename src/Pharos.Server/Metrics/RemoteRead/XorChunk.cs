using Pharos.Server.Wire;

namespace Pharos.Server.Metrics.RemoteRead;

/// <summary>Encodes samples as Prometheus' XOR chunk, in which remote read streams them.</summary>
/// <remarks>
/// <para>Shape: big-endian count of samples (16 bits), then bits: first time as zigzag varint and value in full; second time as varint difference;
/// further times as difference of differences in 1 to 68 bits; values XOR-ed with the one before.</para>
/// <para>Limits: <see cref="MaxSamples"/> a chunk, as Prometheus cuts them.</para>
/// <para>Source: Pelkonen et al., VLDB 2015, section 4.1; Prometheus' tsdb chunk format (facts).</para>
/// </remarks>
static class XorChunk
{
    public const int Encoding = 1;
    public const int MaxSamples = 120;

    /// <summary>Times ascend strictly; at least one sample.</summary>
    public static byte[] Encode(ReadOnlySpan<long> times, ReadOnlySpan<double> values)
    {
        ArgumentOutOfRangeException.ThrowIfZero(times.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(times.Length, MaxSamples);
        var chunk = new ChunkBits(times.Length);
        chunk.Varint(ProtoWriter.ZigZag(times[0]));
        chunk.Double(values[0]);
        var delta = 0L;
        var window = default(XorWindow);
        for (var i = 1; i < times.Length; i++)
        {
            var next = times[i] - times[i - 1];
            if (i == 1) chunk.Varint((ulong)next);
            else WriteDeltaOfDelta(chunk, next - delta);
            delta = next;
            chunk.Xor(BitConverter.DoubleToUInt64Bits(values[i]) ^ BitConverter.DoubleToUInt64Bits(values[i - 1]), ref window);
        }
        return chunk.ToArray();
    }

    static void WriteDeltaOfDelta(ChunkBits chunk, long change)
    {
        if (change == 0) chunk.Bits(0, 1);
        else if (ChunkBits.Fits(change, 14)) Prefixed(0b10, 2, 14);
        else if (ChunkBits.Fits(change, 17)) Prefixed(0b110, 3, 17);
        else if (ChunkBits.Fits(change, 20)) Prefixed(0b1110, 4, 20);
        else Prefixed(0b1111, 4, 64);

        void Prefixed(ulong prefix, int prefixBits, int valueBits)
        {
            chunk.Bits(prefix, prefixBits);
            chunk.Bits((ulong)change, valueBits);
        }
    }
}
