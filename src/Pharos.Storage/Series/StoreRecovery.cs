using Microsoft.Extensions.Logging;
using Pharos.Storage.Bytes;
using Pharos.Storage.Chunks;
using Pharos.Storage.Files;
using Pharos.Storage.Series.Blocks;
using Pharos.Storage.Series.Head;
using Pharos.Storage.Series.Index;
using Pharos.Storage.Wal;

namespace Pharos.Storage.Series;

/// <summary>Brings back what a store's folder holds: blocks, deletions, the catalogue, and the head from checkpoint and log.</summary>
/// <remarks>
/// <para>Whatever it finds, it opens: damaged parts are set aside and told in <see cref="Damage"/>.</para>
/// <para>Lifetime: the parts belong to the store that takes them over.</para>
/// </remarks>
sealed partial class StoreRecovery
{
    const int MinDeadSeries = 1000;

    readonly StoreOptions options;
    readonly TimeProvider clock;
    readonly ILogger logger;

    StoreRecovery(StoreOptions options, KeyedHash hash, TimeProvider clock, ILogger logger)
    {
        (this.options, this.clock, this.logger) = (options, clock, logger);
        Damage = new StoreDamage(logger);
        Catalogue = new SeriesCatalogue(hash, options.MaxSeries);
        Found = OpenBlocks();
        CatalogueFile = CatalogueFile.Open(Path.Combine(options.Folder, "catalogue"), Catalogue, SeriesInBlocks, clock, logger);
        Damage.Add(CatalogueFile.SetAside);
        Head = new SeriesHead(Path.Combine(options.Folder, "head"), options.MaxSeries, options.FrameFileBytes, (long)options.OutOfOrderWindow.TotalMilliseconds, logger, clock);
        Checkpoint = new Checkpoint(options.Folder, clock, logger);
        RecoverHead();
        Tombstones = LoadTombstones();
    }

    public StoreDamage Damage { get; }

    public SeriesCatalogue Catalogue { get; }

    public CatalogueFile CatalogueFile { get; }

    public BlockFolder Found { get; }

    public SeriesHead Head { get; }

    public Checkpoint Checkpoint { get; }

    public Tombstones Tombstones { get; }

    /// <summary>The highest of the log that there was.</summary>
    public uint LastGeneration { get; private set; }

    /// <summary>Checkpoint or log were not what was written.</summary>
    public bool IsHeadDamaged { get; private set; }

    public string BlocksFolder => Path.Combine(options.Folder, "blocks");

    public string LogFolder => Path.Combine(options.Folder, "wal");

    /// <exception cref="IOException">The folder cannot be read or written.</exception>
    public static StoreRecovery Run(StoreOptions options, KeyedHash hash, TimeProvider clock, ILogger logger)
    {
        var recovery = new StoreRecovery(options, hash, clock, logger);
        if (!recovery.TryDropDeadSeries()) return recovery;
        recovery.Free();
        return new StoreRecovery(options, hash, clock, logger);
    }

    void Free()
    {
        CatalogueFile.Dispose();
        foreach (var block in Found.Blocks) block.Release();
        Head.Dispose();
        Catalogue.Dispose();
    }

    /// <summary>Opens the blocks; damaged ones are set aside and told.</summary>
    BlockFolder OpenBlocks()
    {
        Directory.CreateDirectory(BlocksFolder);
        var found = BlockFolder.Open(BlocksFolder, clock);
        foreach (var (path, reason) in found.SetAside)
        {
            var times = BlockFormat.TimesOf(path) is var (fromMs, throughMs) ? $", of between {TimeRange.Of(fromMs, throughMs)}" : "";
            Damage.Tell($"{reason}; the block is set aside as {path}, and no sample of it is served{times}");
        }
        return found;
    }

    Tombstones LoadTombstones()
    {
        var path = Path.Combine(options.Folder, "tombstones");
        try
        {
            return Tombstones.Load(path);
        }
        catch (CorruptDataException error)
        {
            Damage.Tell($"{error.Message}; deletions that were not applied yet are undone");
            SetAsideFiles.Move(path, error.Message, clock);
            return Tombstones.None;
        }
    }

