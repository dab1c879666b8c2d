using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Pharos.Server.Wire;

/// <summary>Walks the fields of one protobuf message in place, without objects.</summary>
/// <remarks>
/// <para>Shape: <c>while (reader.TryNext(out var field))</c>, then exactly one read or <see cref="Skip"/> for the field.</para>
/// <para>Errors: <see cref="MalformedRequestException"/> with the byte offset in this message. Unknown fields are skipped, as protobuf asks.</para>
/// <para>Source: protobuf's encoding guide: tag = field number &lt;&lt; 3 | wire type.</para>
/// </remarks>
ref struct ProtoReader(ReadOnlySpan<byte> message)
{
    const int Varint = 0;
    const int Fixed64 = 1;
    const int Bytes = 2;
    const int Fixed32 = 5;

    readonly ReadOnlySpan<byte> message = message;
    int wireType;

    /// <summary>Where the next read starts.</summary>
    public int Position { get; private set; }

    public bool TryNext(out int field)
    {
        field = 0;
        if (Position >= message.Length) return false;
        var tag = RawVarint();
        wireType = (int)(tag & 7);
        if (tag >> 3 is 0 or > 0x1fff_ffff) Throw(Position, $"field number {tag >> 3} does not exist");
        field = (int)(tag >> 3);
        return true;
    }

    public ulong ReadVarint()
    {
        Expect(Varint);
        return RawVarint();
    }

    public long ReadInt64() => (long)ReadVarint();

    /// <summary>Zigzag: small negative numbers are short.</summary>
    public long ReadSInt64() => ZigZag(ReadVarint());

    public double ReadDouble()
    {
        Expect(Fixed64);
        return BitConverter.Int64BitsToDouble(BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(double))));
    }

    public ReadOnlySpan<byte> ReadBytes()
    {
        Expect(Bytes);
        return RawBytes();
    }

    /// <summary>A repeated number: packed into one field, or one value a field; both forms are valid from any sender.</summary>
    public void ReadRepeatedVarint<TTo>(List<TTo> to, Func<ulong, TTo> convert)
    {
        if (wireType == Varint)
        {
            to.Add(convert(RawVarint()));
            return;
        }
        var packed = new ProtoReader(ReadBytes());
        while (packed.Position < packed.message.Length) to.Add(convert(packed.RawVarint()));
    }

    public void ReadRepeatedDouble(List<double> to)
    {
        if (wireType == Fixed64)
        {
            to.Add(ReadDouble());
            return;
        }
        var packed = ReadBytes();
        if (packed.Length % sizeof(double) != 0) Throw(Position, $"{packed.Length} bytes of packed doubles");
        for (; !packed.IsEmpty; packed = packed[sizeof(double)..]) to.Add(BitConverter.Int64BitsToDouble(BinaryPrimitives.ReadInt64LittleEndian(packed)));
    }

    /// <summary>The next number of a packed field, of which this reader is the content.</summary>
    public bool TryNextPacked(out ulong value)
    {
        value = 0;
        if (Position >= message.Length) return false;
        value = RawVarint();
        return true;
    }

    public void Skip()
    {
        switch (wireType)
        {
            case Varint:
                RawVarint();
                break;
            case Fixed64:
                Take(sizeof(ulong));
                break;
            case Bytes:
                RawBytes();
                break;
            case Fixed32:
                Take(sizeof(uint));
                break;
            default:
                Throw(Position, $"wire type {wireType} is not supported");
                break;
        }
    }

    public static long ZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    void Expect(int expected)
    {
        if (wireType != expected) Throw(Position, $"wire type {wireType} where {expected} belongs");
    }

    ReadOnlySpan<byte> RawBytes()
    {
        var length = RawVarint();
        if (length > (ulong)(message.Length - Position)) Throw(Position, $"field of {length} bytes, {message.Length - Position} are left");
        return Take((int)length);
    }

    ReadOnlySpan<byte> Take(int length)
    {
        if (length > message.Length - Position) Throw(Position, $"field of {length} bytes, {message.Length - Position} are left");
        var taken = message.Slice(Position, length);
        Position += length;
        return taken;
    }

    ulong RawVarint()
    {
        var at = Position;
        if ((uint)at < (uint)message.Length && message[at] < 0x80)
        {
            Position = at + 1;
            return message[at];
        }
        return RawVarintSlow();
    }

    ulong RawVarintSlow()
    {
        var value = 0UL;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if (Position >= message.Length) Throw(Position, "ends within a number");
            var next = message[Position++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80) return value;
        }
        Throw(Position, "a number has more than 10 bytes");
        return 0;
    }

    [DoesNotReturn]
    static void Throw(int offset, string found) => throw new MalformedRequestException($"protobuf: byte {offset}: {found}");
}
