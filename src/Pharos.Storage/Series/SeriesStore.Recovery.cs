using Microsoft.Extensions.Logging;
using Pharos.Storage.Bytes;
using Pharos.Storage.Files;
using Pharos.Storage.Series.Blocks;
using Pharos.Storage.Series.Head;
using Pharos.Storage.Wal;

namespace Pharos.Storage.Series;

public sealed partial class SeriesStore
{
    const int MinDeadSeries = 1000;

    string BlocksFolder => Path.Combine(options.Folder, "blocks");

    string TombstonesPath => Path.Combine(options.Folder, "tombstones");

    /// <summary>Opens the blocks; damaged ones are set aside and told.</summary>
    List<BlockReader> OpenBlocks()
    {
        Directory.CreateDirectory(BlocksFolder);
        var found = BlockFolder.Open(BlocksFolder, clock);
        lastSequence = found.HighestSequence;
        foreach (var (path, reason) in found.SetAside) Tell($"{reason}; the block is set aside as {path}");
        return [.. found.Blocks];
    }

    Tombstones LoadTombstones()
    {
        try
        {
            return Tombstones.Load(TombstonesPath);
        }
        catch (CorruptDataException error)
        {
            Tell($"{error.Message}; deletions that were not applied yet are undone");
            Files.SetAside.Move(TombstonesPath, error.Message, clock);
            return Tombstones.None;
        }
    }

    /// <summary>Brings the head back from checkpoint and log. Returns the highest log generation there was.</summary>
    uint RecoverHead()
    {
        Directory.CreateDirectory(LogFolder);
        checkpoint.Load(head, Catalogue);
        foreach (var told in checkpoint.SetAside) setAside.Add(told);
        var reader = new LogReader(LogFolder, clock, logger);
        long unknown = 0;
        var last = reader.Replay(checkpoint.FirstGeneration, (kind, shard, sequence, payload) => unknown += head.Replay(kind, shard, sequence, payload, Catalogue));
        setAside.AddRange(reader.SetAside);
        if (unknown > 0) UnknownSeries(logger, unknown);
        // What a damaged catalogue no longer knows must not come to life under a new series' labels.
        foreach (var block in blocks) ReserveIdsOf(block);
        head.ChangeLimits(limits => limits with { MinValidMs = checkpoint.FromMs });
        return Math.Max(last, checkpoint.FirstGeneration);
    }

    /// <summary>Rewrites the catalogue without the series that neither head nor blocks name, when those are a quarter of it. True: read it anew.</summary>
    /// <remarks>Only before the store takes anything: a series that comes back must never meet a catalogue that half remembers it.</remarks>
    bool TryDropDeadSeries()
    {
        var count = Catalogue.Count;
        if (count - head.LiveSeries < Math.Max(MinDeadSeries, count / 4)) return false;
        var isNamed = new bool[count];
        for (var index = 0u; index < count; index++) isNamed[index] = Catalogue.SlotOf(index) != Index.SeriesCatalogue.NoSlot;
        try
        {
            foreach (var block in blocks)
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
        catalogueFile.Rewrite(Enumerable.Range(0, count).Where(index => isNamed[index]).Select(index => (uint)index));
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
            NoteDamage(block, error);
        }
    }

    void Tell(string what)
    {
        lock (setAside) setAside.Add(what);
        SomethingDamaged(logger, what);
    }

    /// <summary>Tells that a block's bytes prove wrong, once a block. It is served on, apart from the damaged parts, but never merged.</summary>
    internal void NoteDamage(BlockReader block, CorruptDataException error)
    {
        lock (damagedBlocks)
        {
            if (!damagedBlocks.Add(block.Sequence)) return;
        }
        Tell($"{error.Message}; the samples there are not served, the rest of the block is");
    }

    [LoggerMessage(LogLevel.Information, "Dropped {Dead} of {Series} series from the catalogue: retention took their last samples")]
    static partial void DroppedSeries(ILogger logger, int dead, int series);

    [LoggerMessage(LogLevel.Error, "{What}")]
    static partial void SomethingDamaged(ILogger logger, string what);

    [LoggerMessage(LogLevel.Warning, "{Count} samples in the log belong to series that the catalogue does not know; they were never acknowledged, or the catalogue is damaged")]
    static partial void UnknownSeries(ILogger logger, long count);
}
