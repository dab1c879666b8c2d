using System.Data.Common;
using System.Diagnostics;

namespace Pharos.AspNetCore.Database;

/// <summary>What the wrappers of one source share: they measure commands by it.</summary>
sealed class CommandWatch(DatabaseRecorder recorder, DatabasePool pool)
{
    const string UnknownSystem = "other_sql";

    static readonly ActivitySource Source = new(DatabaseMonitor.ActivitySourceName);

    /// <summary>Set while a wrapped command runs: what a provider tells of the same statement by itself is not counted a second time.</summary>
    static readonly AsyncLocal<bool> Flowing = new();

    public static bool IsMeasuring
    {
        get => Flowing.Value;
        set => Flowing.Value = value;
    }

    public DatabasePool Pool => pool;

    /// <summary>The source is gone, and its pool with it.</summary>
    public void ForgetPool() => recorder.Remove(pool);

    /// <summary>Runs a command or batch and records how it went.</summary>
    /// <param name="connection">Null where the command has none of its own.</param>
    /// <param name="inner">The provider's own, whose type tells the system behind it.</param>
    public TAnswer Measure<TInner, TAnswer>(string? sql, DbConnection? connection, TInner inner, Func<TInner, TAnswer> execute) where TInner : notnull
    {
        var running = Start(sql, inner.GetType().Namespace ?? "", connection);
        try
        {
            var answer = execute(inner);
            running.Succeeded();
            return answer;
        }
        catch (Exception error)
        {
            running.Failed(error);
            throw;
        }
    }

    /// <inheritdoc cref="Measure"/>
    public async Task<TAnswer> MeasureAsync<TInner, TAnswer>(
        string? sql, DbConnection? connection, TInner inner, Func<TInner, CancellationToken, Task<TAnswer>> execute, CancellationToken cancellation) where TInner : notnull
    {
        var running = Start(sql, inner.GetType().Namespace ?? "", connection);
        try
        {
            var answer = await execute(inner, cancellation);
            running.Succeeded();
            return answer;
        }
        catch (Exception error)
        {
            running.Failed(error);
            throw;
        }
    }

    RunningCommand Start(string? sql, string provider, DbConnection? connection)
    {
        var kind = Statement.KindOf(sql);
        var system = SystemOf(provider);
        var isDoubleQuotedText = system == "mysql";
        if (recorder.HearsNpgsql && system == UnknownSystem) IsMeasuring = true; // Another library's wrapper may hide Npgsql.
        // Npgsql makes spans of its own.
        var span = provider != "Npgsql" && Source.HasListeners() ? Source.StartActivity(kind == "other" ? "QUERY" : kind.ToUpperInvariant(), ActivityKind.Client) : null;
        if (span?.IsAllDataRequested == true)
        {
            span.SetTag("db.system.name", system);
            span.SetTag("db.namespace", connection?.Database);
            span.SetTag("server.address", connection?.DataSource);
            span.SetTag("db.query.text", recorder.CleanText(sql, isDoubleQuotedText));
            if (kind != "other") span.SetTag("db.operation.name", kind.ToUpperInvariant());
        }
        return new(recorder, kind, sql, isDoubleQuotedText, span, Stopwatch.GetTimestamp());
    }

    /// <summary>The name that OpenTelemetry has for the system behind a provider.</summary>
    static string SystemOf(string provider) => provider switch
    {
        "Npgsql" => "postgresql",
        "Microsoft.Data.Sqlite" or "System.Data.SQLite" => "sqlite",
        "Microsoft.Data.SqlClient" or "System.Data.SqlClient" => "microsoft.sql_server",
        _ when provider.Contains("MySql", StringComparison.OrdinalIgnoreCase) => "mysql",
        "Oracle.ManagedDataAccess.Client" => "oracle.db",
        _ => UnknownSystem,
    };
}

/// <summary>A command between its start and its answer.</summary>
readonly struct RunningCommand(DatabaseRecorder recorder, string kind, string? sql, bool isDoubleQuotedText, Activity? span, long start)
{
    public void Succeeded() => End(hasFailed: false);

    /// <summary>A caller that gave up is no fault of the database.</summary>
    public void Failed(Exception error)
    {
        var hasFailed = error is not OperationCanceledException;
        if (hasFailed && span is not null)
        {
            span.SetStatus(ActivityStatusCode.Error);
            span.SetTag("error.type", (error as DbException)?.SqlState ?? error.GetType().FullName);
        }
        End(hasFailed);
    }

    void End(bool hasFailed)
    {
        recorder.Record(kind, Stopwatch.GetElapsedTime(start), sql, hasFailed, isDoubleQuotedText); // Before the span ends, so that the exemplar points at it.
        span?.Dispose();
        if (CommandWatch.IsMeasuring) CommandWatch.IsMeasuring = false;
    }
}
