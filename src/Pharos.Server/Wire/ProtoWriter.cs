using System.Buffers;
using System.Buffers.Binary;

namespace Pharos.Server.Wire;

/// <summary>Writes one protobuf message. A message inside another is written by a writer of its own and then copied.</summary>
/// <remarks>Numbers that are zero are left out, as proto3 has it. Threads: one writer; used again after <see cref="Clear"/>.</remarks>
sealed class ProtoWriter
{
    readonly ArrayBufferWriter<byte> bytes = new(256);

    public ReadOnlySpan<byte> Written => bytes.WrittenSpan;

    public ReadOnlyMemory<byte> WrittenMemory => bytes.WrittenMemory;

    public void Clear() => bytes.ResetWrittenCount();

    public void Varint(int field, ulong value)
    {
        if (value == 0) return;
        Tag(field, 0);
        RawVarint(value);
    }

    public void Int64(int field, long value) => Varint(field, (ulong)value);

    /// <summary>Zigzag.</summary>
    public void SInt64(int field, long value) => Varint(field, ZigZag(value));

    public void Double(int field, double value)
    {
        if (BitConverter.DoubleToInt64Bits(value) == 0) return; // -0.0 is no zero here.
        Tag(field, 1);
        RawDouble(value);
    }

    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Tag(field, 2);
        RawVarint((ulong)value.Length);
        bytes.Write(value);
    }

    public void Message(int field, ProtoWriter inner) => Bytes(field, inner.Written);

    /// <summary>The content of a packed field: numbers without tags.</summary>
    public void RawVarint(ulong value)
    {
        var to = bytes.GetSpan(10);
        var used = 0;
        for (; value >= 0x80; value >>= 7) to[used++] = (byte)(value | 0x80);
        to[used++] = (byte)value;
        bytes.Advance(used);
    }

    public void RawDouble(double value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(bytes.GetSpan(sizeof(double)), BitConverter.DoubleToInt64Bits(value));
        bytes.Advance(sizeof(double));
    }

    public static ulong ZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));

    void Tag(int field, int wireType) => RawVarint(((ulong)field << 3) | (uint)wireType);
}
