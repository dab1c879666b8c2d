using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace Pharos.Server.Alerting.Persistence;

/// <summary>The small relational state of alerting on disk: alerts, silences, what was notified, and the ledger.</summary>
/// <remarks>
/// <para>One thread writes, in the order of <see cref="Enqueue"/>; all that waits at a time is one transaction, so that thousands of alerts cost one
/// sync of the disk. <see cref="FlushAsync"/> completes when everything enqueued before it is on disk, also over a loss of power.</para>
/// <para>The ledger has a lane of its own, <see cref="EnqueueNote"/>: nobody is kept waiting for it. It is written in small steps, unsynced, while
/// nothing else waits; the next sync takes it along.</para>
/// <para>Errors: a database that is damaged is set aside with the reason, and a new one begun. A disk that refuses (full) makes
/// <see cref="FlushAsync"/> throw <see cref="IOException"/>: who waits for it must not acknowledge.</para>
/// <para>Threads: safe for all. Source: docs/formats/alerting.md.</para>
/// </remarks>
sealed partial class AlertDatabase : IAsyncDisposable
{
    /// <summary>Most that waits to be written; who enqueues beyond it blocks.</summary>
    const int MaxWaiting = 100_000;

    /// <summary>The same for notes.</summary>
    const int MaxNotes = 20_000;

    /// <summary>Notes of one transaction: some ten milliseconds, for which an acknowledgement may have to wait.</summary>
    const int NotesAtOnce = 1_000;

    const int Version = 2;

    /// <summary>Synced at each commit. The log is brought into the file when notes are written, and here only when it would grow beyond 64 MiB:
    /// who waits for an acknowledgement must not wait for that.</summary>
    const string StateMode = "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 16384";
    const string NotesMode = "PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 1000";

    readonly Channel<Work> waiting = Channel.CreateBounded<Work>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });
    readonly Channel<Work> notes = Channel.CreateBounded<Work>(new BoundedChannelOptions(MaxNotes) { SingleReader = true });
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

    public void Enqueue(Action<AlertStatements> write) => Enqueue(waiting.Writer, write);

    /// <summary>Enqueues what nobody waits for.</summary>
    public void EnqueueNote(Action<AlertStatements> write) => Enqueue(notes.Writer, write);

    /// <summary>The same, but gives up when many wait already.</summary>
    public bool TryEnqueueNote(Action<AlertStatements> write) => notes.Writer.TryWrite(new(write, null));

    /// <exception cref="IOException">What was enqueued before could not be written.</exception>
    public Task FlushAsync() => FlushAsync(waiting.Writer);

    /// <summary>Completes when all notes that were enqueued before are written, so that a reader finds them.</summary>
    /// <exception cref="IOException">They could not be written.</exception>
    public Task FlushNotesAsync() => FlushAsync(notes.Writer);

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
        notes.Writer.TryComplete();
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

    static void Enqueue(ChannelWriter<Work> lane, Action<AlertStatements> write)
    {
        if (!lane.TryWrite(new(write, null))) lane.WriteAsync(new(write, null)).AsTask().GetAwaiter().GetResult();
    }

    static async Task FlushAsync(ChannelWriter<Work> lane)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await lane.WriteAsync(new(null, done));
        await done.Task;
    }

    async Task WriteAsync()
    {
        var batch = new List<Work>();
        var (state, note) = (waiting.Reader.WaitToReadAsync().AsTask(), notes.Reader.WaitToReadAsync().AsTask());
        while (true)
        {
            await Task.WhenAny(state, note);
            if (state.IsCompleted && await state)
            {
                WriteLane(waiting.Reader, MaxWaiting, StateMode);
                state = waiting.Reader.WaitToReadAsync().AsTask();
            }
            else if (note.IsCompleted && await note)
            {
                WriteLane(notes.Reader, NotesAtOnce, NotesMode);
                note = notes.Reader.WaitToReadAsync().AsTask();
            }
            else
            {
                await Task.WhenAll(state, note); // One lane has ended; what is left of the other comes before the end.
                if (!await state && !await note) return;
            }
        }

        void WriteLane(ChannelReader<Work> lane, int most, string mode)
        {
            batch.Clear();
            while (batch.Count < most && lane.TryRead(out var work)) batch.Add(work);
            Write(batch, mode);
        }
    }

    void Write(List<Work> batch, string mode)
    {
        try
        {
            if (batch.Exists(work => work.Write is not null))
            {
                Run(connection, mode);
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
