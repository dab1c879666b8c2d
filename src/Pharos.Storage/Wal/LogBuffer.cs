using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Pharos.Storage.Wal;

/// <summary>Log records of one shard on their way to disk, encoded in the order in which they are applied.</summary>
/// <remarks>
/// <para>Generation and check sum are filled in by the <see cref="LogWriter"/>, which alone knows the segment.</para>
/// <para>Threads: the shard's lock while it fills; the committer alone once it was taken.</para>
/// </remarks>
sealed class LogBuffer
{
    const int KeepBytes = 64 * 1024;
    byte[] bytes;
    int recordStart;

    public LogBuffer() => bytes = new byte[4096];

    LogBuffer(byte[] whole) => (bytes, Length) = (whole, whole.Length);

    public int Length { get; private set; }

    /// <summary>The committer's: bytes from the start that were given to a segment, and that are on disk for certain.</summary>
    public int Given { get; set; }

    public int Kept { get; set; }

    /// <summary>Bytes of the payload of the open record.</summary>
    public int PayloadLength => Length - recordStart - LogRecord.HeaderBytes;

    public Span<byte> Written => bytes.AsSpan(0, Length);

    public ReadOnlyMemory<byte> Slice(int start, int length) => bytes.AsMemory(start, length);

    public void Begin(LogRecordKind kind, int shard, ulong sequence)
    {
        recordStart = Length;
        var header = Room(LogRecord.HeaderBytes);
        header[..LogRecord.HeaderBytes].Clear();
        header[12] = (byte)kind;
        header[13] = (byte)shard;
        BinaryPrimitives.WriteUInt64LittleEndian(header[16..], sequence);
        Length += LogRecord.HeaderBytes;
    }

    /// <summary>At least that many bytes to write into; they count after <see cref="Commit"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Room(int size)
    {
        if (bytes.Length - Length < size) Grow(size);
        return bytes.AsSpan(Length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Commit(int written) => Length += written;

    public void Add(ReadOnlySpan<byte> payload)
    {
        payload.CopyTo(Room(payload.Length));
        Length += payload.Length;
    }

    /// <summary>Overwrites four bytes of the open record's payload.</summary>
    public void Patch(int payloadOffset, uint value) =>
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(recordStart + LogRecord.HeaderBytes + payloadOffset), value);

    public void End()
    {
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(recordStart + 4), (uint)PayloadLength);
        while (Length % LogRecord.Alignment != 0)
        {
            Room(1)[0] = 0;
            Length++;
        }
    }

    /// <summary>Takes the open record back.</summary>
    public void Cancel() => Length = recordStart;

    /// <summary>What is not on disk for certain, as a buffer of its own.</summary>
    public LogBuffer Remainder() => new(Written[Kept..].ToArray());

    public void Clear()
    {
        Length = Given = Kept = 0;
        if (bytes.Length > KeepBytes * 4) bytes = new byte[KeepBytes]; // One burst must not stay resident.
    }

    void Grow(int size) => Array.Resize(ref bytes, Math.Max(bytes.Length * 2, Length + size));
}
