using System.Diagnostics.CodeAnalysis;
using System.Runtime.Intrinsics;

namespace Pharos.Server.Metrics.Wire;

/// <summary>Decodes Snappy's block format, in which remote write and remote read wrap their protobuf.</summary>
/// <remarks>
/// <para>Shape: a varint of the decoded length, then elements: literals (tag 00) and copies from what was decoded before (tags 01, 10, 11).</para>
/// <para>Limits: the length is claimed by the sender in the first bytes, so <see cref="DecodedLength"/> is asked before memory is taken; decoding never
/// writes beyond it. A block cannot expand by more than 21 times (64 bytes of a 3-byte copy), so a bomb is told by its first bytes.</para>
/// <para>Errors: <see cref="MalformedRequestException"/> says what is wrong and where. Threads: static, safe for all.</para>
/// <para>Source: google/snappy, format_description.txt (facts).</para>
/// </remarks>
static class SnappyBlock
{
    /// <summary>Bytes that a destination must have beyond the decoded length: short copies are done 16 bytes at a time.</summary>
    public const int Slack = 64;

    const int Wide = 16;

    /// <summary>The length that the block claims to decode to.</summary>
    public static int DecodedLength(ReadOnlySpan<byte> block)
    {
        var length = ReadLength(block, out var used);
        if (length > (ulong)(block.Length - used) * 22 + 64) Throw(0, $"claims {length} bytes decoded, more than {block.Length} bytes of Snappy can hold");
        if (length > int.MaxValue - Slack) Throw(0, $"claims {length} bytes decoded");
        return (int)length;
    }

    /// <summary>Decodes into the start of the destination, which has <see cref="Slack"/> bytes more than the decoded length.</summary>
    /// <returns>The decoded length.</returns>
    public static int Decode(ReadOnlySpan<byte> block, Span<byte> destination)
    {
        var length = (int)ReadLength(block, out var from);
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, length + Slack);
        var to = 0;
        while (from < block.Length)
        {
            var tag = block[from++];
            int count;
            int offset;
            switch (tag & 3)
            {
                case 0:
                    count = (tag >> 2) + 1;
                    if (count <= Wide && block.Length - from >= Wide && length - to >= count)
                    {
                        Vector128.Create(block.Slice(from, Wide)).CopyTo(destination[to..]); // The rest is overwritten by what follows.
                    }
                    else
                    {
                        if (count > 60) count = LongLiteral(block, ref from, count - 60);
                        if (count > length - to || count > block.Length - from) Throw(from, $"literal of {count} bytes does not fit");
                        block.Slice(from, count).CopyTo(destination[to..]);
                    }
                    from += count;
                    to += count;
                    continue;
                case 1:
                    if (from >= block.Length) Throw(from, "ends within a copy");
                    count = 4 + ((tag >> 2) & 7);
                    offset = ((tag & 0xe0) << 3) | block[from++];
                    break;
                case 2:
                    if (block.Length - from < 2) Throw(from, "ends within a copy");
                    count = (tag >> 2) + 1;
                    offset = block[from] | (block[from + 1] << 8);
                    from += 2;
                    break;
                default:
                    if (block.Length - from < 4) Throw(from, "ends within a copy");
                    count = (tag >> 2) + 1;
                    offset = block[from] | (block[from + 1] << 8) | (block[from + 2] << 16) | (block[from + 3] << 24);
                    from += 4;
                    break;
            }
            if (offset <= 0 || offset > to) Throw(from, $"copies from {offset} bytes back, {to} are there");
            if (count > length - to) Throw(from, $"copies {count} bytes, {length - to} are left");
            if (offset >= Wide) CopyWide(destination, to, offset, count);
            else CopyOverlapping(destination, to, offset, count);
            to += count;
        }
        if (to != length) Throw(from, $"ends after {to} of {length} bytes");
        return length;
    }

    /// <summary>Whole blocks of 16: a copy is at most 64 bytes long, so it overshoots by less than <see cref="Slack"/>.</summary>
    static void CopyWide(Span<byte> destination, int to, int offset, int count)
    {
        for (var done = 0; done < count; done += Wide)
        {
            Vector128.Create<byte>(destination.Slice(to - offset + done, Wide)).CopyTo(destination[(to + done)..]);
        }
    }

    /// <summary>A run: the copy repeats what it has just written.</summary>
    static void CopyOverlapping(Span<byte> destination, int to, int offset, int count)
    {
        for (var i = 0; i < count; i++) destination[to + i] = destination[to + i - offset];
    }

    static int LongLiteral(ReadOnlySpan<byte> block, ref int from, int lengthBytes)
    {
        if (block.Length - from < lengthBytes) Throw(from, "ends within a literal's length");
        var length = 0u;
        for (var i = 0; i < lengthBytes; i++) length |= (uint)block[from + i] << (8 * i);
        from += lengthBytes;
        if (length >= int.MaxValue) Throw(from, $"literal of {length} bytes does not fit");
        return (int)length + 1;
    }

    static ulong ReadLength(ReadOnlySpan<byte> block, out int used)
    {
        var length = 0UL;
        for (used = 0; used < 5 && used < block.Length; used++)
        {
            length |= (ulong)(block[used] & 0x7f) << (7 * used);
            if (block[used] < 0x80)
            {
                used++;
                return length;
            }
        }
        Throw(used, "has no valid length in front");
        return 0;
    }

    [DoesNotReturn]
    static void Throw(int offset, string found) => throw new MalformedRequestException($"snappy block: byte {offset}: {found}");
}
