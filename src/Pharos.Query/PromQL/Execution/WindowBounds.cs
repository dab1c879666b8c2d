namespace Pharos.Query.PromQL.Execution;

/// <summary>For one time column: which samples stand in the window of each step. Computed once for all series that share the column.</summary>
sealed class WindowBounds
{
    int[] first = [];
    int[] end = [];

    public int Steps { get; private set; }

    /// <summary>Samples in all windows together.</summary>
    public long Total { get; private set; }

    /// <summary>Index of the first sample in the window of each step.</summary>
    public ReadOnlySpan<int> First => first.AsSpan(0, Steps);

    /// <summary>Index behind the last sample in the window of each step.</summary>
    public ReadOnlySpan<int> End => end.AsSpan(0, Steps);

    /// <remarks>O(samples + steps): windows only move forward.</remarks>
    public void Compute(ReadOnlySpan<long> times, WindowPlan plan)
    {
        Steps = plan.Grid.Count;
        if (first.Length < Steps)
        {
            first = new int[Steps];
            end = new int[Steps];
        }
        var from = 0;
        var until = 0;
        Total = 0;
        for (var step = 0; step < Steps; step++)
        {
            var startMs = plan.Start(step) - plan.LeadMs;
            var endMs = plan.End(step) + plan.TrailMs;
            while (from < times.Length && times[from] <= startMs) from++;
            if (until < from) until = from;
            while (until < times.Length && times[until] <= endMs) until++;
            first[step] = from;
            end[step] = until;
            Total += until - from;
        }
    }
}
