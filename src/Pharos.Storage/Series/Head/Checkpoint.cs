using Microsoft.Extensions.Logging;
using Pharos.Storage.Bytes;
using Pharos.Storage.Chunks;
using Pharos.Storage.Files;
using Pharos.Storage.Series.Index;

namespace Pharos.Storage.Series.Head;

/// <summary>The head as of one moment in one file, so that only a short log must be replayed.</summary>
/// <remarks>
/// <para>Errors: damage costs the open runs of the series whose entries it meets; what was sealed comes back from the frames, and the log is
/// replayed on top. The damaged file stays in its place until a sound one has taken it, and then lies in <c>corrupt/</c>.</para>
/// <para>Source: docs/formats/head.md.</para>
/// </remarks>
sealed partial class Checkpoint(string folder, TimeProvider clock, ILogger logger)
{
    readonly string path = Path.Combine(folder, "checkpoint");
    readonly List<string> setAside = [];
    readonly Dictionary<uint, bool> damagedSeries = [];
    string? damage;
    long lostFromMs = long.MaxValue;
    bool isPartLost;

    /// <summary>What was damaged, one line each.</summary>
    public IReadOnlyList<string> SetAside => setAside;

    /// <summary>The file in its place is not what was written; another one must be soon.</summary>
    public bool IsDamaged => damage is not null;

    /// <summary>First log segment whose records may not be in the checkpoint.</summary>
    public uint FirstGeneration { get; private set; }

    /// <summary>In-order samples before it are in blocks.</summary>
    public long FromMs { get; private set; } = long.MinValue;

    /// <summary>Publishes the head as of now. The caller has left all log segments below that generation.</summary>
    /// <param name="beforeName">Makes durable what the checkpoint refers to, after all of it was written.</param>
    /// <exception cref="IOException">It could not be written, or reads back with other bytes: the one before still stands.</exception>
    public void Write(SeriesHead head, HeadView view, uint firstGeneration, Action beforeName)
    {
        using var temporary = new TemporaryFile(path + DurableFile.TemporarySuffix);
        var sum = 0u;
        using var end = new ByteWriter();
        var at = 0L;
        void Append(ReadOnlySpan<byte> bytes)
        {
            DurableFile.WriteAt(temporary.Handle, bytes, at);
            sum = Crc32C.Append(sum, bytes);
            at += bytes.Length;
        }

        Append(CheckpointLayout.Magic);
        end.U32(firstGeneration);
        end.I64(view.FromMs);
        var entries = WriteParts(head, view, firstGeneration, end, Append);
        var frameFiles = head.Frames.FilesFrom(view.FromMs); // After the shards: they may have begun another file meanwhile.
        end.U32((uint)frameFiles.Count);
        foreach (var (number, newestMs) in frameFiles)
        {
            end.U32(number);
            end.I64(newestMs);
        }
        foreach (var (length, ofEntries) in entries)
        {
            end.U32((uint)length);
            end.U32(ofEntries);
        }
        WriteEnd(end.Written, Append);
        head.Frames.Sync(view.FromMs); // Before the name: a checkpoint must never refer to frames that a power cut takes.
        DurableFile.SyncData(temporary.Handle);
        temporary.Handle.Dispose();
        beforeName();
        if (DurableFile.SumOnDisk(path + DurableFile.TemporarySuffix) != sum)
        {
            throw new IOException($"{path}{DurableFile.TemporarySuffix} reads back with other bytes than were written; the checkpoint before it stands, with its log");
        }
        if (IsDamaged && File.Exists(path)) SetAsideFiles.Keep(path, damage!, clock);
        temporary.Publish(path);
        (FirstGeneration, FromMs, damage) = (firstGeneration, view.FromMs, null);
    }

    /// <summary>Fills the empty head from the file, and from the frames what the file no longer tells.</summary>
    /// <param name="firstLogged">The first generation that the log has; 0: none.</param>
    public void Load(SeriesHead head, SeriesCatalogue catalogue, uint firstLogged)
    {
        File.Delete(path + DurableFile.TemporarySuffix);
        if (File.Exists(path))
        {
            LoadParts(new CheckpointLayout(path, File.ReadAllBytes(path)), head, catalogue);
        }
        else if (firstLogged == 1 || (firstLogged == 0 && !head.Frames.HasFiles))
        {
            head.Frames.OpenExisting(new Dictionary<uint, long>()); // None was written yet: the log has all that there is.
        }
        else
        {
            (damage, isPartLost) = ("the file is missing", true);
            head.Frames.OpenExisting(new Dictionary<uint, long>(), keepOthers: true);
            RestoreShards(head, catalogue, _ => true);
        }
    }

