using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Pharos.AspNetCore.Database;

/// <summary>Hears Npgsql's own source and meter, so that its queries are measured without a wrapper: those of EF Core and Dapper too.</summary>
/// <remarks>
/// Needs no reference to Npgsql: names of the source, the instruments and the tags are all there is. Spans that nobody else records are made
/// with their tags, for their duration and statement, and are not passed on. Names: Npgsql 8 to 10.
/// </remarks>
sealed class NpgsqlListener : IDisposable
{
    const string SourceName = "Npgsql";

    /// <summary>When a span began, by the monotonic clock: its own duration is of one that jumps.</summary>
    const string Start = "pharos.start";

    readonly ActivityListener spans;
    readonly MeterListener meters = new();
    readonly DatabaseRecorder recorder;
    readonly Lock gate = new();
    NpgsqlPools current;
    bool hasPools;
    /// <summary>Npgsql counts waiting callers up and down; it cannot be asked.</summary>
    long pending;

    public NpgsqlListener(DatabaseRecorder recorder)
    {
        this.recorder = recorder;
        spans = new()
        {
            ShouldListenTo = static source => source.Name == SourceName,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStarted = static span =>
            {
                // Not inside a wrapped command, of another library's wrapper around Npgsql for instance. Known now: a reader's span ends later than its command.
                if (!CommandWatch.IsMeasuring) span.SetCustomProperty(Start, Stopwatch.GetTimestamp());
            },
            ActivityStopped = Stopped,
        };
        ActivitySource.AddActivityListener(spans);
        meters.InstrumentPublished = static (instrument, self) =>
        {
            if (instrument.Meter.Name == SourceName && IsWanted(instrument.Name)) self.EnableMeasurementEvents(instrument);
        };
        meters.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Take(instrument, value, tags));
        meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        meters.Start();
    }

    /// <summary>All pools of Npgsql together; null when it has none.</summary>
    public NpgsqlPools? ReadPools()
    {
        lock (gate)
        {
            (current, hasPools) = (default, false);
            meters.RecordObservableInstruments();
            return hasPools ? current with { Pending = Math.Max(0, Interlocked.Read(ref pending)) } : null;
        }
    }

    public void Dispose()
    {
        spans.Dispose();
        meters.Dispose();
    }

    static bool IsWanted(string name) => IsCount(name) || IsPending(name);

    static bool IsCount(string name) => name is "db.client.connection.count" or "db.client.connections.usage";

    static bool IsPending(string name) => name is "db.client.connection.npgsql.pending_requests" or "db.client.connections.pending_requests";

    void Take(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (IsPending(instrument.Name))
        {
            if (instrument.IsObservable) Interlocked.Exchange(ref pending, value);
            else Interlocked.Add(ref pending, value);
            return;
        }
        foreach (var tag in tags)
        {
            if (tag.Key is not ("db.client.connection.state" or "state")) continue;
            hasPools = true;
            current = tag.Value is "used" ? current with { Used = current.Used + value } : current with { Idle = current.Idle + value };
        }
    }

    void Stopped(Activity span)
    {
        // Spans without a statement are of connections, not of queries.
        if (span.GetCustomProperty(Start) is not long start || (span.GetTagItem("db.query.text") ?? span.GetTagItem("db.statement")) is not string sql) return;
        recorder.Record(Statement.KindOf(sql), Stopwatch.GetElapsedTime(start), sql, span.Status == ActivityStatusCode.Error);
    }
}

/// <summary>Connections of all of Npgsql's pools.</summary>
readonly record struct NpgsqlPools(long Used, long Idle, long Pending);
