using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Pharos.Storage.Bytes;

/// <summary>Reads little-endian numbers and varints off a span; a cut or an overlong number is a <see cref="CorruptDataException"/>.</summary>
/// <remarks>The path and the offset of the span in its file serve the message alone.</remarks>
ref struct ByteReader(ReadOnlySpan<byte> bytes, string path, long baseOffset = 0)
{
    readonly ReadOnlySpan<byte> bytes = bytes;
    int position;

    public readonly int Position => position;

    public readonly int Remaining => bytes.Length - position;

    /// <summary>Offset in the file of the next byte.</summary>
    public readonly long Offset => baseOffset + position;

    public readonly string Path => path;

    /// <summary>The next byte, not consumed.</summary>
    public readonly byte Peek()
    {
        if (Remaining == 0) Fail("one more byte", "the end");
        return bytes[position];
    }

    public byte U8() => Take(1)[0];

    public ushort U16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(sizeof(ushort)));

    public uint U32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));

    public ulong U64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));

    public long I64() => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)));

    public double F64() => BinaryPrimitives.ReadDoubleLittleEndian(Take(sizeof(double)));

    public ulong Varint()
    {
        var length = Bytes.Varint.Read(bytes[position..], out var value);
        if (length == 0) Fail("a whole varint of at most 64 bits", $"{Remaining} bytes that hold none");
        position += length;
        return value;
    }

    public long SignedVarint() => ZigZag.Decode(Varint());

    /// <summary>A varint that may be at most <paramref name="max"/>: a count, a length, an index.</summary>
    public int Count(int max, string what)
    {
        var at = position;
        var value = Varint();
        if (value > (ulong)max)
        {
            position = at;
            Fail($"{what} of at most {max}", value.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
        return (int)value;
    }

    public ReadOnlySpan<byte> Take(int length)
    {
        if ((uint)length > (uint)Remaining) Fail($"{length} more bytes", $"{Remaining}");
        var taken = bytes.Slice(position, length);
        position += length;
        return taken;
    }

    /// <summary>The rest, not consumed; use <see cref="Take"/> once its length is known.</summary>
    public readonly ReadOnlySpan<byte> Rest => bytes[position..];

    public readonly void ExpectEnd(string what)
    {
        if (Remaining != 0) Fail($"the end of {what}", $"{Remaining} more bytes");
    }

    [DoesNotReturn]
    public readonly void Fail(string expected, string found) => throw new CorruptDataException(path, Offset, expected, found);
}
