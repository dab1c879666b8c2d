using System.Buffers.Binary;
using System.Numerics;

namespace Pharos.Server.Metrics.Wire;

/// <summary>CRC-32C, which frames of streamed remote read carry.</summary>
static class Castagnoli
{
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..]) crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var b in bytes) crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }
}
