namespace Pharos.Server.Wire;

/// <summary>Reads a <c>google.protobuf.Timestamp</c>: seconds since 1970 and nanoseconds, as they were sent; who uses them checks their range.</summary>
/// <remarks>Errors: <see cref="MalformedRequestException"/> with the byte offset.</remarks>
static class ProtoTimestamp
{
    public static (long Seconds, long Nanoseconds) Read(ReadOnlySpan<byte> message)
    {
        var (seconds, nanoseconds) = (0L, 0L);
        var reader = new ProtoReader(message);
        while (reader.TryNext(out var field))
        {
            if (field == 1) seconds = reader.ReadInt64();
            else if (field == 2) nanoseconds = reader.ReadInt64();
            else reader.Skip();
        }
        return (seconds, nanoseconds);
    }
}
