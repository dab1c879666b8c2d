using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using Pharos.Storage.Bytes;
using Pharos.Storage.Chunks;

namespace Pharos.Storage.Wal;

/// <summary>Codes the samples of one log record: ids as differences, times as differences, values absolute.</summary>
/// <remarks>
/// <para>Shape: per sample a tag byte (bits 0-3 value, 4 time, 5 id), then what the tag announces. 2 to 5 bytes a sample of a scrape.</para>
/// <para>Source: docs/formats/wal-record.md.</para>
/// </remarks>
struct SampleRecordWriter(LogBuffer buffer)
{
    public const int MaxSampleBytes = 1 + 10 + 10 + 8;
    const int TimeBit = 0x10;
    const int IdBit = 0x20;
    uint count;
    uint previousId;
    long previousMs;

    public readonly uint Count => count;

    /// <summary>Leaves room for the count; call after <see cref="LogBuffer.Begin"/>.</summary>
    public readonly void Begin()
    {
        BinaryPrimitives.WriteUInt32LittleEndian(buffer.Room(4), 0);
        buffer.Commit(4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(uint id, long timeMs, double value)
    {
        var to = buffer.Room(MaxSampleBytes);
        var length = 1;
        var tag = 0;
        if (id != previousId + 1)
        {
            tag |= IdBit;
            length += Varint.Write(to[length..], ZigZag.Encode((long)id - previousId));
        }
        if (timeMs != previousMs)
        {
            tag |= TimeBit;
            length += Varint.Write(to[length..], ZigZag.Encode(unchecked(timeMs - previousMs)));
        }
        length += WriteValue(to[length..], value, ref tag);
        to[0] = (byte)tag;
        buffer.Commit(length);
        (previousId, previousMs) = (id, timeMs);
        count++;
    }

    public readonly void End() => buffer.Patch(0, count);

    static int WriteValue(Span<byte> to, double value, ref int tag)
    {
        var bits = BitConverter.DoubleToUInt64Bits(value);
        if (bits == 0) return 0;
        var upper = 8 - (BitOperations.TrailingZeroCount(bits) >> 3);
        if (RunCodec.IsInteger(value, out var whole))
        {
            var coded = ZigZag.Encode(whole);
            var bytes = RunCodec.ByteCount(coded);
            if (bytes <= upper)
            {
                tag |= bytes;
                RunCodec.WriteLow(to, coded, bytes);
                return bytes;
            }
        }
        tag |= 7 + upper;
        RunCodec.WriteLow(to, bits >> (64 - (8 * upper)), upper);
        return upper;
    }
}

/// <summary>Reads what <see cref="SampleRecordWriter"/> wrote.</summary>
/// <remarks>Errors: bytes that cannot be such a record throw <see cref="CorruptDataException"/>.</remarks>
ref struct SampleRecordReader
{
    readonly ReadOnlySpan<byte> payload;
    ByteReader reader;
    uint remaining;

    public SampleRecordReader(ReadOnlySpan<byte> payload)
    {
        this.payload = payload;
        reader = new ByteReader(payload, "log record");
        remaining = reader.U32();
    }

    public uint Id { get; private set; }

    public long TimeMs { get; private set; }

    public double Value { get; private set; }

    public bool MoveNext()
    {
        if (remaining == 0) return false;
        remaining--;
        int tag = reader.U8();
        Id = (tag & 0x20) != 0 ? (uint)(Id + reader.SignedVarint()) : Id + 1;
        if ((tag & 0x10) != 0) TimeMs = unchecked(TimeMs + reader.SignedVarint());
        var code = tag & 15;
        var bytes = code < 8 ? code : code - 7;
        var at = reader.Position;
        _ = reader.Take(bytes);
        if (code == 0)
        {
            Value = 0;
            return true;
        }
        var coded = RunCodec.ReadLow(payload, at, bytes);
        Value = code < 8 ? ZigZag.Decode(coded) : BitConverter.UInt64BitsToDouble(coded << (64 - (8 * bytes)));
        return true;
    }

    /// <summary>The bytes behind the samples.</summary>
    public readonly ReadOnlySpan<byte> Rest => reader.Rest;
}
