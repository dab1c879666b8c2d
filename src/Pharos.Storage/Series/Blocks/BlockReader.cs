using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Pharos.Storage.Bytes;
using Pharos.Storage.Files;

namespace Pharos.Storage.Series.Blocks;

/// <summary>One published block, open for reading; a <see cref="BlockCursor"/> reads its series.</summary>
/// <remarks>
/// <para>Lifetime: counted. Whoever opens holds the first lease; <see cref="TryLease"/> adds one, <see cref="Release"/> gives one back and the last
/// unmaps. Deleting the file meanwhile harms nobody.</para>
/// <para>Errors: <see cref="CorruptDataException"/> from any read; the owner sets the file aside and serves the rest.</para>
/// <para>Threads: any number. Source: docs/formats/block.md.</para>
/// </remarks>
sealed class BlockReader
{
    readonly MappedFile file;
    readonly BlockFooter footer;
    readonly BlockPages pages;
    int leases = 1;

    readonly string? mended;

    BlockReader(MappedFile file, BlockFooter footer, string? mended)
    {
        (this.file, this.footer, this.mended) = (file, footer, mended);
        pages = new BlockPages(file, footer.PageSums, footer.PagedBytes, footer.Columns.Offset, footer.Groups.End, footer.Labels.Offset);
    }

    /// <summary>What was damaged and costs nothing; null when nothing was.</summary>
    public string? Mended => mended ?? pages.Mended;

    public BlockMeta Meta => footer.Meta;

    public string Path => file.Path;

    public long MinMs => Meta.MinMs;

    /// <summary>Inclusive.</summary>
    public long MaxMs => Meta.MaxMs;

    public ulong Sequence => Meta.Sequence;

    public long SeriesCount => Meta.SeriesCount;

    public long SampleCount => Meta.SampleCount;

    public long SizeBytes => Meta.SizeBytes;

    internal int GroupCount => (int)(footer.Groups.Length / BlockFormat.GroupEntryBytes);

    internal int ColumnCount => (int)(footer.Columns.Length / BlockFormat.ColumnEntryBytes);

    internal int PageCount => footer.PageSums.Length;

    /// <summary>End of the bytes where chunks and time columns may lie.</summary>
    internal long DataEnd => footer.Columns.Offset;

    internal long LabelsOffset => footer.Labels.Offset;

    /// <exception cref="CorruptDataException">The file is no whole block.</exception>
    public static BlockReader Open(string path)
    {
        var file = new MappedFile(path);
        try
        {
            return Open(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    static BlockReader Open(MappedFile file)
    {
        var path = file.Path;
        var footer = ReadFooter(file, out var mended);
        Span<byte> header = stackalloc byte[BlockFormat.HeaderBytes];
        Span<byte> expected = stackalloc byte[BlockFormat.HeaderBytes];
        file.ReadInto(0, header);
        BlockFormat.WriteHeader(expected);
        if (header.SequenceEqual(expected)) return new BlockReader(file, footer, mended);
        if (!footer.IsNamed(path)) CorruptDataException.Throw(path, 0, "the start mark of a block", Convert.ToHexStringLower(header));
        return new BlockReader(file, footer, mended ?? $"{path}: the start mark is damaged");
    }

    static BlockFooter ReadFooter(MappedFile file, out string? mended)
    {
        mended = null;
        try
        {
            return BlockFooter.Read(file.Path, file.SizeBytes, (offset, buffer) => file.ReadInto(offset, buffer));
        }
        catch (CorruptDataException error)
        {
            if (FooterMender.TryRead(file.Path, file.SizeBytes, (offset, buffer) => file.ReadInto(offset, buffer)) is not { } footer) throw;
            mended = $"{error.Message}; one byte of the footer is damaged and was found";
            return footer;
        }
    }

    /// <summary>Adds a lease; false when the last one is gone already.</summary>
    public bool TryLease()
    {
        var seen = Volatile.Read(ref leases);
        while (seen > 0)
        {
            var before = Interlocked.CompareExchange(ref leases, seen + 1, seen);
            if (before == seen) return true;
            seen = before;
        }
        return false;
    }

    public void Release()
    {
        var left = Interlocked.Decrement(ref leases);
        Model.Diagnostics.Invariant.Holds(left >= 0, $"{Path} was released more often than leased");
        if (left == 0) file.Dispose();
    }

    /// <summary>All series ids, ascending.</summary>
    public IEnumerable<ulong> Ids()
    {
        var cursor = new BlockCursor(this);
        for (var group = 0; group < GroupCount; group++)
        {
            foreach (var id in cursor.IdsOf(group)) yield return id;
        }
    }

    /// <summary>Ids and label bytes of all series, ascending.</summary>
    public IEnumerable<(ulong Id, ReadOnlyMemory<byte> Labels)> Labels() => LabelsReader.Read(pages, footer.Labels);

    internal ulong GroupFirstId(int group) => BinaryPrimitives.ReadUInt64LittleEndian(GroupEntry(group));

    internal ReadOnlySpan<byte> GroupBytes(int group, out long offset)
    {
        var start = BinaryPrimitives.ReadUInt64LittleEndian(GroupEntry(group)[sizeof(ulong)..]);
        var end = group + 1 < GroupCount ? BinaryPrimitives.ReadUInt64LittleEndian(GroupEntry(group + 1)[sizeof(ulong)..]) : (ulong)footer.Directory.Length;
        if (start > end || end > (ulong)footer.Directory.Length) Outside("a directory group", start, end);
        offset = footer.Directory.Offset + (long)start;
        return pages.Span(offset, checked((int)(end - start)));
    }

    internal TimeColumnEntry Column(int number)
    {
        var entry = pages.Span(footer.Columns.Offset + (long)number * BlockFormat.ColumnEntryBytes, BlockFormat.ColumnEntryBytes);
        var reader = new ByteReader(entry, Path, footer.Columns.Offset + (long)number * BlockFormat.ColumnEntryBytes);
        var column = new TimeColumnEntry((long)reader.U64(), reader.I64(), reader.I64(), (int)reader.U32(), (int)reader.U32());
        if (column.Count is <= 0 or > BlockFormat.MaxSamplesPerChunk) reader.Fail($"a column of 1 to {BlockFormat.MaxSamplesPerChunk} times", $"{column.Count}");
        if (column.LengthBytes < 0 || column.Offset < BlockFormat.HeaderBytes || column.Offset > DataEnd - column.LengthBytes) Outside("a time column", (ulong)column.Offset, (ulong)(column.Offset + column.LengthBytes));
        return column;
    }

    internal ReadOnlySpan<byte> Data(long offset, int length) => pages.Span(offset, length);

    internal void CheckPage(int page) => pages.Check(page);

    /// <summary>Lets go of the memory behind the map up to that offset: a merge reads each byte once.</summary>
    internal void ForgetBefore(long offset) => file.ForgetBefore(offset);

    ReadOnlySpan<byte> GroupEntry(int group) => pages.Span(footer.Groups.Offset + (long)group * BlockFormat.GroupEntryBytes, BlockFormat.GroupEntryBytes);

    [DoesNotReturn]
    void Outside(string what, ulong start, ulong end) => CorruptDataException.Throw(Path, (long)start, $"{what} inside its section", $"{start}-{end}");
}

/// <summary>Where a time column lies and what it spans.</summary>
readonly record struct TimeColumnEntry(long Offset, long MinMs, long MaxMs, int Count, int LengthBytes);
