using System.Buffers.Binary;
using System.Globalization;
using Pharos.Model.Writing;
using Pharos.Storage.Bytes;
using Pharos.Storage.Files;

namespace Pharos.Storage.Series.Prometheus;

/// <summary>The index of a Prometheus block: symbols, and per series its labels and where its chunks lie.</summary>
/// <remarks>
/// <para>Numbers are big-endian, sections have check sums (CRC-32C). Only what an import needs is read: symbols and series, not the postings.</para>
/// <para>Limits: format 2, which every Prometheus since 2.0 writes, and an index below 2 GB of symbols.</para>
/// </remarks>
sealed class PrometheusIndex : IDisposable
{
    const uint Magic = 0xbaaad700;
    const byte Version = 2;
    const int TocBytes = 6 * sizeof(ulong) + sizeof(uint);
    const int SeriesAlignment = 16;
    readonly MappedFile file;
    readonly (long Offset, int Length)[] symbols;
    readonly long seriesStart;
    readonly long seriesEnd;

    public PrometheusIndex(string path)
    {
        file = new MappedFile(path);
        try
        {
            if (file.SizeBytes < 5 + TocBytes) CorruptDataException.Throw(path, 0, "an index with a table of contents", $"{file.SizeBytes} bytes");
            if (U32(0) != Magic || file.Span(4, 1)[0] != Version) CorruptDataException.Throw(path, 0, "an index of format 2", Convert.ToHexStringLower(file.Span(0, 5)));
            var tocOffset = file.SizeBytes - TocBytes;
            CheckSum(tocOffset, TocBytes - sizeof(uint));
            var symbolsOffset = Offset(tocOffset);
            seriesStart = Offset(tocOffset + sizeof(ulong));
            seriesEnd = SectionEnd(tocOffset);
            symbols = ReadSymbols(symbolsOffset);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public string Path => file.Path;

    /// <summary>Offsets of all series, ascending by their labels.</summary>
    public IEnumerable<long> Series()
    {
        for (var offset = Align(seriesStart); offset < seriesEnd;)
        {
            var start = offset;
            var length = EntryLength(start, out var headBytes);
            if (length == 0) yield break; // Padding before the next section.
            CheckSum(start + headBytes, length);
            yield return start;
            offset = Align(start + headBytes + length + sizeof(uint));
        }
    }

    /// <summary>Reads a series that <see cref="Series"/> told.</summary>
    public void Read(long offset, LabelSetBuilder labels, List<PrometheusChunk> chunks)
    {
        var length = EntryLength(offset, out var headBytes);
        var reader = new ByteReader(file.Span(offset + headBytes, length), Path, offset + headBytes);
        labels.Clear();
        for (var left = reader.Count(symbols.Length, "labels"); left > 0; left--)
        {
            var name = reader.Count(symbols.Length - 1, "a symbol");
            var value = reader.Count(symbols.Length - 1, "a symbol");
            labels.Add(Symbol(name), Symbol(value));
        }
        chunks.Clear();
        var (minMs, maxMs, reference) = (0L, 0L, 0L);
        for (var left = reader.Count(reader.Remaining, "chunks"); left > 0; left--)
        {
            var isFirst = chunks.Count == 0;
            minMs = isFirst ? reader.SignedVarint() : maxMs + (long)reader.Varint();
            maxMs = minMs + (long)reader.Varint();
            reference = isFirst ? (long)reader.Varint() : reference + reader.SignedVarint();
            chunks.Add(new PrometheusChunk(minMs, maxMs, (int)(reference >> 32), (uint)reference));
        }
        reader.ExpectEnd("the series");
    }

    /// <summary>The number by which tombstones name the series at an offset.</summary>
    public static ulong ReferenceOf(long offset) => (ulong)offset / SeriesAlignment;

    public void Dispose() => file.Dispose();

    static long Align(long offset) => (offset + SeriesAlignment - 1) / SeriesAlignment * SeriesAlignment;

    ReadOnlySpan<byte> Symbol(int number) => file.Span(symbols[number].Offset, symbols[number].Length);

    (long, int)[] ReadSymbols(long offset)
    {
        if (offset > file.SizeBytes - 12) CorruptDataException.Throw(Path, offset, "a table of symbols", "the end of the file");
        var length = U32(offset);
        if (length > file.SizeBytes - offset - 2 * sizeof(uint) || length > int.MaxValue) CorruptDataException.Throw(Path, offset, "symbols inside the file", $"{length} bytes");
        CheckSum(offset + sizeof(uint), (int)length);
        var reader = new ByteReader(file.Span(offset + 2 * sizeof(uint), (int)length - sizeof(uint)), Path, offset + 2 * sizeof(uint));
        var count = U32(offset + sizeof(uint));
        if (count > length) reader.Fail("fewer symbols than bytes", $"{count}");
        var found = new (long, int)[count];
        foreach (ref var symbol in found.AsSpan())
        {
            var textLength = reader.Count(reader.Remaining, "the length of a symbol");
            symbol = (reader.Offset, textLength);
            reader.Take(textLength);
        }
        return found;
    }

    int EntryLength(long offset, out int headBytes)
    {
        var head = file.Span(offset, (int)Math.Min(Varint.MaxBytes, file.SizeBytes - offset));
        headBytes = Varint.Read(head, out var length);
        if (headBytes == 0 || length > (ulong)(file.SizeBytes - offset - headBytes - sizeof(uint))) CorruptDataException.Throw(Path, offset, "a series inside the file", $"{length} bytes");
        return (int)length;
    }

    /// <summary>Series end where the next section of the table of contents starts; unused sections are 0.</summary>
    long SectionEnd(long tocOffset)
    {
        var end = tocOffset;
        for (var i = 0; i < 6; i++)
        {
            var start = Offset(tocOffset + i * sizeof(ulong));
            if (start > seriesStart) end = Math.Min(end, start);
        }
        return end;
    }

    long Offset(long at)
    {
        var offset = BinaryPrimitives.ReadUInt64BigEndian(file.Span(at, sizeof(ulong)));
        if (offset > (ulong)file.SizeBytes) CorruptDataException.Throw(Path, at, $"an offset inside {file.SizeBytes} bytes", $"{offset}");
        return (long)offset;
    }

    uint U32(long at) => BinaryPrimitives.ReadUInt32BigEndian(file.Span(at, sizeof(uint)));

    void CheckSum(long offset, int length)
    {
        var stored = U32(offset + length);
        var computed = Crc32C.Of(file.Span(offset, length));
        if (stored != computed) CorruptDataException.Throw(Path, offset, string.Create(CultureInfo.InvariantCulture, $"crc {stored:x8}"), string.Create(CultureInfo.InvariantCulture, $"crc {computed:x8}"));
    }
}

/// <summary>Where a chunk of a Prometheus block lies. Times are inclusive.</summary>
/// <param name="Segment">Number of the segment file, from 0.</param>
readonly record struct PrometheusChunk(long MinMs, long MaxMs, int Segment, uint Offset);
