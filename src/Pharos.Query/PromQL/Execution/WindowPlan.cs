namespace Pharos.Query.PromQL.Execution;

/// <summary>Where the window of each step lies: (end - range, end], with end = step's time (or the <c>@</c> time) minus the offset.</summary>
/// <param name="FixedAtMs">The time of an <c>@</c> modifier; null when the window moves with the steps.</param>
/// <param name="LeadMs">How far before the window's start the previous sample may lie (<c>anchored</c>, <c>smoothed</c>).</param>
/// <param name="TrailMs">How far behind its end the next sample may lie (<c>smoothed</c>).</param>
readonly record struct WindowPlan(StepGrid Grid, long RangeMs, long OffsetMs, long? FixedAtMs, long LeadMs = 0, long TrailMs = 0)
{
    const long FarthestMs = long.MaxValue / 4; // Beyond every sample; keeps offsets and ranges from overflowing.

    public long End(int step) => Math.Clamp(FixedAtMs ?? Grid.At(step), -FarthestMs, FarthestMs) - OffsetMs;

    public long Start(int step) => End(step) - RangeMs;

    /// <summary>Exclusive start of all samples that any window wants.</summary>
    public long AfterMs => Start(0) - LeadMs;

    /// <summary>Inclusive end of all samples that any window wants.</summary>
    public long ThroughMs => End(Grid.Count - 1) + TrailMs;
}
