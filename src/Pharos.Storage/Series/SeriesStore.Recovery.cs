using Microsoft.Extensions.Logging;
using Pharos.Storage.Bytes;
using Pharos.Storage.Files;
using Pharos.Storage.Series.Blocks;
using Pharos.Storage.Series.Chunks;
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
        foreach (var (path, reason) in found.SetAside)
        {
            var times = BlockFormat.TimesOf(path) is var (fromMs, throughMs) ? $", of between {TimeRange.Of(fromMs, throughMs)}" : "";
            Tell($"{reason}; the block is set aside as {path}, and no sample of it is served{times}");
        }
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
        checkpoint.Load(head, Catalogue, LogSegment.Generations(LogFolder).FirstOrDefault());
        var reader = new LogReader(LogFolder, clock, logger);
        long unknown = 0;
        var latestMs = HeadLimits.LatestAt(NowMs);
        var last = reader.Replay(checkpoint.FirstGeneration, (kind, shard, sequence, payload) => unknown += head.Replay(kind, shard, sequence, payload, Catalogue, latestMs));
        checkpoint.TellDamage(head.NewestMs);
        setAside.AddRange(checkpoint.SetAside);
        setAside.AddRange(reader.SetAside);
        isHeadDamaged = checkpoint.IsDamaged || reader.SetAside.Count > 0;
        if (unknown > 0) UnknownSeries(logger, unknown);
        // What a damaged catalogue no longer knows must not come to life under a new series' labels.
        foreach (var block in blocks) ReserveIdsOf(block);
        head.ChangeLimits(limits => limits with { MinValidMs = checkpoint.FromMs });
        return Math.Max(last, checkpoint.FirstGeneration);
    }

    /// <summary>Puts what could be brought back into a new checkpoint, so that the next start meets no damage.</summary>
    void ReplaceDamaged()
    {
        try
        {
            WriteCheckpoint();
        }
        catch (IOException error)
        {
            MaintenanceFailed(logger, error); // All that is damaged stays where it is, and the next checkpoint takes its place.
        }
    }

    /// <summary>Ids and labels of all series in blocks, ascending, for the repair of the catalogue.</summary>
    IEnumerable<(uint Id, ReadOnlyMemory<byte> Labels)> SeriesInBlocks()
    {
        var found = new SortedDictionary<uint, ReadOnlyMemory<byte>>();
        foreach (var block in blocks)
        {
            try
            {
                foreach (var (id, labels) in block.Labels()) found.TryAdd((uint)id, labels);
            }
            catch (CorruptDataException error)
            {
                NoteDamage(block, error);
            }
        }
        return found.Select(series => (series.Key, series.Value));
    }

    /// <summary>Rewrites the catalogue without the series that neither head nor blocks name, when those are a quarter of it. True: read it anew.</summary>
    /// <remarks>Only before the store takes anything: a series that comes back must never meet a catalogue that half remembers it.</remarks>
    bool TryDropDeadSeries()
    {
        var count = Catalogue.Count;
        if (setAside.Count > 0) return false; // What is damaged may name them.
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
        try
        {
            catalogueFile.Rewrite(Enumerable.Range(0, count).Where(index => isNamed[index]).Select(index => (uint)index));
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
            NoteDamage(block, error);
        }
    }

    void Tell(string what)
    {
        lock (setAside) setAside.Add(what);
        SomethingDamaged(logger, what);
    }

    /// <summary>Tells that a block's bytes prove wrong: once in the log, and with all that it costs in the figures. It is served on, apart from the
    /// damaged parts, but never merged.</summary>
    internal void NoteDamage(BlockReader block, CorruptDataException error, uint id = 0, long fromMs = long.MinValue, long throughMs = long.MaxValue)
    {
        BlockDamage? damage;
        bool isNew;
        lock (damagedBlocks)
        {
            isNew = !damagedBlocks.TryGetValue(block.Sequence, out damage);
            if (isNew) damagedBlocks.Add(block.Sequence, damage = new BlockDamage(error.Message));
            if (id != 0) damage!.Add(id, Math.Max(fromMs, block.MinMs), Math.Min(throughMs, block.MaxMs));
        }
        if (isNew) SomethingDamaged(logger, damage!.ToString());
    }

    /// <summary>Tells of blocks that are read whole in spite of damage.</summary>
    void TellMended()
    {
        IReadOnlyList<BlockReader> current;
        lock (viewGate) current = blocks;
        foreach (var block in current)
        {
            if (block.Mended is not { } mended) continue;
            lock (mendedBlocks)
            {
                if (!mendedBlocks.Add(block.Sequence)) continue;
            }
            Tell($"{mended}; nothing is lost by it");
        }
    }

    /// <summary>One line for each damaged part that was found since the start.</summary>
    List<string> ToldDamage()
    {
        TellMended();
        List<string> told;
        lock (setAside) told = [.. setAside];
        if (head.Frames.Damage is { } inFrames) told.Add(inFrames);
        lock (damagedBlocks) told.AddRange(damagedBlocks.Values.Select(damage => damage.ToString()));
        return told;
    }

    [LoggerMessage(LogLevel.Information, "Dropped {Dead} of {Series} series from the catalogue: retention took their last samples")]
    static partial void DroppedSeries(ILogger logger, int dead, int series);

    [LoggerMessage(LogLevel.Error, "{What}")]
    static partial void SomethingDamaged(ILogger logger, string what);

    [LoggerMessage(LogLevel.Warning, "{Count} samples in the log belong to series that the catalogue does not know; they were never acknowledged, or the catalogue is damaged")]
    static partial void UnknownSeries(ILogger logger, long count);
}
