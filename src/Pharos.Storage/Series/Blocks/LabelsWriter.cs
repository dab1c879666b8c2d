using System.IO.Compression;
using Pharos.Storage.Bytes;

namespace Pharos.Storage.Series.Blocks;

/// <summary>The labels of a block's series, compressed in pieces. Only repair, merges and import read them: queries use the catalogue.</summary>
sealed class LabelsWriter : IDisposable
{
    const int PieceBytes = 128 * 1024;

    /// <summary>Quality 3 of 11 halves the bytes of quality 1 here; more costs much time for little.</summary>
    const int Quality = 3;

    const int WindowBits = 18;
    readonly ByteWriter pieces = new();
    readonly ByteWriter raw = new(PieceBytes);
    ulong firstId;
    ulong previousId;
    int count;

    /// <param name="labels">As the catalogue codes them: length, name, length, value, sorted by name.</param>
    public void Add(ulong id, ReadOnlySpan<byte> labels)
    {
        if (count == 0) (firstId, previousId) = (id, id);
        raw.Varint(id - previousId);
        raw.Varint((ulong)labels.Length);
        raw.Raw(labels);
        previousId = id;
        count++;
        if (raw.Length >= PieceBytes) EndPiece();
    }

    public ReadOnlySpan<byte> Finish()
    {
        if (count > 0) EndPiece();
        return pieces.Written;
    }

    public void Dispose()
    {
        pieces.Dispose();
        raw.Dispose();
    }

    void EndPiece()
    {
        pieces.U64(firstId);
        pieces.U32((uint)count);
        pieces.U32((uint)raw.Length);
        using var compressed = new ByteWriter(BrotliEncoder.GetMaxCompressedLength(raw.Length));
        var isDone = BrotliEncoder.TryCompress(raw.Written, compressed.Room(BrotliEncoder.GetMaxCompressedLength(raw.Length)), out var length, Quality, WindowBits);
        Pharos.Model.Diagnostics.Invariant.Holds(isDone, $"{raw.Length} bytes of labels compress to more than their bound");
        compressed.Commit(length);
        pieces.U32((uint)length);
        pieces.Raw(compressed.Written);
        raw.Clear();
        count = 0;
    }
}
