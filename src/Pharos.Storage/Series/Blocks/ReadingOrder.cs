namespace Pharos.Storage.Series.Blocks;

/// <summary>Puts blocks in the order in which a series is read from them: by time, and where some overlap, those by sequence.</summary>
/// <remarks>Reading by sequence alone would be right too, but a merged block is younger than its later neighbours, and then every series had to be sorted.</remarks>
static class ReadingOrder
{
    public static List<T> Of<T>(IEnumerable<T> blocks, Func<T, BlockMeta> metaOf)
    {
        var ordered = new List<T>();
        var run = new List<T>();
        var runMaxMs = long.MinValue;
        foreach (var block in blocks.OrderBy(b => metaOf(b).MinMs))
        {
            if (run.Count > 0 && metaOf(block).MinMs > runMaxMs) EndRun();
            run.Add(block);
            runMaxMs = Math.Max(runMaxMs, metaOf(block).MaxMs);
        }
        EndRun();
        return ordered;

        void EndRun()
        {
            ordered.AddRange(run.OrderBy(b => metaOf(b).Sequence));
            run.Clear();
        }
    }
}
