using Microsoft.Data.Sqlite;

namespace Pharos.Server.Alerting.Persistence;

/// <summary>The small relational state of alerting on disk: alerts, silences, what was notified, and the ledger.</summary>
/// <remarks>
/// <para>One thread writes, in the order of <see cref="Enqueue"/>; all that waits at a time is one transaction, so that thousands of alerts cost one
/// sync of the disk, and those who post at the same time share one. <see cref="FlushAsync"/> completes when everything enqueued before it is on disk, also over a loss of power.</para>
/// <para>The ledger has a lane of its own, <see cref="EnqueueNote"/>: nobody is kept waiting for it. It is written in small steps, unsynced, once state has
/// been quiet for a moment, or when many rows wait; the next sync takes it along.</para>
/// <para>Errors: a database that is damaged is set aside with the reason, and a new one begun. A disk that refuses (full) makes
/// <see cref="FlushAsync"/> throw <see cref="IOException"/>: who waits for it must not acknowledge.</para>
/// <para>Threads: safe for all. Source: docs/formats/alerting.md.</para>
/// </remarks>
sealed partial class AlertDatabase : IAsyncDisposable
{
    const int Version = 2;

    /// <summary>Synced at each commit. The log is brought into the file when notes are written, and here only when it would grow beyond 64 MiB:
    /// who waits for an acknowledgement must not wait for that.</summary>
    const string StateMode = "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 16384";
    const string NotesMode = "PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 1000";

    readonly WriteQueue queue = new();
    readonly SqliteConnection connection;
    readonly AlertStatements statements;
    readonly ILogger logger;
    readonly Task writer;
    readonly string path;

    // The writer's alone.
    bool? isSynced; // What the connection was last told to do at commits.
    IOException? untold; // State that could not be written before anybody asked for it to be on disk.

    AlertDatabase(string path, SqliteConnection connection, ILogger logger)
    {
        this.path = path;
        this.connection = connection;
        this.logger = logger;
        statements = new(connection);
        writer = Task.Factory.StartNew(WriteAll, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

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

    public void Enqueue(Action<AlertStatements> write) => queue.Add(write);

    /// <summary>Enqueues what nobody waits for.</summary>
    public void EnqueueNote(Action<AlertStatements> write) => queue.AddNote(write);

    /// <summary>The same, but gives up when many wait already.</summary>
    public bool TryEnqueueNote(Action<AlertStatements> write) => queue.TryAddNote(write);

    /// <exception cref="IOException">What was enqueued before could not be written.</exception>
    public Task FlushAsync() => queue.FlushAsync();

    /// <summary>Completes when all notes that were enqueued before are written, so that a reader finds them.</summary>
    /// <exception cref="IOException">They could not be written.</exception>
    public Task FlushNotesAsync() => queue.FlushNotesAsync();

    /// <summary>A connection that reads beside the writer. The caller disposes it.</summary>
    public SqliteConnection Reader()
    {
        var reader = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly }.ToString());
        reader.Open();
        return reader;
    }

    public async ValueTask DisposeAsync()
    {
        if (!queue.End()) return;
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
            Run(connection, "PRAGMA busy_timeout = 30000"); // Somebody may look into the file with a tool of his own.
            Run(connection, "PRAGMA cache_size = -8192"); // KiB: a flood of ten thousand alerts fits, and is written once.
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

    void WriteAll()
    {
        var batch = new WriteBatch();
        while (queue.Take(batch)) Write(batch);
    }

    void Write(WriteBatch batch)
    {
        try
        {
            if (batch.Writes.Count > 0) Commit(batch);
            if (batch.IsState && batch.Flushes.Count > 0 && untold is { } former)
            {
                untold = null;
                throw former;
            }
            foreach (var done in batch.Flushes) done.TrySetResult();
        }
        catch (Exception error) // Whatever it is, nobody may wait for ever.
        {
            if (error is not IOException) NotWritten(logger, path, error);
            var told = new IOException($"{path} could not be written: {error.Message}", error);
            if (batch.IsState && batch.Flushes.Count == 0) untold = told;
            foreach (var done in batch.Flushes) done.TrySetException(told);
        }
    }

    void Commit(WriteBatch batch)
    {
        if (isSynced != batch.IsState) Run(connection, batch.IsState ? StateMode : NotesMode);
        isSynced = batch.IsState;
        statements.Begin();
        try
        {
            foreach (var write in batch.Writes) write(statements);
            statements.Commit();
        }
        catch
        {
            if (SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle) == 0) statements.Rollback(); // Some faults end the transaction by themselves.
            throw;
        }
    }

    [LoggerMessage(LogLevel.Error, "The alerting state was damaged and is set aside as {Path}: {Reason}. Silences must be made anew, and alerts may be notified again")]
    static partial void SetAside(ILogger logger, string path, string reason);

    [LoggerMessage(LogLevel.Error, "{Path} could not be written")]
    static partial void NotWritten(ILogger logger, string path, Exception error);
}
