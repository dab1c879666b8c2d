using System.Diagnostics.CodeAnalysis;
using Snappier;

namespace Pharos.Server.Wire;

/// <summary>Decodes Snappy's block format, in which remote write and remote read wrap their protobuf.</summary>
/// <remarks>
/// <para>Limits: the length is claimed by the sender in the first bytes, so <see cref="DecodedLength"/> is asked before memory is taken; decoding never
/// writes beyond it. A block cannot expand by more than 21 times (64 bytes of a 3-byte copy), so a bomb is told by its first bytes.</para>
/// <para>Errors: <see cref="MalformedRequestException"/> says what is wrong. Threads: static, safe for all.</para>
/// </remarks>
static class SnappyBlock
{
    /// <summary>Bytes that a destination must have beyond the decoded length: where one of them is written, the block holds more than it claims.</summary>
    public const int Slack = 1;

    /// <summary>The length that the block claims to decode to.</summary>
    public static int DecodedLength(ReadOnlySpan<byte> block)
    {
        var length = 0;
        try
        {
            length = Snappy.GetUncompressedLength(block);
        }
        catch (InvalidDataException)
        {
            Throw("has no valid length in front");
        }
        if (length < 0 || length > (long)block.Length * 22 + 64) Throw($"claims {(uint)length} bytes decoded, more than {block.Length} bytes of Snappy can hold");
        return length;
    }

    /// <summary>Decodes into the start of the destination, which has <see cref="Slack"/> bytes more than <see cref="DecodedLength"/> says.</summary>
    public static void Decode(ReadOnlySpan<byte> block, Span<byte> destination)
    {
        var length = destination.Length - Slack;
        try
        {
            if (Snappy.Decompress(block, destination) != length) Throw($"holds more than the {length} bytes that it claims");
        }
        catch (Exception error) when (error is InvalidDataException or InvalidOperationException)
        {
            Throw(error.Message);
        }
        catch (ArgumentException) // The destination is too small.
        {
            Throw($"holds more than the {length} bytes that it claims");
        }
    }

    [DoesNotReturn]
    static void Throw(string found) => throw new MalformedRequestException($"snappy block: {found}");
}
