namespace Pharos.Server.Load;

/// <summary>When visits are due: the n-th (from 0) at n / rate after the start, however the earlier ones fare.</summary>
/// <remarks>
/// <para>That is what makes the load open: customers do not wait for each other. A load whose next request waits for the last answer sends least
/// when the service is slowest, and so measures a stall once instead of for everybody who would have met it (coordinated omission).</para>
/// </remarks>
readonly record struct Pacer(double Rate, TimeSpan Duration)
{
    /// <summary>How many visits the whole plan has; <see cref="long.MaxValue"/> when it has no end.</summary>
    public long Total => Duration == Timeout.InfiniteTimeSpan ? long.MaxValue : (long)Math.Ceiling(Duration.TotalSeconds * Rate - 1e-9);

    public TimeSpan DueAt(long visit) => TimeSpan.FromTicks((long)(visit / Rate * TimeSpan.TicksPerSecond));

    /// <summary>How many visits are due by then.</summary>
    public long DueBy(TimeSpan elapsed)
    {
        if (elapsed < TimeSpan.Zero) return 0;
        var due = (long)(elapsed.TotalSeconds * Rate) + 1;
        // Rounding may be off by one either way; the due times decide.
        while (due > 0 && DueAt(due - 1) > elapsed) due--;
        while (due < Total && DueAt(due) <= elapsed) due++;
        return Math.Min(due, Total);
    }
}
