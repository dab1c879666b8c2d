using System.Collections.Concurrent;
using System.Data.Common;

namespace Pharos.AspNetCore.Database;

/// <summary>Makes any provider's connections observable: duration and errors of statements, the pool, slow queries, spans.</summary>
/// <remarks>
/// <para>Npgsql needs no wrapper while <see cref="DatabaseOptions.ListensToNpgsql"/> is on: what is given comes back as it is, since it tells everything itself.</para>
/// <para>Lifetime: who made the inner source or connection owns it through the wrapper: disposing that disposes it. Threads: any.</para>
/// </remarks>
public sealed class DatabaseMonitor
{
    /// <summary>Name of the <see cref="System.Diagnostics.ActivitySource"/> of wrapped commands.</summary>
    public const string ActivitySourceName = "Pharos.AspNetCore.Database";

    /// <summary>Connections that are wrapped one by one share a pool by their text; more texts than this share the last.</summary>
    const int MaxConnectionStrings = 50;

    readonly DatabaseRecorder recorder;
    readonly DatabaseOptions options;
    readonly ConcurrentDictionary<string, DatabasePool> poolsByText = new(StringComparer.Ordinal);

    internal DatabaseMonitor(DatabaseRecorder recorder, DatabaseOptions options) => (this.recorder, this.options) = (recorder, options);

    /// <summary>A source whose connections are observed. Any provider has one: <c>SqliteFactory.Instance.CreateDataSource(…)</c>.</summary>
    public DbDataSource Wrap(DbDataSource source)
    {
        if (source is MonitoredDataSource || TellsItself(source)) return source;
        var pool = DatabasePool.Of(source.ConnectionString);
        recorder.Add(pool);
        return new MonitoredDataSource(source, new(recorder, pool));
    }

    /// <summary>A connection that is observed: for code that has connections and no source, such as EF Core's <c>UseSqlite(connection)</c>.</summary>
    public DbConnection Wrap(DbConnection connection)
    {
        if (connection is MonitoredConnection || TellsItself(connection)) return connection;
        var key = poolsByText.Count < MaxConnectionStrings ? connection.ConnectionString ?? "" : "";
        var pool = poolsByText.GetOrAdd(key, static (text, recorder) =>
        {
            var added = DatabasePool.Of(text);
            recorder.Add(added);
            return added;
        }, recorder);
        return new MonitoredConnection(connection, new(recorder, pool));
    }

    bool TellsItself(object inner) => options.ListensToNpgsql && inner.GetType().Namespace is "Npgsql";
}
