namespace Pharos.Storage.Series.Blocks;

/// <summary>How far blocks grow.</summary>
/// <param name="FirstSpan">Span of the blocks that the head writes.</param>
/// <param name="LargestSpan">No merge makes a larger block. Retention drops whole blocks, so a tenth of it bounds what is kept too long.</param>
sealed record MergePolicy(TimeSpan FirstSpan, TimeSpan LargestSpan)
{
    static readonly TimeSpan Month = TimeSpan.FromDays(31);

    public static MergePolicy For(TimeSpan firstSpan, TimeSpan? retention)
    {
        var tenth = retention is { } age && age / 10 < Month ? age / 10 : Month;
        return new MergePolicy(firstSpan, tenth > firstSpan ? tenth : firstSpan);
    }
}

/// <summary>Decides which blocks to merge next. A pure function of what the blocks say of themselves.</summary>
/// <remarks>
/// <para>Blocks that overlap (late or backfilled samples) come first, because each costs every query of its time; but a large block is not
/// rewritten for every handful of late samples: those gather beside it until they are worth it. Then windows of growing span,
/// each three times the one before and aligned to it: each sample is rewritten once a span, and a query of months opens few files.</para>
/// <para>A window is merged only once a newer block lies behind it, so that it is not merged again for each block that is still to come.</para>
/// </remarks>
static class MergePlanner
{
    const int Growth = 3;

    /// <summary>Overlapping blocks are merged once the smaller ones have together this part of the largest one's bytes …</summary>
    const int WorthFraction = 8;

    /// <summary>… or are more than this.</summary>
    const int MaxOverlapping = 6;

    /// <summary>The blocks to merge into one, oldest sequence first; empty when nothing is worth it.</summary>
    public static IReadOnlyList<BlockMeta> Next(IReadOnlyList<BlockMeta> blocks, MergePolicy policy)
    {
        if (blocks.Count < 2) return [];
        var byTime = blocks.OrderBy(b => b.MinMs).ThenBy(b => b.MaxMs).ToList();
        var chosen = Overlapping(byTime, policy);
        if (chosen.Count == 0) chosen = FullWindow(byTime, policy);
        return [.. chosen.OrderBy(b => b.Sequence)];
    }

    /// <summary>The first run of blocks that hang together by overlap and fit one block of the largest span.</summary>
    static List<BlockMeta> Overlapping(List<BlockMeta> byTime, MergePolicy policy)
    {
        var run = new List<BlockMeta>();
        var runMaxMs = long.MinValue;
        foreach (var block in byTime)
        {
            if (block.MaxMs - block.MinMs > (long)policy.LargestSpan.TotalMilliseconds) continue; // Never merged; must not keep others from it.
            if (run.Count > 0 && block.MinMs > runMaxMs)
            {
                if (IsWorth()) return run;
                run.Clear();
            }
            run.Add(block);
            runMaxMs = run.Count == 1 ? block.MaxMs : Math.Max(runMaxMs, block.MaxMs);
        }
        return IsWorth() ? run : [];

        bool IsWorth()
        {
            if (run.Count < 2 || runMaxMs - run[0].MinMs > (long)policy.LargestSpan.TotalMilliseconds || !KeepsOrder(run, byTime)) return false;
            var largestBytes = run.Max(b => b.SizeBytes);
            return run.Count > MaxOverlapping || (run.Sum(b => b.SizeBytes) - largestBytes) * WorthFraction >= largestBytes;
        }
    }

    static List<BlockMeta> FullWindow(List<BlockMeta> byTime, MergePolicy policy)
    {
        var newestMs = byTime.Max(b => b.MaxMs);
        foreach (var spanMs in Spans(policy))
        {
            var window = byTime
                .GroupBy(b => FloorDivide(b.MinMs, spanMs))
                .Where(g => (g.Key + 1) * spanMs <= newestMs)
                .Select(g => g.Where(b => FloorDivide(b.MaxMs, spanMs) == g.Key).ToList())
                .FirstOrDefault(inside => inside.Count > 1 && KeepsOrder(inside, byTime));
            if (window is not null) return window;
        }
        return [];
    }

    /// <summary>The result has the highest sequence: a block that stays out and overlaps must have been the stronger one before, too.</summary>
    static bool KeepsOrder(List<BlockMeta> chosen, List<BlockMeta> all)
    {
        var strongest = chosen.Min(b => b.Sequence);
        return !all.Exists(other => other.Sequence > strongest && !chosen.Contains(other) && chosen.Exists(c => c.Overlaps(other)));
    }

    static IEnumerable<long> Spans(MergePolicy policy)
    {
        var largestMs = (long)policy.LargestSpan.TotalMilliseconds;
        var spanMs = (long)policy.FirstSpan.TotalMilliseconds;
        while (spanMs < largestMs)
        {
            yield return spanMs;
            spanMs *= Growth;
        }
        yield return largestMs;
    }

    static long FloorDivide(long value, long divisor) => value >= 0 ? value / divisor : (value + 1) / divisor - 1;
}
