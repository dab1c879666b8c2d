using System.IO.Compression;
using Pharos.Storage.Bytes;

namespace Pharos.Storage.Series.Blocks;

/// <summary>Reads what <see cref="LabelsWriter"/> wrote.</summary>
static class LabelsReader
{
    const int PieceHeaderBytes = sizeof(ulong) + 3 * sizeof(uint);

    /// <summary>Labels of one series are refused above this: no store takes that many.</summary>
    const int MaxPieceBytes = 256 * 1024 * 1024;

    public static IEnumerable<(ulong Id, ReadOnlyMemory<byte> Labels)> Read(BlockPages pages, Section section)
    {
        for (var offset = section.Offset; offset < section.Offset + section.Length;)
        {
            var piece = ReadPiece(pages, section, ref offset);
            foreach (var series in piece) yield return series;
        }
    }

    static List<(ulong Id, ReadOnlyMemory<byte> Labels)> ReadPiece(BlockPages pages, Section section, ref long offset)
    {
        var end = section.Offset + section.Length;
        var header = new ByteReader(pages.Span(offset, (int)Math.Min(PieceHeaderBytes, end - offset)), pages.Path, offset);
        var id = header.U64();
        var count = header.U32();
        var rawLength = header.U32();
        var length = header.U32();
        if (rawLength > MaxPieceBytes || length > end - offset - PieceHeaderBytes) header.Fail("a piece of labels inside its section", $"{length} bytes of {rawLength}");
        offset += PieceHeaderBytes;

        var raw = new byte[rawLength];
        if (!BrotliDecoder.TryDecompress(pages.Span(offset, (int)length), raw, out var written) || written != raw.Length)
        {
            CorruptDataException.Throw(pages.Path, offset, $"{rawLength} bytes of labels", $"{written}");
        }
        var reader = new ByteReader(raw, pages.Path, offset);
        var series = new List<(ulong, ReadOnlyMemory<byte>)>();
        for (var i = 0; i < count; i++)
        {
            id += reader.Varint();
            var labelLength = reader.Count(reader.Remaining, "a length of labels");
            series.Add((id, raw.AsMemory(reader.Position, labelLength)));
            reader.Take(labelLength);
        }
        reader.ExpectEnd("the piece of labels");
        offset += length;
        return series;
    }
}
