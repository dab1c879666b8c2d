namespace Pharos.Server.Heartbeats.Proofs;

/// <summary>When the next fire drill is due: a function of the last one, the configuration and the time.</summary>
/// <remarks>
/// <para>A drill is held at its time of day and at no other: one that was missed, because the server was away, waits for the next day at the same time.
/// So neither a start nor a reload ever sends one by surprise.</para>
/// </remarks>
static class DrillSchedule
{
    /// <summary>How late one may begin: a busy or halted machine looks late.</summary>
    const long LatestMs = 10 * 60_000;

    /// <summary>The first moment, not before <paramref name="fromMs"/>, at which a drill is due.</summary>
    /// <param name="lastMs">When the last one began; null: there was none.</param>
    public static long NextMs(DrillConfig config, long? lastMs, long fromMs)
    {
        var day = DayOf(config, fromMs);
        if (lastMs is { } last && DayOf(config, last).AddDays(config.EveryDays) is var earliest && earliest > day) day = earliest;
        while (MomentMs(config, day) < fromMs) day = day.AddDays(1);
        return MomentMs(config, day);
    }

    /// <summary>Whether one became due since the last look.</summary>
    /// <param name="lookedMs">The time of the last look, or when the configuration was taken.</param>
    public static bool IsDue(DrillConfig config, long? lastMs, long lookedMs, long nowMs) =>
        lookedMs < nowMs && NextMs(config, lastMs, lookedMs + 1) is var dueMs && dueMs <= nowMs && nowMs - dueMs <= LatestMs;

    static DateOnly DayOf(DrillConfig config, long ms) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(ms), config.Zone).DateTime);

    /// <summary>A time that the clock skips in spring is the same one an hour later; of one that it shows twice in autumn, the first.</summary>
    static long MomentMs(DrillConfig config, DateOnly day)
    {
        var local = day.ToDateTime(TimeOnly.MinValue).AddMinutes(config.AtMinute);
        if (config.Zone.IsInvalidTime(local)) local = local.AddHours(1);
        var offset = config.Zone.IsAmbiguousTime(local) ? config.Zone.GetAmbiguousTimeOffsets(local).Max() : config.Zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUnixTimeMilliseconds();
    }
}
