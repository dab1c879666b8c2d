using Microsoft.Extensions.Logging;
using Pharos.Storage.Bytes;

namespace Pharos.Storage.Series.Blocks;

/// <summary>What was found damaged since the start: parts that were set aside, blocks whose bytes prove wrong, blocks that are read whole all the same.</summary>
/// <remarks>Threads: safe for all.</remarks>
sealed partial class StoreDamage(ILogger logger)
{
    readonly Lock gate = new();
    readonly List<string> parts = [];
    readonly Dictionary<ulong, BlockDamage> blocks = [];
    readonly HashSet<ulong> mended = [];

    public bool HasParts
    {
        get
        {
            lock (gate) return parts.Count > 0;
        }
    }

    /// <summary>Sequences of the blocks that are not what was written.</summary>
    public HashSet<ulong> Blocks
    {
        get
        {
            lock (gate) return [.. blocks.Keys];
        }
    }

    /// <summary>Takes what was told in the log by who found it.</summary>
    public void Add(IEnumerable<string> told)
    {
        lock (gate) parts.AddRange(told);
    }

    public void Tell(string what)
    {
        lock (gate) parts.Add(what);
        SomethingDamaged(logger, what);
    }

    /// <summary>Tells that a block's bytes prove wrong: once in the log, and with all that it costs in the figures. It is served on, apart from the
    /// damaged parts, but never merged.</summary>
    public void Note(BlockReader block, CorruptDataException error, uint id = 0, long fromMs = long.MinValue, long throughMs = long.MaxValue)
    {
        BlockDamage? damage;
        bool isNew;
        lock (gate)
        {
            isNew = !blocks.TryGetValue(block.Sequence, out damage);
            if (isNew) blocks.Add(block.Sequence, damage = new BlockDamage(error.Message));
            if (id != 0) damage!.Add(id, Math.Max(fromMs, block.MinMs), Math.Min(throughMs, block.MaxMs));
        }
        if (isNew) SomethingDamaged(logger, damage!.ToString());
    }

    /// <summary>Tells of blocks that are read whole in spite of damage.</summary>
    public void TellMended(IReadOnlyList<BlockReader> current)
    {
        foreach (var block in current)
        {
            if (block.Mended is not { } how) continue;
            lock (gate)
            {
                if (!mended.Add(block.Sequence)) continue;
            }
            Tell($"{how}; nothing is lost by it");
        }
    }

    /// <summary>One line for each damaged part.</summary>
    /// <param name="inFrames">Of the head's files, which know theirs; null: none.</param>
    public List<string> Told(string? inFrames)
    {
        lock (gate)
        {
            List<string> told = [.. parts];
            if (inFrames is not null) told.Add(inFrames);
            told.AddRange(blocks.Values.Select(damage => damage.ToString()));
            return told;
        }
    }

    [LoggerMessage(LogLevel.Error, "{What}")]
    static partial void SomethingDamaged(ILogger logger, string what);
}
