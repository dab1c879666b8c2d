using System.Buffers;
using System.Buffers.Binary;

namespace Pharos.Storage.Bytes;

/// <summary>Grows as little-endian numbers, varints and runs of bytes are written; the twin of <see cref="ByteReader"/>.</summary>
/// <remarks>Buffers come from the shared pool. Lifetime: <see cref="Written"/> is valid until the next write. Threads: one.</remarks>
sealed class ByteWriter(int capacity = 4096) : IDisposable
{
    byte[] buffer = ArrayPool<byte>.Shared.Rent(capacity);

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => buffer.AsSpan(0, Length);

    /// <summary>As <see cref="Written"/>, to fill in what is known only afterwards (lengths, check sums).</summary>
    public Span<byte> MutableWritten => buffer.AsSpan(0, Length);

    public ReadOnlyMemory<byte> WrittenMemory => buffer.AsMemory(0, Length);

    public void U8(byte value) => Advance(1)[0] = value;

    public void U16(ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Advance(sizeof(ushort)), value);

    public void U32(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Advance(sizeof(uint)), value);

    public void U64(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Advance(sizeof(ulong)), value);

    public void I64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Advance(sizeof(long)), value);

    public void F64(double value) => BinaryPrimitives.WriteDoubleLittleEndian(Advance(sizeof(double)), value);

    public void Varint(ulong value)
    {
        var room = Room(Bytes.Varint.MaxBytes);
        Length += Bytes.Varint.Write(room, value);
    }

    public void SignedVarint(long value) => Varint(ZigZag.Encode(value));

    public void Raw(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Advance(bytes.Length));

    /// <summary>At least that many bytes to write into; they count only after <see cref="Commit"/>.</summary>
    public Span<byte> Room(int length)
    {
        if (buffer.Length - Length < length) Grow(length);
        return buffer.AsSpan(Length);
    }

    /// <summary>Keeps the first bytes of what <see cref="Room"/> gave.</summary>
    public void Commit(int length) => Length += length;

    /// <summary>Forgets all bytes, keeping the buffer.</summary>
    public void Clear() => Length = 0;

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
        Length = 0;
    }

    Span<byte> Advance(int length)
    {
        var span = Room(length)[..length];
        Length += length;
        return span;
    }

    void Grow(int length)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(checked(Length + length), buffer.Length * 2));
        Written.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}
