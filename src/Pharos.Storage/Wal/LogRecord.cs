using System.Buffers.Binary;
using Pharos.Storage.Bytes;

namespace Pharos.Storage.Wal;

enum LogRecordKind : byte
{
    Samples = 1,
    LateSamples = 2,
    Histograms = 3,
    LateHistograms = 4,
    StartTimes = 5,

    /// <summary>The segment was left on purpose; the next one goes on.</summary>
    End = 9,
}

/// <summary>The frame around every record of the log: docs/formats/wal-record.md.</summary>
static class LogRecord
{
    public const int HeaderBytes = 24;
    public const int Alignment = 8;
    const int CheckedFrom = 12; // Kind and everything behind it.

    public static int PayloadLength(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadInt32LittleEndian(record[4..]);

    public static int TotalLength(int payload) => (HeaderBytes + payload + Alignment - 1) & ~(Alignment - 1);

    /// <summary>Makes the record one of that generation.</summary>
    public static void Stamp(Span<byte> record, uint generation)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(record, generation);
        BinaryPrimitives.WriteUInt32LittleEndian(record[8..], Sum(record, PayloadLength(record), generation));
    }

    /// <summary>Writes the record that ends a segment; the span holds a header.</summary>
    public static void WriteEnd(Span<byte> to, uint generation)
    {
        to[..HeaderBytes].Clear();
        to[12] = (byte)LogRecordKind.End;
        Stamp(to, generation);
    }

    /// <summary>Whether a whole, sound record of the generation stands at the front.</summary>
    public static bool IsValid(ReadOnlySpan<byte> at, uint generation)
    {
        if (at.Length < HeaderBytes || BinaryPrimitives.ReadUInt32LittleEndian(at) != generation) return false;
        var payload = PayloadLength(at);
        return payload >= 0 && payload <= at.Length - HeaderBytes && BinaryPrimitives.ReadUInt32LittleEndian(at[8..]) == Sum(at, payload, generation);
    }

    /// <summary>Time of the first sample of a sound record; null when it has none.</summary>
    public static long? TimeOf(ReadOnlySpan<byte> record)
    {
        var payload = new ByteReader(record.Slice(HeaderBytes, PayloadLength(record)), "log record");
        try
        {
            switch ((LogRecordKind)record[12])
            {
                case LogRecordKind.Samples or LogRecordKind.LateSamples:
                    var samples = new SampleRecordReader(payload.Rest);
                    return samples.MoveNext() ? samples.TimeMs : null;
                case LogRecordKind.Histograms or LogRecordKind.LateHistograms or LogRecordKind.StartTimes:
                    _ = payload.U32();
                    return payload.I64();
                default:
                    return null;
            }
        }
        catch (CorruptDataException)
        {
            return null; // Told where it is applied.
        }
    }

    /// <summary>How many series a damaged record had samples of, at most: what it tells itself, unless it has too few bytes for that.</summary>
    public static long MostSeries(ReadOnlySpan<byte> damaged)
    {
        var bytes = Math.Max(1, damaged.Length - HeaderBytes - sizeof(uint)); // A sample takes one or more.
        if (damaged.Length < HeaderBytes + sizeof(uint) || (LogRecordKind)damaged[12] is not (LogRecordKind.Samples or LogRecordKind.LateSamples)) return bytes;
        return Math.Clamp(BinaryPrimitives.ReadUInt32LittleEndian(damaged[HeaderBytes..]), 1, bytes);
    }

    static uint Sum(ReadOnlySpan<byte> record, int payload, uint generation) =>
        Crc32C.Append(generation, record[CheckedFrom..(HeaderBytes + payload)]);
}