    /// <summary>Brings the head back from checkpoint and log.</summary>
    void RecoverHead()
    {
        Directory.CreateDirectory(LogFolder);
        Checkpoint.Load(Head, Catalogue, LogSegment.Generations(LogFolder).FirstOrDefault());
        var reader = new LogReader(LogFolder, clock, logger);
        long unknown = 0;
        var latestMs = HeadLimits.LatestAt(clock.GetUtcNow().ToUnixTimeMilliseconds());
        var last = reader.Replay(Checkpoint.FirstGeneration, (kind, shard, sequence, payload) => unknown += Head.Replay(kind, shard, sequence, payload, Catalogue, latestMs));
        Checkpoint.TellDamage(Head.NewestMs);
        Damage.Add(Checkpoint.SetAside);
        Damage.Add(reader.SetAside);
        IsHeadDamaged = Checkpoint.IsDamaged || reader.SetAside.Count > 0;
        if (unknown > 0) UnknownSeries(logger, unknown);
        // What a damaged catalogue no longer knows must not come to life under a new series' labels.
        foreach (var block in Found.Blocks) ReserveIdsOf(block);
        Head.ChangeLimits(limits => limits with { MinValidMs = Checkpoint.FromMs });
        LastGeneration = Math.Max(last, Checkpoint.FirstGeneration);
    }

    /// <summary>Ids and labels of all series in blocks, ascending, for the repair of the catalogue.</summary>
    IEnumerable<(uint Id, ReadOnlyMemory<byte> Labels)> SeriesInBlocks()
    {
        var found = new SortedDictionary<uint, ReadOnlyMemory<byte>>();
        foreach (var block in Found.Blocks)
        {
            try
            {
                foreach (var (id, labels) in block.Labels()) found.TryAdd((uint)id, labels);
            }
            catch (CorruptDataException error)
            {
                Damage.Note(block, error);
            }
        }
        return found.Select(series => (series.Key, series.Value));
    }

    /// <summary>Rewrites the catalogue without the series that neither head nor blocks name, when those are a quarter of it. True: read it anew.</summary>
    /// <remarks>Only before the store takes anything: a series that comes back must never meet a catalogue that half remembers it.</remarks>
    bool TryDropDeadSeries()
    {
        var count = Catalogue.Count;
        if (Damage.HasParts) return false; // What is damaged may name them.
        if (count - Head.LiveSeries < Math.Max(MinDeadSeries, count / 4)) return false;
        var isNamed = new bool[count];
        for (var index = 0u; index < count; index++) isNamed[index] = Catalogue.SlotOf(index) != SeriesCatalogue.NoSlot;
        try
        {
            foreach (var block in Found.Blocks)
            {
                foreach (var id in block.Ids())
                {
                    if (Catalogue.IndexOf((uint)id) is >= 0 and var index) isNamed[index] = true;
                }
            }
        }
        catch (CorruptDataException)
        {
            return false; // Told when it is read for a query; until it is mended nothing is dropped.
        }
        var dead = isNamed.Count(named => !named);
        if (dead < Math.Max(MinDeadSeries, count / 4)) return false;
        try
        {
            CatalogueFile.Rewrite(Enumerable.Range(0, count).Where(index => isNamed[index]).Select(index => (uint)index));
        }
        catch (Exception error) when (DurableFile.IsOfTheDisk(error))
        {
            return false; // A disk that is full now must not keep the store from opening; the next start tries again.
        }
        DroppedSeries(logger, dead, count);
        return true;
    }

    void ReserveIdsOf(BlockReader block)
    {
        try
        {
            Catalogue.ReserveIds((uint)new BlockCursor(block).IdsOf(block.GroupCount - 1)[^1] + 1);
        }
        catch (CorruptDataException error)
        {
            Damage.Note(block, error);
        }
    }

    [LoggerMessage(LogLevel.Information, "Dropped {Dead} of {Series} series from the catalogue: retention took their last samples")]
    static partial void DroppedSeries(ILogger logger, int dead, int series);

    [LoggerMessage(LogLevel.Warning, "{Count} samples in the log belong to series that the catalogue does not know; they were never acknowledged, or the catalogue is damaged")]
    static partial void UnknownSeries(ILogger logger, long count);
}
