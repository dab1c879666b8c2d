using System.Buffers.Binary;
using System.Numerics;
using Pharos.Storage.Bytes;

namespace Pharos.Storage.Series.Blocks;

/// <summary>Reads a block's footer of which one byte is damaged.</summary>
/// <remarks>
/// <para>A CRC tells every wrong byte apart in so few bytes; that the mended footer names the file's own times and sequence, sections that follow
/// each other, and as many sums as there are pages, makes sure. Pages keep sums of their own.</para>
/// </remarks>
static class FooterMender
{
    const int MaxOtherBytes = 4096;

    /// <summary>The footer as it was written, or null.</summary>
    public static BlockFooter? TryRead(string path, long fileBytes, Action<long, byte[]> readInto)
    {
        var tailOffset = fileBytes - BlockFormat.TailBytes;
        if (tailOffset < BlockFormat.HeaderBytes) return null;
        var tail = new byte[BlockFormat.TailBytes];
        readInto(tailOffset, tail);
        var told = BinaryPrimitives.ReadUInt32LittleEndian(tail);
        var stored = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(sizeof(uint)));
        foreach (var length in Lengths(told))
        {
            if (length > tailOffset - BlockFormat.HeaderBytes || length > (sizeof(uint) * (fileBytes / BlockFormat.PageBytes)) + MaxOtherBytes) continue;
            var bytes = new byte[length + sizeof(uint)];
            readInto(tailOffset - length, bytes);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan((int)length), length);
            var difference = Crc32C.Of(bytes) ^ stored;
            if (difference == 0 || (length == told && IsOneByte(difference)))
            {
                if (Accept(bytes, path, fileBytes, tailOffset) is { } footer) return footer;
            }
            if (length != told) continue;
            foreach (var (position, error) in Crc32C.SingleByteErrors(bytes.Length, difference))
            {
                bytes[position] ^= error;
                if (Accept(bytes, path, fileBytes, tailOffset) is { } footer) return footer;
                bytes[position] ^= error;
            }
        }
        return null;
    }

    /// <summary>As told first, then with each other value of one of its bytes.</summary>
    static IEnumerable<uint> Lengths(uint told)
    {
        yield return told;
        for (var shift = 0; shift < 32; shift += 8)
        {
            for (var error = 1u; error < 256; error++) yield return told ^ (error << shift);
        }
    }

    static bool IsOneByte(uint difference) => BitOperations.TrailingZeroCount(difference) / 8 == (31 - BitOperations.LeadingZeroCount(difference)) / 8;

    static BlockFooter? Accept(byte[] bytes, string path, long fileBytes, long tailOffset)
    {
        var length = bytes.Length - sizeof(uint);
        try
        {
            var footer = BlockFooter.Parse(new ByteReader(bytes.AsSpan(0, length), path, tailOffset - length), fileBytes, tailOffset - length);
            return footer.IsNamed(path) && footer.IsInOrder ? footer : null;
        }
        catch (CorruptDataException)
        {
            return null;
        }
    }
}
