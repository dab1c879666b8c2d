namespace Pharos.Server.Heartbeats;

/// <summary>What is known of one expected heartbeat, and what follows from it: functions of the state and the time.</summary>
/// <param name="SinceMs">From when on it is expected.</param>
/// <param name="LastMs">When it came last; null: never yet.</param>
/// <param name="ExcusedUntilMs">It is not missed before: it may have come while this server was away.</param>
/// <param name="MissingSinceMs">Null: it is not missing.</param>
sealed record HeartbeatState(long SinceMs, long? LastMs = null, long ExcusedUntilMs = 0, long? MissingSinceMs = null)
{
    /// <summary>When it is missing, unless it comes before.</summary>
    public long DueMs(ExpectedHeartbeatConfig config) => Math.Max(BaseMs + Ms(config.Every) + Ms(config.Grace), ExcusedUntilMs);

    public HeartbeatState Came(long nowMs) => this with { LastMs = nowMs, ExcusedUntilMs = 0, MissingSinceMs = null };

    public HeartbeatState At(ExpectedHeartbeatConfig config, long nowMs) =>
        MissingSinceMs is null && DueMs(config) <= nowMs ? this with { MissingSinceMs = DueMs(config) } : this;

    /// <summary>After this server was away: a heartbeat that fell into that time could not be heard, and the next one is waited for.</summary>
    /// <remarks>One that was missing before stays missing, and one that was not expected in that time is due as ever: a server that restarts
    /// each night must not lose sight of a job that runs by day.</remarks>
    public HeartbeatState AfterAbsence(ExpectedHeartbeatConfig config, long fromMs, long untilMs)
    {
        var (every, grace) = (Ms(config.Every), Ms(config.Grace));
        var expectedMs = BaseMs + every;
        if (MissingSinceMs is not null || expectedMs + grace < fromMs || expectedMs - grace > untilMs) return this;
        var beats = ((untilMs + grace - BaseMs) / every) + 1; // The first that falls, even if early, behind the absence.
        return this with { ExcusedUntilMs = BaseMs + (beats * every) + grace };
    }

    long BaseMs => LastMs ?? SinceMs;

    static long Ms(TimeSpan span) => (long)span.TotalMilliseconds;
}
