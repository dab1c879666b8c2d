namespace Pharos.Storage.Series.Blocks;

/// <summary>What a block says of itself: enough to plan merges and retention without opening it further.</summary>
/// <param name="MinMs">Time of the oldest sample.</param>
/// <param name="MaxMs">Time of the newest sample, inclusive.</param>
/// <param name="Sequence">Unique in a store and ascending with creation. Where blocks hold the same series at the same time, the lower one wins.</param>
/// <param name="Replaces">Sequences of the blocks that this one holds as well; they are deleted when found beside it.</param>
sealed record BlockMeta(long MinMs, long MaxMs, ulong Sequence, IReadOnlyList<ulong> Replaces, long SeriesCount, long SampleCount, long SizeBytes)
{
    public bool Overlaps(BlockMeta other) => MinMs <= other.MaxMs && other.MinMs <= MaxMs;
}
