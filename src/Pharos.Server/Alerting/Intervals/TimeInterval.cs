namespace Pharos.Server.Alerting.Intervals;

/// <summary>A name for moments: those that lie in any of the spans.</summary>
sealed record TimeIntervalConfig(string Name, IReadOnlyList<TimeInterval> Spans)
{
    public bool Contains(DateTimeOffset now) => Spans.Any(span => span.Contains(now));
}

/// <summary>Moments that fulfil every condition that was written; a list that is null is no condition.</summary>
/// <remarks>Days and hours are those of <see cref="Location"/>, UTC when none was written. Threads: immutable.</remarks>
sealed record TimeInterval
{
    /// <summary>Minutes of the day, from (inclusive) until (exclusive).</summary>
    public IReadOnlyList<Range>? Times { get; init; }

    /// <summary>0 is Sunday.</summary>
    public IReadOnlyList<Range>? Weekdays { get; init; }

    /// <summary>Negative ones count from the end of the month: -1 is the last day.</summary>
    public IReadOnlyList<Range>? DaysOfMonth { get; init; }

    public IReadOnlyList<Range>? Months { get; init; }

    public IReadOnlyList<Range>? Years { get; init; }

    public TimeZoneInfo? Location { get; init; }

    /// <summary>Two numbers; the second is part of it everywhere but in <see cref="Times"/>.</summary>
    public readonly record struct Range(int From, int Until);

    public bool Contains(DateTimeOffset now)
    {
        var local = TimeZoneInfo.ConvertTime(now, Location ?? TimeZoneInfo.Utc);
        var minute = (local.Hour * 60) + local.Minute;
        return (Times is null || Times.Any(range => minute >= range.From && minute < range.Until))
            && IsIn(Weekdays, (int)local.DayOfWeek)
            && (DaysOfMonth is null || DaysOfMonth.Any(range => IsInMonth(range, local)))
            && IsIn(Months, local.Month)
            && IsIn(Years, local.Year);
    }

    static bool IsIn(IReadOnlyList<Range>? ranges, int value) => ranges is null || ranges.Any(range => value >= range.From && value <= range.Until);

    static bool IsInMonth(Range range, DateTimeOffset local)
    {
        var days = DateTime.DaysInMonth(local.Year, local.Month);
        var from = range.From < 0 ? days + range.From + 1 : range.From;
        var until = range.Until < 0 ? days + range.Until + 1 : range.Until;
        return local.Day >= from && local.Day <= until;
    }
}
