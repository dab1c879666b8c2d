using Microsoft.Extensions.Logging;
using Pharos.Storage.Bytes;
using Pharos.Storage.Files;
using Pharos.Storage.Series.Head;
using Pharos.Storage.Series.Index;

namespace Pharos.Storage.Series;

/// <summary>The head as of one moment in one file, so that only a short log must be replayed.</summary>
/// <remarks>
/// <para>Errors: a damaged shard part costs that shard's open data; a damaged footer all of it. Either is kept aside and told, and the log is replayed on top.</para>
/// <para>Source: docs/formats/head.md.</para>
/// </remarks>
sealed partial class Checkpoint(string folder, TimeProvider clock, ILogger logger)
{
    const int TrailerBytes = 8;
    readonly string path = Path.Combine(folder, "checkpoint");
    readonly List<string> setAside = [];

    static ReadOnlySpan<byte> Magic => "PHCKP001"u8;

    /// <summary>What was damaged, one line each.</summary>
    public IReadOnlyList<string> SetAside => setAside;

    /// <summary>First log segment whose records may not be in the checkpoint.</summary>
    public uint FirstGeneration { get; private set; }

    /// <summary>In-order samples before it are in blocks.</summary>
    public long FromMs { get; private set; } = long.MinValue;

    /// <summary>Publishes the head as of now. The caller has left all log segments below that generation.</summary>
    /// <param name="beforeName">Makes durable what the checkpoint refers to, after all of it was written.</param>
    public void Write(SeriesHead head, HeadView view, uint firstGeneration, Action beforeName)
    {
        var temporary = path + DurableFile.TemporarySuffix;
        using (var file = File.OpenHandle(temporary, FileMode.Create, FileAccess.Write))
        {
            using var part = new ByteWriter(1 << 16);
            using var footer = new ByteWriter();
            RandomAccess.Write(file, Magic, 0);
            long at = Magic.Length;
            footer.U32(firstGeneration);
            footer.I64(view.FromMs);
            foreach (var shard in head.All)
            {
                part.Clear();
                shard.Save(part, view);
                RandomAccess.Write(file, part.Written, at);
                footer.U32((uint)part.Length);
                footer.U32(Crc32C.Of(part.Written));
                at += part.Length;
            }
            var frameFiles = head.Frames.FilesFrom(view.FromMs); // After the shards: they may have begun another file meanwhile.
            footer.U32((uint)frameFiles.Count);
            foreach (var (number, newestMs) in frameFiles)
            {
                footer.U32(number);
                footer.I64(newestMs);
            }
            var sum = Crc32C.Of(footer.Written);
            var length = footer.Length;
            footer.U32((uint)length);
            footer.U32(sum);
            RandomAccess.Write(file, footer.Written, at);
            head.Frames.Sync(); // Before the name: a checkpoint must never refer to frames that a power cut takes.
            DurableFile.SyncData(file);
        }
        beforeName();
        DurableFile.Publish(temporary, path);
        (FirstGeneration, FromMs) = (firstGeneration, view.FromMs);
    }

    /// <summary>Fills the empty head from the file, if there is one.</summary>
    public void Load(SeriesHead head, SeriesCatalogue catalogue)
    {
        File.Delete(path + DurableFile.TemporarySuffix);
        var bytes = File.Exists(path) ? File.ReadAllBytes(path) : [];
        if (bytes.Length == 0)
        {
            head.Frames.OpenExisting(new Dictionary<uint, long>());
            return;
        }
        try
        {
            LoadSound(bytes, head, catalogue);
        }
        catch (CorruptDataException error)
        {
            Tell($"{error.Message}; the checkpoint is set aside, open samples that are not in the log are lost", error);
            Files.SetAside.Move(path, error.Message, clock);
            head.Frames.OpenExisting(new Dictionary<uint, long>());
        }
    }

    void LoadSound(byte[] bytes, SeriesHead head, SeriesCatalogue catalogue)
    {
        var footer = FooterOf(bytes);
        FirstGeneration = footer.U32();
        FromMs = footer.I64();
        var parts = new (int Length, uint Sum)[SeriesHead.Shards];
        foreach (ref var part in parts.AsSpan()) part = ((int)footer.U32(), footer.U32());
        var frameFiles = new Dictionary<uint, long>();
        for (var i = footer.U32(); i > 0; i--) frameFiles.Add(footer.U32(), footer.I64());
        foreach (var missing in head.Frames.OpenExisting(frameFiles)) Tell($"head frame file {missing} is missing; samples in it that are in no block are lost", null);

        var at = Magic.Length;
        for (var shard = 0; shard < parts.Length; shard++)
        {
            var (length, sum) = parts[shard];
            LoadShard(bytes, at, length, sum, head.All[shard], shard, catalogue);
            at += length;
        }
    }

    ByteReader FooterOf(byte[] bytes)
    {
        if (bytes.Length < Magic.Length + TrailerBytes || !bytes.AsSpan(0, Magic.Length).SequenceEqual(Magic))
        {
            CorruptDataException.Throw(path, 0, "a checkpoint", $"{bytes.Length} other bytes");
        }
        var end = bytes.Length - TrailerBytes;
        var trailer = new ByteReader(bytes.AsSpan(end), path, end);
        var length = trailer.U32();
        var stored = trailer.U32();
        if (length > (uint)(end - Magic.Length)) CorruptDataException.Throw(path, end, "the length of the footer", $"{length}");
        var covered = bytes.AsSpan(end - (int)length, (int)length);
        var computed = Crc32C.Of(covered);
        if (stored != computed) CorruptDataException.Throw(path, end - (int)length, $"crc {stored:x8}", $"crc {computed:x8}");
        return new ByteReader(covered, path, end - (int)length);
    }

    void LoadShard(byte[] bytes, int at, int length, uint sum, HeadShard into, int shard, SeriesCatalogue catalogue)
    {
        var covered = length >= 0 && length <= bytes.Length - at ? bytes.AsSpan(at, length) : default;
        if (covered.Length != length || Crc32C.Of(covered) != sum)
        {
            var reason = $"{path}: byte {at}: part {shard} of the checkpoint is damaged; open samples of its series that are not in the log are lost";
            Tell(reason, null);
            var part = $"{path}.{shard}.damaged";
            DurableFile.Write(part, covered);
            Files.SetAside.Move(part, reason, clock);
            return;
        }
        var reader = new ByteReader(covered, path, at);
        var unknown = into.Load(ref reader, catalogue);
        if (unknown > 0) Tell($"{path}: {unknown} series of part {shard} are unknown to the catalogue; their open samples are lost", null);
    }

    void Tell(string what, Exception? error)
    {
        setAside.Add(what);
        Damaged(logger, error, what);
    }

    [LoggerMessage(LogLevel.Error, "{What}")]
    static partial void Damaged(ILogger logger, Exception? error, string what);
}
