using System.Diagnostics;
using System.Diagnostics.Metrics;
using Pharos.AspNetCore.Metrics;

namespace Pharos.AspNetCore.Database;

/// <summary>Where all that is known of databases ends: <c>db_query_duration_seconds</c>, <c>db_query_errors_total</c>, <c>db_connection_pool_size</c>, the log of slow queries.</summary>
sealed class DatabaseRecorder : IDisposable
{
    /// <summary>More than any service has; what is beyond is not counted.</summary>
    const int MaxPools = 100;

    readonly Histogram<double> durations;
    readonly Counter<long> errors;
    readonly SlowQueryLog slow;
    readonly DatabaseOptions options;
    readonly NpgsqlListener? npgsql;
    readonly Lock gate = new();
    DatabasePool[] pools = [];

    public DatabaseRecorder(IMeterFactory meters, DatabaseOptions options, SlowQueryLog slow)
    {
        (this.options, this.slow) = (options, slow);
        var meter = meters.Create(PharosMeters.Database);
        durations = meter.CreateHistogram<double>("db_query_duration_seconds", "s", "Time until a statement answered, by kind: select, insert, update, delete, other.");
        errors = meter.CreateCounter<long>("db_query_errors_total", description: "Statements that failed, by kind.");
        meter.CreateObservableGauge("db_connection_pool_size", PoolSizes, description: "Connections handed out (checked_out), kept for the next caller (checked_in), and callers above the pool's size (overflow).");
        npgsql = options.ListensToNpgsql ? new(this) : null;
    }

    /// <summary>Whether Npgsql's own source and meter are heard.</summary>
    public bool HearsNpgsql => npgsql is not null;

    /// <param name="isDoubleQuotedText">Whether double quotes hold text in the dialect.</param>
    public void Record(string kind, TimeSpan duration, string? sql, bool hasFailed, bool isDoubleQuotedText = false)
    {
        durations.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("query_type", kind));
        if (hasFailed) errors.Add(1, new KeyValuePair<string, object?>("query_type", kind));
        if (slow.Wants(duration)) slow.Tell(duration, kind, CleanText(sql, isDoubleQuotedText));
    }

    public string CleanText(string? sql, bool isDoubleQuotedText) => Statement.Clean(sql, options.MaxStatementLength, isDoubleQuotedText);

    public void Add(DatabasePool pool)
    {
        lock (gate)
        {
            if (pools.Length < MaxPools) pools = [.. pools, pool];
        }
    }

    public void Remove(DatabasePool pool)
    {
        lock (gate) pools = [.. pools.Where(known => known != pool)];
    }

    public void Dispose() => npgsql?.Dispose();

    Measurement<long>[] PoolSizes()
    {
        var (known, heard) = (pools, npgsql?.ReadPools());
        if (known.Length == 0 && heard is null) return [];
        return
        [
            Size("checked_out", known.Sum(pool => pool.CheckedOut) + (heard?.Used ?? 0)),
            Size("checked_in", known.Sum(pool => pool.CheckedIn) + (heard?.Idle ?? 0)),
            Size("overflow", known.Sum(pool => pool.Overflow) + (heard?.Pending ?? 0)),
        ];

        static Measurement<long> Size(string status, long count) => new(count, new KeyValuePair<string, object?>("status", status));
    }
}
