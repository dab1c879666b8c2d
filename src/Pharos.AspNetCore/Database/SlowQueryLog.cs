using Microsoft.Extensions.Logging;

namespace Pharos.AspNetCore.Database;

/// <summary>Tells of slow statements, at most so many a minute.</summary>
/// <remarks>Threads: any. A clock that jumps back begins a new minute.</remarks>
sealed partial class SlowQueryLog(DatabaseOptions options, TimeProvider time, ILogger<SlowQueryLog> logger)
{
    readonly Lock gate = new();
    long minute;
    int told;
    long untold;

    public bool Wants(TimeSpan duration) => options.SlowQuery > TimeSpan.Zero && duration >= options.SlowQuery && logger.IsEnabled(LogLevel.Warning);

    public void Tell(TimeSpan duration, string kind, string statement)
    {
        long skipped;
        lock (gate)
        {
            var now = time.GetUtcNow().Ticks / TimeSpan.TicksPerMinute;
            if (now != minute) (minute, told) = (now, 0);
            if (told >= options.MaxSlowQueriesPerMinute)
            {
                untold++;
                return;
            }
            told++;
            (skipped, untold) = (untold, 0);
        }
        if (skipped > 0) Skipped(logger, skipped);
        Slow(logger, Math.Round(duration.TotalMilliseconds, 1), kind, statement);
    }

    [LoggerMessage(LogLevel.Warning, "Slow query: {DurationMs} ms, {QueryType}: {Statement}")]
    static partial void Slow(ILogger logger, double durationMs, string queryType, string statement);

    [LoggerMessage(LogLevel.Warning, "{Skipped} more slow queries were not logged one by one; raise Pharos:Database:MaxSlowQueriesPerMinute to see them")]
    static partial void Skipped(ILogger logger, long skipped);
}
