using System.Buffers.Binary;
using System.Numerics;

namespace Pharos.Storage.Bytes;

/// <summary>CRC-32C (Castagnoli), the check sum of every file of the store and of the frames of streamed remote read.</summary>
/// <remarks>
/// <para>Speed: the machine's instruction through <see cref="BitOperations"/>, 8 bytes in 3 cycles. One stream of them is faster than
/// any disk, so the three interleaved streams of other implementations are not worth their code. Tests hold it against a bitwise twin.</para>
/// <para>Source: RFC 3720, appendix B.4 (polynomial 0x1EDC6F41 reflected, all-ones start and final inversion; its vectors are in the tests).</para>
/// </remarks>
public static class Crc32C
{
    public static uint Of(ReadOnlySpan<byte> bytes) => Append(0, bytes);

    /// <summary>Continues a check sum: <c>Append(Of(a), b)</c> equals <c>Of(ab)</c>. Any seed in place of <c>Of(a)</c> gives a family of its own.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        crc = ~crc;
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }
        foreach (var b in bytes) crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }

    /// <summary>The single wrong bytes (where, and what was added to it by exclusive or) that would change the sum of so many bytes by that difference.</summary>
    /// <remarks>
    /// <para>A CRC is linear: each byte that follows an error moves it on by one step, whatever the byte is. So the steps are undone from the end, and
    /// where what is left is the mark that one byte leaves, that byte explains all.</para>
    /// <para>Below some kilobytes nothing but the one true error is found: a wrong one for a chance of (bytes / 2^24).</para>
    /// </remarks>
    public static IEnumerable<(int Position, byte Error)> SingleByteErrors(int length, uint difference)
    {
        var byTopByte = new byte[256]; // The marks of single bytes differ in their highest byte.
        for (var i = 0; i < 256; i++) byTopByte[Mark((byte)i) >> 24] = (byte)i;
        for (var position = length - 1; position >= 0; position--)
        {
            var error = byTopByte[difference >> 24];
            var mark = Mark(error);
            if (error != 0 && mark == difference) yield return (position, error);
            difference = ((difference ^ mark) << 8) | error;
        }
    }

    static uint Mark(byte error) => BitOperations.Crc32C(0, error);
}
