using Pharos.Storage.Bytes;

namespace Pharos.Storage.Series.Blocks;

/// <summary>One chunk of a series as the directory tells it.</summary>
/// <param name="StartColumn">Number of the column of start times, or -1.</param>
readonly record struct ChunkEntry(bool IsHistogram, int Column, int StartColumn, long Offset, int LengthBytes, ChunkSummary Summary)
{
    const int HistogramFlag = 1;
    const int GapFlag = 2;
    const int StartFlag = 4;
    const int NumbersFlag = 8;
    const int LossesFlag = 16;
    const int StaleFlag = 32;
    const int AllFlags = 63;

    public long EndOffset => Offset + LengthBytes;

    /// <param name="expectedOffset">End of the chunk before this one: only a chunk that lies elsewhere stores its distance.</param>
    public void Write(ByteWriter writer, long expectedOffset)
    {
        var flags = (IsHistogram ? HistogramFlag : 0) | (Offset != expectedOffset ? GapFlag : 0) | (StartColumn >= 0 ? StartFlag : 0)
            | (Summary.HasNumbers ? NumbersFlag : 0) | (Summary.HasLosses ? LossesFlag : 0) | (Summary.HasStale ? StaleFlag : 0);
        writer.U8((byte)flags);
        if (Offset != expectedOffset) writer.Varint((ulong)(Offset - expectedOffset));
        writer.Varint((ulong)Column);
        writer.Varint((ulong)LengthBytes);
        if (StartColumn >= 0) writer.Varint((ulong)StartColumn);
        if (Summary.HasNumbers) Summary.Write(writer);
    }

    public static ChunkEntry Read(ref ByteReader reader, long expectedOffset, int columnCount, long limitOffset)
    {
        var flags = reader.U8();
        if ((flags & ~AllFlags) != 0) reader.Fail("known flags of a chunk", $"{flags:x2}");
        var offset = expectedOffset;
        if ((flags & GapFlag) != 0) offset += (long)reader.Varint();
        var column = reader.Count(columnCount - 1, "a column number");
        var length = reader.Count(int.MaxValue, "a chunk length");
        if (offset < BlockFormat.HeaderBytes || offset > limitOffset - length) reader.Fail($"a chunk before byte {limitOffset}", $"{offset}+{length}");
        var startColumn = (flags & StartFlag) != 0 ? reader.Count(columnCount - 1, "a column number") : -1;
        var summary = (flags & NumbersFlag) != 0
            ? ChunkSummary.Read(ref reader, (flags & LossesFlag) != 0)
            : new ChunkSummary(0, 0, 0, 0, false, false, (flags & StaleFlag) != 0);
        return new ChunkEntry((flags & HistogramFlag) != 0, column, startColumn, offset, length, summary);
    }
}
