using System.Buffers.Binary;
using Pharos.Storage.Bytes;

namespace Pharos.Storage.Series.Head;

/// <summary>Where the parts of a checkpoint file lie and which of them are what was written, however damaged the file is.</summary>
/// <remarks>
/// <para>The end tells it; a copy of the end lies before it; without both, parts are found by the mark of their guard. See <see cref="PartGuard"/>.</para>
/// <para>Source: docs/formats/head.md.</para>
/// </remarks>
sealed class CheckpointLayout
{
    public const int TrailerBytes = 8;
    readonly string path;
    readonly byte[] bytes;

    /// <exception cref="IOException">The file is of a newer version.</exception>
    public CheckpointLayout(string path, byte[] bytes)
    {
        (this.path, this.bytes) = (path, bytes);
        var hasMagic = bytes.AsSpan().StartsWith(Magic);
        if (!hasMagic) Damage.Add("its start mark is damaged");
        if (TryReadEnd(bytes.Length - TrailerBytes) || TryReadCopy()) return;
        if (!hasMagic && bytes.AsSpan().StartsWith(Magic[..5])) throw new IOException($"{path} is the checkpoint of a newer version of Pharos; this one cannot open its data folder");
        Damage.Add("its end is damaged or missing");
        FindParts();
    }

    public static ReadOnlySpan<byte> Magic => "PHCKP001"u8;

    /// <summary>In front of the copy of the end.</summary>
    public static ReadOnlySpan<byte> CopyMagic => "PHCKPEND"u8;

    /// <summary>First log segment to replay; 0, all of them, when the file does not tell.</summary>
    public uint FirstGeneration { get; private set; }

    public long FromMs { get; private set; } = long.MinValue;

    /// <summary>Newest time by number of frame file; null when the file does not tell.</summary>
    public Dictionary<uint, long>? FrameFiles { get; private set; }

    public Part[] Parts { get; } = new Part[SeriesHead.Shards];

    /// <summary>What is wrong; empty when the file is sound.</summary>
    public List<string> Damage { get; } = [];

    /// <summary>Bytes of one shard.</summary>
    /// <param name="IsSound">The entries are what was written.</param>
    /// <param name="Guard">Otherwise: the check sums of single entries, if those are left.</param>
    public readonly record struct Part(ReadOnlyMemory<byte> Bytes, bool IsSound, PartGuard.Sums? Guard);

    bool TryReadEnd(int trailer)
    {
        if (trailer < Magic.Length) return false;
        var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(trailer));
        return length <= (uint)(trailer - Magic.Length) && TryReadEnd(trailer - (int)length, (int)length, BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(trailer + 4)));
    }

    bool TryReadCopy()
    {
        var at = bytes.AsSpan().LastIndexOf(CopyMagic) + CopyMagic.Length;
        if (at < CopyMagic.Length || bytes.Length - at < TrailerBytes) return false;
        var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));
        if (length > (uint)(bytes.Length - at - TrailerBytes)) return false;
        if (!TryReadEnd(at + TrailerBytes, (int)length, BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 4)))) return false;
        Damage.Add("its end is damaged, the copy before it is sound");
        return true;
    }

    bool TryReadEnd(int start, int length, uint sum)
    {
        var covered = bytes.AsSpan(start, length);
        if (Crc32C.Of(covered) != sum) return false;
        try
        {
            ReadEnd(new ByteReader(covered, path, start));
            return true;
        }
        catch (CorruptDataException)
        {
            return false;
        }
    }

    void ReadEnd(ByteReader end)
    {
        FirstGeneration = end.U32();
        FromMs = end.I64();
        var parts = new (int Length, uint Sum)[Parts.Length];
        foreach (ref var part in parts.AsSpan()) part = ((int)end.U32(), end.U32());
        FrameFiles = [];
        for (var i = end.U32(); i > 0; i--) FrameFiles[end.U32()] = end.I64();
        var entries = new (int Length, uint Sum)[Parts.Length]; // Without their guards; older programs wrote none.
        if (end.Remaining > 0) foreach (ref var part in entries.AsSpan()) part = ((int)end.U32(), end.U32());
        var at = Magic.Length;
        for (var shard = 0; shard < parts.Length; shard++)
        {
            var left = bytes.AsMemory(Math.Min(at, bytes.Length));
            var whole = left[..Math.Clamp(parts[shard].Length, 0, left.Length)];
            Parts[shard] = Judge(shard, whole, parts[shard], entries[shard]);
            at += whole.Length;
        }
    }

    Part Judge(int shard, ReadOnlyMemory<byte> whole, (int Length, uint Sum) expected, (int Length, uint Sum) entries)
    {
        if (whole.Length == expected.Length && Crc32C.Of(whole.Span) == expected.Sum) return new Part(whole, true, null);
        if (entries.Length > 0 && entries.Length <= whole.Length && Crc32C.Of(whole.Span[..entries.Length]) == entries.Sum)
        {
            Damage.Add($"check sums of part {shard} are damaged");
            return new Part(whole[..entries.Length], true, null);
        }
        Damage.Add($"part {shard} is damaged");
        return PartGuard.TryRead(whole, out var guard) && guard.Shard == shard ? new Part(whole[..^guard.SizeBytes], false, guard) : default;
    }

    void FindParts()
    {
        var start = Magic.Length;
        for (var at = 0; bytes.AsSpan(at).IndexOf(PartGuard.Magic) is >= 0 and var found;)
        {
            at += found + PartGuard.Magic.Length;
            if (!PartGuard.TryRead(bytes.AsMemory(0, at), out var guard)) continue;
            var entries = HeadShard.PartHeaderBytes + guard.Ranges().Sum(range => (long)range.Length);
            var from = at - guard.SizeBytes - entries;
            if (from < start) continue;
            Parts[guard.Shard] = new Part(bytes.AsMemory((int)from, (int)entries), false, guard);
            (FirstGeneration, FromMs) = (guard.FirstGeneration, guard.FromMs);
            start = at;
        }
    }
}
