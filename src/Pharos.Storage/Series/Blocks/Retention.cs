namespace Pharos.Storage.Series.Blocks;

/// <summary>Decides which blocks have outlived their time or their room. A pure function.</summary>
static class Retention
{
    /// <summary>The blocks to delete, oldest first.</summary>
    /// <param name="newestMs">Newest sample of the store: age counts from there, so that a store that was off for a month, or holds imported
    /// history, does not empty itself at start.</param>
    /// <param name="maxAge">Blocks that end earlier than this before <paramref name="newestMs"/> go; null: no limit.</param>
    /// <param name="maxBytes">Oldest blocks go until all fit; 0: no limit.</param>
    /// <param name="otherBytes">What the log and the head take of <paramref name="maxBytes"/>.</param>
    public static IReadOnlyList<BlockMeta> Expired(IReadOnlyList<BlockMeta> blocks, long newestMs, TimeSpan? maxAge, long maxBytes, long otherBytes)
    {
        var oldestFirst = blocks.OrderBy(b => b.MaxMs).ThenBy(b => b.Sequence).ToList();
        var expired = new List<BlockMeta>();
        var leftBytes = otherBytes + oldestFirst.Sum(b => b.SizeBytes);
        foreach (var block in oldestFirst)
        {
            var isTooOld = maxAge is { } age && newestMs - block.MaxMs >= age.TotalMilliseconds;
            var isTooMuch = maxBytes > 0 && leftBytes > maxBytes;
            if (!isTooOld && !isTooMuch) break;
            expired.Add(block);
            leftBytes -= block.SizeBytes;
        }
        return expired;
    }
}
