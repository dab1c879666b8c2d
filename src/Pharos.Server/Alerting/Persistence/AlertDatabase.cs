using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace Pharos.Server.Alerting.Persistence;

/// <summary>The small relational state of alerting on disk: alerts, silences, what was notified, and the ledger.</summary>
/// <remarks>
/// <para>One thread writes, in the order of <see cref="Enqueue"/>; all that waits at a time is one transaction, so that thousands of alerts cost one
/// sync of the disk. <see cref="FlushAsync"/> completes when everything enqueued before it is on disk, also over a loss of power.</para>
/// <para>Errors: a database that is damaged is set aside with the reason, and a new one begun. A disk that refuses (full) makes
/// <see cref="FlushAsync"/> throw <see cref="IOException"/>: who waits for it must not acknowledge.</para>
/// <para>Threads: safe for all. Source: docs/formats/alerting.md.</para>
/// </remarks>
sealed partial class AlertDatabase : IAsyncDisposable
{
    /// <summary>Most that waits to be written; who enqueues beyond it blocks.</summary>
    const int MaxWaiting = 100_000;

    const int Version = 2;

    readonly Channel<Work> waiting = Channel.CreateBounded<Work>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });
    readonly SqliteConnection connection;
    readonly AlertStatements statements;
    readonly ILogger logger;
    readonly Task writer;
    readonly string path;

    AlertDatabase(string path, SqliteConnection connection, ILogger logger)
    {
        this.path = path;
        this.connection = connection;
        this.logger = logger;
        statements = new(connection);
        writer = Task.Factory.StartNew(WriteAsync, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
    }

    readonly record struct Work(Action<AlertStatements>? Write, TaskCompletionSource? Done);

    static AlertDatabase() => SQLitePCL.raw.SetProvider(new SQLitePCL.SQLite3Provider_e_sqlite3());

    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static AlertDatabase Open(string folder, TimeProvider time, ILogger logger)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, "alerting.db");
        try
        {
            return new(path, Connect(path), logger);
        }
        catch (SqliteException error) when (error.SqliteErrorCode is 11 or 26) // SQLITE_CORRUPT, SQLITE_NOTADB
        {
            var aside = $"{path}.broken-{time.GetUtcNow().ToUnixTimeSeconds()}";
            SqliteConnection.ClearAllPools();
            File.Move(path, aside);
            foreach (var part in (string[])["-wal", "-shm"]) File.Delete(path + part);
            SetAside(logger, aside, error.Message);
            return new(path, Connect(path), logger);
        }
        catch (SqliteException error)
        {
            throw new IOException($"{path} cannot be used: {error.Message}", error);
        }
    }

    public void Enqueue(Action<AlertStatements> write)
    {
        if (!waiting.Writer.TryWrite(new(write, null))) waiting.Writer.WriteAsync(new(write, null)).AsTask().GetAwaiter().GetResult();
    }

    /// <exception cref="IOException">What was enqueued before could not be written.</exception>
    public async Task FlushAsync()
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await waiting.Writer.WriteAsync(new(null, done));
        await done.Task;
    }

    /// <summary>A connection that reads beside the writer. The caller disposes it.</summary>
    public SqliteConnection Reader()
    {
        var reader = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly }.ToString());
        reader.Open();
        return reader;
    }

    public async ValueTask DisposeAsync()
    {
        if (!waiting.Writer.TryComplete()) return;
        await writer;
        statements.Dispose();
        await connection.DisposeAsync();
        SqliteConnection.ClearAllPools();
    }

    static SqliteConnection Connect(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path }.ToString());
        try
        {
            connection.Open();
            Run(connection, "PRAGMA journal_mode = WAL");
            Run(connection, "PRAGMA synchronous = FULL");
            Run(connection, AlertStatements.Schema);
            Run(connection, $"PRAGMA user_version = {Version}");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    async Task WriteAsync()
    {
        var batch = new List<Work>();
        while (await waiting.Reader.WaitToReadAsync())
        {
            batch.Clear();
            while (waiting.Reader.TryRead(out var work)) batch.Add(work);
            Write(batch);
        }
    }

    void Write(List<Work> batch)
    {
        try
        {
            if (batch.Exists(work => work.Write is not null))
            {
                using var transaction = connection.BeginTransaction();
                statements.Join(transaction);
                foreach (var work in batch) work.Write?.Invoke(statements);
                transaction.Commit();
            }
            foreach (var work in batch) work.Done?.TrySetResult();
        }
        catch (SqliteException error)
        {
            NotWritten(logger, path, error);
            var told = new IOException($"{path} could not be written: {error.Message}", error);
            foreach (var work in batch) work.Done?.TrySetException(told);
        }
    }

    [LoggerMessage(LogLevel.Error, "The alerting state was damaged and is set aside as {Path}: {Reason}. Silences must be made anew, and alerts may be notified again")]
    static partial void SetAside(ILogger logger, string path, string reason);

    [LoggerMessage(LogLevel.Error, "{Path} could not be written")]
    static partial void NotWritten(ILogger logger, string path, Exception error);
}
