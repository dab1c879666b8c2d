using System.Buffers.Binary;
using Pharos.Storage.Bytes;

namespace Pharos.Storage.Chunks;

/// <summary>Up to 128 times of one series in ms since the epoch: distances from a straight line, or deltas, packed.</summary>
/// <remarks>
/// <para>Why the line: the errors of a scrape's clock do not add up, so a jitter of ±5 ms takes 4 bits a sample from the line and twice the
/// span as delta-of-delta. Deltas are for times that have gaps.</para>
/// <para>Source: docs/formats/time-column.md.</para>
/// </remarks>
static class TimeFrame
{
    public const int MaxCount = IntegerFrame.MaxCount;
    const int PackedTag = 0;
    const int RawTag = 1; // Times so far apart that nothing packs: only a hostile writer makes them.

    /// <summary>Room that <see cref="Encode"/> needs for that many times.</summary>
    public static int MaxBytes(int count) => 1 + Math.Max(IntegerFrame.MaxBytes, count * sizeof(long));

    public static int Encode(ReadOnlySpan<long> timesMs, Span<byte> destination)
    {
        var length = IntegerFrame.Encode(PackedTag, timesMs, IntegerModes.Line | IntegerModes.Delta, destination);
        if (length != 0) return length;
        destination[0] = RawTag << 4;
        for (var i = 0; i < timesMs.Length; i++) BinaryPrimitives.WriteInt64LittleEndian(destination[(1 + i * sizeof(long))..], timesMs[i]);
        return 1 + timesMs.Length * sizeof(long);
    }

    /// <summary>Reads as many times as the destination holds.</summary>
    /// <exception cref="CorruptDataException">The bytes are cut short or no frame.</exception>
    public static void Decode(ref ByteReader reader, Span<long> timesMs)
    {
        if (!reader.Rest.IsEmpty && reader.Rest[0] == RawTag << 4)
        {
            reader.U8();
            foreach (ref var time in timesMs) time = reader.I64();
            return;
        }
        var tag = IntegerFrame.Decode(ref reader, timesMs);
        if (tag != PackedTag) reader.Fail("a frame of times", $"tag {tag}");
    }
}