    /// <summary>Tells what is missing, once the log was replayed.</summary>
    /// <param name="newestMs">Of all that came back.</param>
    public void TellDamage(long newestMs)
    {
        if (damage is null) return;
        Tell(damagedSeries.Count == 0 && !isPartLost
            ? $"{path}: {damage}; nothing is lost by it"
            : $"{path}: {damage}; {(isPartLost ? "at least " : "")}{damagedSeries.Count} series miss what their open runs held, at most {HeadShard.FrameSamples} "
                + $"samples each between {TimeRange.Of(lostFromMs, newestMs)}; what was sealed, and the log, is served");
    }

    static List<(int Length, uint Sum)> WriteParts(SeriesHead head, HeadView view, uint firstGeneration, ByteWriter end, AppendBytes append)
    {
        using var part = new ByteWriter(1 << 16);
        using var guard = new PartGuard();
        var entries = new List<(int, uint)>();
        for (var shard = 0; shard < SeriesHead.Shards; shard++)
        {
            part.Clear();
            head.All[shard].Save(part, guard, view);
            var ofEntries = Crc32C.Of(part.Written);
            entries.Add((part.Length, ofEntries));
            guard.End(part, shard, firstGeneration, view.FromMs);
            append(part.Written);
            end.U32((uint)part.Length);
            end.U32(Crc32C.Append(ofEntries, part.Written[entries[^1].Item1..]));
        }
        return entries;
    }

    /// <summary>Twice, because without it nothing tells where the parts lie; the second one is what older programs read.</summary>
    static void WriteEnd(ReadOnlySpan<byte> end, AppendBytes append)
    {
        using var trailer = new ByteWriter();
        trailer.U32((uint)end.Length);
        trailer.U32(Crc32C.Of(end));
        append(CheckpointLayout.CopyMagic);
        append(trailer.Written);
        append(end);
        append(end);
        append(trailer.Written);
    }

    void LoadParts(CheckpointLayout layout, SeriesHead head, SeriesCatalogue catalogue)
    {
        (FirstGeneration, FromMs) = (layout.FirstGeneration, layout.FromMs);
        if (layout.Damage.Count > 0) damage = string.Join(", ", layout.Damage);
        var isWhole = layout.FrameFiles is not null && layout.Parts.All(part => part.IsSound);
        foreach (var missing in head.Frames.OpenExisting(layout.FrameFiles ?? [], keepOthers: !isWhole))
        {
            damage ??= "a file of frames is missing";
            Tell($"head frame file {missing} is missing; samples in it that are in no block are lost");
        }
        var lost = new HashSet<int>();
        for (var shard = 0; shard < layout.Parts.Length; shard++)
        {
            if (!TryLoadPart(layout.Parts[shard], head.All[shard], shard, catalogue)) lost.Add(shard);
        }
        isPartLost = lost.Count > 0;
        if (damagedSeries.Count > 0 || isPartLost) RestoreShards(head, catalogue, lost.Contains);
    }

    bool TryLoadPart(CheckpointLayout.Part part, HeadShard into, int shard, SeriesCatalogue catalogue)
    {
        if (!part.IsSound && part.Guard is null) return false;
        try
        {
            var reader = new ByteReader(part.Bytes.Span, path);
            var unknown = part.IsSound ? into.Load(ref reader, catalogue) : into.LoadGuarded(part.Bytes.Span, part.Guard!, catalogue, damagedSeries);
            if (unknown > 0) Tell($"{path}: {unknown} series of part {shard} are unknown to the catalogue; their open samples are lost");
            return true;
        }
        catch (CorruptDataException error)
        {
            damage = damage is null ? error.Message : $"{damage}, {error.Message}"; // Its sums held: it was written so.
            return false;
        }
    }

    /// <summary>Gives series back what frames have of them: those whose entries are damaged, and all of the shards whose part is lost.</summary>
    void RestoreShards(SeriesHead head, SeriesCatalogue catalogue, Func<int, bool> isLost)
    {
        var index = head.Frames.Index();
        var wanted = damagedSeries.Where(series => series.Value).Select(series => series.Key).ToHashSet();
        foreach (var id in index.Series)
        {
            if (isLost(SeriesHead.ShardNumberOf(id)) && catalogue.IndexOf(id) is >= 0 and var at && catalogue.SlotOf((uint)at) == SeriesCatalogue.NoSlot) wanted.Add(id);
        }
        foreach (var id in wanted)
        {
            if (!head.ShardOfId(id).Restore(id, index, catalogue, FromMs, out var knownMs)) continue;
            damagedSeries.TryAdd(id, true);
            lostFromMs = Math.Min(lostFromMs, knownMs);
        }
        if (lostFromMs == long.MaxValue) lostFromMs = Math.Max(FromMs, head.OldestMs);
    }

    void Tell(string what)
    {
        setAside.Add(what);
        Damaged(logger, what);
    }

    delegate void AppendBytes(ReadOnlySpan<byte> bytes);

    [LoggerMessage(LogLevel.Error, "{What}")]
    static partial void Damaged(ILogger logger, string what);
}
