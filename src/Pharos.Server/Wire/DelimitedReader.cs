namespace Pharos.Server.Wire;

/// <summary>Walks messages that stand one after another, each behind its length.</summary>
/// <remarks>Errors: <see cref="MalformedRequestException"/> with the byte offset.</remarks>
ref struct DelimitedReader(ReadOnlySpan<byte> messages)
{
    /// <summary>A length of more bits than this is no message that anybody sends.</summary>
    const int MaxLengthBits = 28;

    readonly ReadOnlySpan<byte> messages = messages;
    int position;

    public bool TryNext(out ReadOnlySpan<byte> message)
    {
        message = [];
        if (position >= messages.Length) return false;
        var length = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            if (position >= messages.Length || shift > MaxLengthBits) throw new MalformedRequestException($"protobuf: byte {position}: no length of a message");
            var next = messages[position++];
            length |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80) break;
        }
        if (length > (ulong)(messages.Length - position)) throw new MalformedRequestException($"protobuf: byte {position}: a message of {length} bytes, {messages.Length - position} are left");
        message = messages.Slice(position, (int)length);
        position += (int)length;
        return true;
    }
}
