using Pharos.Storage.Bytes;
using Pharos.Storage.Chunks;
using Pharos.Storage.Files;

namespace Pharos.Storage.Series.Blocks;

/// <summary>Which samples were deleted: per series, ranges of time, each with the sequence up to which blocks are meant.</summary>
/// <remarks>
/// <para>Why the sequence: what is written again after a deletion (a backfill, say) lies in a block of a higher sequence and stays.</para>
/// <para>Immutable: readers keep the one they leased; a deletion makes a new one. The file is replaced whole.</para>
/// <para>Source: docs/formats/tombstones.md.</para>
/// </remarks>
sealed class Tombstones
{
    const ushort Version = 1;
    readonly SortedDictionary<ulong, DeletedRange[]> ranges;

    Tombstones(SortedDictionary<ulong, DeletedRange[]> ranges) => this.ranges = ranges;

    public static Tombstones None { get; } = new([]);

    public bool IsEmpty => ranges.Count == 0;

    /// <summary>Number of series with deleted ranges.</summary>
    public int SeriesCount => ranges.Count;

    public IReadOnlyList<DeletedRange> Of(ulong id) => ranges.GetValueOrDefault(id) ?? [];

    /// <summary>As this, and the samples from … through (both inclusive) of those series in blocks up to that sequence deleted.</summary>
    public Tombstones With(IEnumerable<ulong> ids, long fromMs, long throughMs, ulong sequence)
    {
        var added = new DeletedRange(fromMs, throughMs, sequence);
        var merged = new SortedDictionary<ulong, DeletedRange[]>(ranges);
        foreach (var id in ids)
        {
            var known = Of(id);
            if (!known.Any(range => range.Includes(added))) merged[id] = [.. known.Where(range => !added.Includes(range)), added];
        }
        return new Tombstones(merged);
    }

    /// <summary>As this, without the ranges that touch none of these blocks: merges applied them, or retention took what they meant.</summary>
    public Tombstones NeededBy(IReadOnlyCollection<BlockMeta> blocks)
    {
        var kept = new SortedDictionary<ulong, DeletedRange[]>();
        foreach (var (id, all) in ranges)
        {
            var needed = all.Where(range => blocks.Any(block => range.Touches(block))).ToArray();
            if (needed.Length > 0) kept.Add(id, needed);
        }
        return new Tombstones(kept);
    }

    /// <summary>Whether some sample that the block may hold is deleted.</summary>
    public bool Touch(BlockMeta block) => ranges.Values.Any(all => all.Any(range => range.Touches(block)));

    /// <summary>Whether something behind that time is deleted.</summary>
    public bool Reach(long afterMs) => ranges.Values.Any(all => all.Any(range => range.ThroughMs > afterMs));

    /// <summary>As this, without what it deletes behind that time.</summary>
    public Tombstones Through(long lastMs)
    {
        var cut = new SortedDictionary<ulong, DeletedRange[]>();
        foreach (var (id, all) in ranges)
        {
            var kept = all.Where(range => range.FromMs <= lastMs).Select(range => range with { ThroughMs = Math.Min(range.ThroughMs, lastMs) }).ToArray();
            if (kept.Length > 0) cut.Add(id, kept);
        }
        return new Tombstones(cut);
    }

    /// <summary>Takes the deleted samples out of what was read from a block, from that index on.</summary>
    public void Apply(ulong id, ulong blockSequence, SampleColumns columns, int from)
    {
        if (!ranges.TryGetValue(id, out var all) || from >= columns.Count) return;
        foreach (var range in all)
        {
            if (blockSequence <= range.Sequence) columns.Filter(from, time => time < range.FromMs || time > range.ThroughMs);
        }
    }

    /// <summary>Makes the deletions survive.</summary>
    public void Save(string path)
    {
        using var writer = new ByteWriter();
        writer.Raw(Magic);
        writer.U16(Version);
        writer.Varint((ulong)ranges.Count);
        ulong previous = 0;
        foreach (var (id, all) in ranges)
        {
            writer.Varint(id - previous);
            writer.Varint((ulong)all.Length);
            foreach (var range in all)
            {
                writer.SignedVarint(range.FromMs);
                writer.SignedVarint(range.ThroughMs);
                writer.Varint(range.Sequence);
            }
            previous = id;
        }
        writer.U32(Crc32C.Of(writer.Written));
        DurableFile.Write(path, writer.Written);
    }

    /// <summary>Reads the file; a missing one has no deletions.</summary>
    /// <exception cref="CorruptDataException">The file is not what was written.</exception>
    public static Tombstones Load(string path)
    {
        if (!File.Exists(path)) return None;
        var bytes = File.ReadAllBytes(path);
        if (bytes.Length < Magic.Length + sizeof(ushort) + sizeof(uint)) CorruptDataException.Throw(path, 0, "a file of tombstones", $"{bytes.Length} bytes");
        var covered = bytes.AsSpan(0, bytes.Length - sizeof(uint));
        var stored = new ByteReader(bytes.AsSpan(covered.Length), path, covered.Length).U32();
        var computed = Crc32C.Of(covered);
        if (stored != computed) CorruptDataException.Throw(path, 0, $"crc {stored:x8}", $"crc {computed:x8}");

        var reader = new ByteReader(covered, path);
        if (!reader.Take(Magic.Length).SequenceEqual(Magic)) CorruptDataException.Throw(path, 0, "the start mark of tombstones", Convert.ToHexStringLower(covered[..Magic.Length]));
        var version = reader.U16();
        if (version != Version) reader.Fail($"version {Version} of tombstones", $"{version}");
        var ranges = new SortedDictionary<ulong, DeletedRange[]>();
        var count = reader.Count(reader.Remaining, "series");
        ulong id = 0;
        for (var i = 0; i < count; i++)
        {
            id += reader.Varint();
            var all = new DeletedRange[reader.Count(reader.Remaining, "ranges")];
            foreach (ref var range in all.AsSpan()) range = new DeletedRange(reader.SignedVarint(), reader.SignedVarint(), reader.Varint());
            if (!ranges.TryAdd(id, all)) reader.Fail("ascending ids", $"{id} again");
        }
        reader.ExpectEnd("the tombstones");
        return new Tombstones(ranges);
    }

    static ReadOnlySpan<byte> Magic => "PharosTb"u8;
}

/// <summary>Samples from … through (both inclusive) in blocks of that sequence and below are deleted.</summary>
readonly record struct DeletedRange(long FromMs, long ThroughMs, ulong Sequence)
{
    public bool Includes(DeletedRange other) => FromMs <= other.FromMs && ThroughMs >= other.ThroughMs && Sequence >= other.Sequence;

    public bool Touches(BlockMeta block) => block.Sequence <= Sequence && block.MinMs <= ThroughMs && block.MaxMs >= FromMs;
}
