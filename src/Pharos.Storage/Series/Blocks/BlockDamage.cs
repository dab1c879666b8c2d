using Pharos.Storage.Chunks;

namespace Pharos.Storage.Series.Blocks;

/// <summary>What damage to a block costs, as far as reading has met it.</summary>
/// <param name="reason">Of the first damaged place.</param>
sealed class BlockDamage(string reason)
{
    readonly HashSet<uint> series = [];
    long fromMs = long.MaxValue;
    long throughMs = long.MinValue;

    public void Add(uint id, long from, long through)
    {
        series.Add(id);
        (fromMs, throughMs) = (Math.Min(fromMs, from), Math.Max(throughMs, through));
    }

    public override string ToString() => series.Count == 0
        ? $"{reason}; the samples there are not served, the rest of the block is"
        : $"{reason}; samples of {series.Count} series between {TimeRange.Of(fromMs, throughMs)} are not served, the rest of the block is";
}
