using Pharos.Storage.Bytes;

namespace Pharos.Storage.Series.Blocks;

/// <summary>The end of a block file: where its sections lie, what it holds, and the check sum of every page before it.</summary>
/// <remarks>Source: docs/formats/block.md.</remarks>
sealed class BlockFooter
{
    public required BlockMeta Meta { get; init; }

    public required Section Columns { get; init; }

    public required Section Directory { get; init; }

    public required Section Groups { get; init; }

    public required Section Labels { get; init; }

    public required uint[] PageSums { get; init; }

    /// <summary>End of the pages that <see cref="PageSums"/> cover; the footer starts here.</summary>
    public long PagedBytes => Labels.Offset + Labels.Length;

    /// <summary>Sections lie end to end; the guard of the index, where there is one, before the labels.</summary>
    public bool IsInOrder => Columns.End == Directory.Offset && Directory.End == Groups.Offset && Groups.End <= Labels.Offset;

    /// <summary>Whether the file has the name of a block with these times and this sequence.</summary>
    public bool IsNamed(string path) => Path.GetFileName(path) == BlockFormat.FileName(Meta.MinMs, Meta.MaxMs, Meta.Sequence);

    public void Write(ByteWriter writer)
    {
        writer.U16(BlockFormat.Version);
        writer.I64(Meta.MinMs);
        writer.I64(Meta.MaxMs);
        writer.U64(Meta.Sequence);
        writer.Varint((ulong)Meta.SeriesCount);
        writer.Varint((ulong)Meta.SampleCount);
        writer.Varint((ulong)Meta.Replaces.Count);
        foreach (var replaced in Meta.Replaces) writer.Varint(replaced);
        foreach (var section in new[] { Columns, Directory, Groups, Labels })
        {
            writer.Varint((ulong)section.Offset);
            writer.Varint((ulong)section.Length);
        }
        writer.Varint((ulong)PageSums.Length);
        foreach (var sum in PageSums) writer.U32(sum);
        var length = writer.Length;
        writer.U32((uint)length);
        writer.U32(Crc32C.Of(writer.Written));
        writer.Raw(BlockFormat.TailMagic);
    }

    /// <summary>Reads the footer of a file by its length and a way to read bytes of it.</summary>
    /// <exception cref="CorruptDataException">The file is no whole block.</exception>
    public static BlockFooter Read(string path, long fileBytes, Action<long, byte[]> readInto)
    {
        if (fileBytes < BlockFormat.HeaderBytes + BlockFormat.TailBytes)
        {
            CorruptDataException.Throw(path, 0, $"at least {BlockFormat.HeaderBytes + BlockFormat.TailBytes} bytes", $"{fileBytes}");
        }
        var tailOffset = fileBytes - BlockFormat.TailBytes;
        var tailBytes = new byte[BlockFormat.TailBytes];
        readInto(tailOffset, tailBytes);
        var tail = new ByteReader(tailBytes, path, tailOffset);
        var length = tail.U32();
        var stored = tail.U32();
        if (!tail.Rest.SequenceEqual(BlockFormat.TailMagic)) tail.Fail("the end mark of a block", Convert.ToHexStringLower(tail.Rest));
        if (length > tailOffset - BlockFormat.HeaderBytes || length > Array.MaxLength - sizeof(uint)) tail.Fail($"a footer inside {tailOffset} bytes", $"{length} bytes");

        var offset = tailOffset - length;
        var bytes = new byte[length + sizeof(uint)]; // The length belongs to what the sum covers.
        readInto(offset, bytes);
        var computed = Crc32C.Of(bytes);
        if (computed != stored) CorruptDataException.Throw(path, offset, $"crc {stored:x8}", $"crc {computed:x8}");
        return Parse(new ByteReader(bytes.AsSpan(0, (int)length), path, offset), fileBytes, offset);
    }

    internal static BlockFooter Parse(ByteReader reader, long fileBytes, long footerOffset)
    {
        var version = reader.U16();
        if (version != BlockFormat.Version) reader.Fail($"block version {BlockFormat.Version}", $"{version}");
        var minMs = reader.I64();
        var maxMs = reader.I64();
        var sequence = reader.U64();
        var series = (long)reader.Varint();
        var samples = (long)reader.Varint();
        var replaces = new ulong[reader.Count(reader.Remaining, "replaced blocks")];
        foreach (ref var replaced in replaces.AsSpan()) replaced = reader.Varint();
        var footer = new BlockFooter
        {
            Meta = new BlockMeta(minMs, maxMs, sequence, replaces, series, samples, fileBytes),
            Columns = ReadSection(ref reader, footerOffset),
            Directory = ReadSection(ref reader, footerOffset),
            Groups = ReadSection(ref reader, footerOffset),
            Labels = ReadSection(ref reader, footerOffset),
            PageSums = new uint[reader.Count(reader.Remaining / sizeof(uint), "page sums")],
        };
        foreach (ref var sum in footer.PageSums.AsSpan()) sum = reader.U32();
        reader.ExpectEnd("the footer");
        if (footer.PagedBytes != footerOffset) reader.Fail($"pages up to {footerOffset}", $"{footer.PagedBytes}");
        var pages = (footerOffset + BlockFormat.PageBytes - 1) / BlockFormat.PageBytes;
        if (footer.PageSums.Length != pages) reader.Fail($"{pages} page sums", $"{footer.PageSums.Length}");
        if (footer.Columns.Length % BlockFormat.ColumnEntryBytes != 0 || footer.Groups.Length % BlockFormat.GroupEntryBytes != 0)
        {
            reader.Fail("indexes of whole entries", $"{footer.Columns.Length} and {footer.Groups.Length} bytes");
        }
        return footer;
    }

    static Section ReadSection(ref ByteReader reader, long footerOffset)
    {
        var offset = reader.Varint();
        var length = reader.Varint();
        if (offset > (ulong)footerOffset || length > (ulong)footerOffset - offset) reader.Fail($"a section inside {footerOffset} bytes", $"{offset}+{length}");
        return new Section((long)offset, (long)length);
    }
}

/// <summary>A run of bytes in a block file.</summary>
readonly record struct Section(long Offset, long Length)
{
    public long End => Offset + Length;
}
