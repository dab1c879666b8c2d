using Microsoft.Data.Sqlite;

namespace Pharos.Server.State;

/// <summary>One SQLite file of small relational state, written for several rooms by one thread.</summary>
/// <remarks>
/// <para>State is written in the order of <see cref="Enqueue"/>; all that waits at a time is one transaction, so that thousands of alerts cost one
/// sync of the disk, and those who post at the same time share one. <see cref="FlushAsync"/> completes when everything enqueued before it is on disk, also over a loss of power.</para>
/// <para>Notes have a lane of their own, <see cref="EnqueueNote"/>: nobody is kept waiting for them. They are written in small steps, unsynced, once state has
/// been quiet for a moment, or when many wait; the next sync takes them along.</para>
/// <para>Errors: a file that is damaged is set aside with the reason, and a new one begun; one of a newer program is refused. A disk that refuses (full)
/// makes <see cref="FlushAsync"/> throw <see cref="IOException"/>: who waits for it must not acknowledge. The state itself is kept, the newest of each key,
/// and tried again each second, so that disk and memory agree once there is room.</para>
/// <para>Threads: safe for all. Source: docs/formats/alerting.md.</para>
/// </remarks>
sealed partial class StateDatabase : IAsyncDisposable
{
    /// <summary>Synced at each commit. The log is brought into the file when notes are written, and here only when it would grow beyond 64 MiB:
    /// who waits for an acknowledgement must not wait for that.</summary>
    const string StateMode = "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 16384";
    const string NotesMode = "PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 1000";

    readonly WriteQueue queue = new();
    readonly ILogger logger;
    readonly Task writer;
    readonly string path;
    volatile string? failure;

    // The writer's alone.
    readonly HashSet<StateWrite> kept = []; // State that the disk refused, the newest of each key.
    readonly List<StateWrite> keptNotes = []; // One batch of them; the others wait in their lane.
    SqliteConnection connection;
    StateStatements statements;
    bool? isSynced; // What the connection was last told to do at commits.
    bool isSpoiled; // A sync may have failed: the descriptors must not be used again.
    long triedAt;
    IOException? untold; // State that broke before anybody asked for it to be on disk.

    StateDatabase(string path, SqliteConnection connection, ILogger logger)
    {
        this.path = path;
        this.connection = connection;
        this.logger = logger;
        statements = new(connection);
        writer = Task.Factory.StartNew(WriteAll, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Opens the file of a folder, or begins it; brings an older one to the newest format, and sets a broken one aside.</summary>
    /// <exception cref="IOException">The folder cannot be written, or a newer program wrote the file.</exception>
    public static StateDatabase Open(string folder, StateFile file, TimeProvider time, ILogger logger)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, $"{file.Name}.db");
        return new(path, StateConnection.Open(path, file, time, logger), logger);
    }

    /// <summary>Why nothing can be promised to be on disk now; null while all is well.</summary>
    public string? Failure => failure;

    /// <summary>Notes that were dropped because too many waited.</summary>
    public long DroppedNotes => queue.Dropped;

    /// <summary>Never waits. Rooms do it through their <see cref="StateTable{TKey, TRow}"/>.</summary>
    public void Enqueue(StateWrite write) => queue.Add(write);

    /// <summary>Enqueues what nobody waits for.</summary>
    public void EnqueueNote(Action<StateStatements> write) => queue.AddNote(new NoteWrite(write));

    /// <summary>The same, but gives up when many wait already.</summary>
    public bool TryEnqueueNote(Action<StateStatements> write) => queue.TryAddNote(new NoteWrite(write));

    /// <summary>Completes when there is room for the notes of some thousand alerts. Ask before a lock is taken.</summary>
    public Task RoomAsync() => queue.RoomAsync();

    /// <exception cref="NotKeptException">Nothing can be written now, which is known before it is tried.</exception>
    public void ThrowIfFailing()
    {
        if (failure is { } told) throw new NotKeptException(told);
    }

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

    /// <summary>All rows of a question, read at once.</summary>
    public List<T> Read<T>(string sql, Func<SqliteDataReader, T> read)
    {
        using var connection = Reader();
        return StateConnection.Rows(connection, sql, read);
    }

    public async ValueTask DisposeAsync()
    {
        if (!queue.End()) return;
        await writer;
        statements.Dispose();
        await connection.DisposeAsync();
        SqliteConnection.ClearAllPools();
    }

    void WriteAll()
    {
        var batch = new WriteBatch();
        while (queue.Take(batch, failure is not null)) Write(batch);
        if (kept.Count == 0) return;
        batch.Clear();
        batch.IsState = true;
        triedAt = 0;
        Write(batch); // Once more, before it is lost with the memory.
        if (kept.Count > 0) Lost(logger, path, kept.Count, failure ?? "");
    }

    void Write(WriteBatch batch)
    {
        try
        {
            Keep(batch);
            if (failure is not null && Environment.TickCount64 - triedAt < WriteQueue.RetryMs) throw new NotKeptException(failure); // Who posts must not make it try more often.
            if (kept.Count > 0) Commit([.. kept], isState: true);
            kept.Clear();
            if (!batch.IsState || keptNotes.Count > 0) Commit(keptNotes, isState: false);
            keptNotes.Clear();
            failure = null;
            if (batch.IsState && batch.Flushes.Count > 0 && untold is { } former)
            {
                untold = null;
                throw former;
            }
            foreach (var done in batch.Flushes) done.TrySetResult();
        }
        catch (Exception error) // Whatever it is, nobody may wait for ever.
        {
            Refuse(batch, error);
        }
    }

    /// <summary>Batches are kept until they are written; of one key only the newest is.</summary>
    void Keep(WriteBatch batch)
    {
        if (!batch.IsState)
        {
            keptNotes.AddRange(batch.Writes);
            return;
        }
        foreach (var write in batch.Writes)
        {
            kept.Remove(write); // An equal one, which is older.
            kept.Add(write);
        }
    }

    void Refuse(WriteBatch batch, Exception error)
    {
        var told = error as NotKeptException ?? new NotKeptException($"{path} could not be written: {error.Message}", error);
        if (IsOfTheDisk(error))
        {
            (failure, triedAt) = (told.Message, Environment.TickCount64);
            isSpoiled |= error is SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_IOERR };
        }
        else if (error is not NotKeptException)
        {
            NotWritten(logger, path, error); // A fault of ours would be one again at each try.
            if (batch.IsState) kept.Clear();
            keptNotes.Clear();
            if (batch.IsState && batch.Flushes.Count == 0) untold = told;
        }
        foreach (var done in batch.Flushes) done.TrySetException(told);
    }

    /// <summary>Full, read-only, failing, or held by a tool of somebody's: it will do later what it refuses now.</summary>
    static bool IsOfTheDisk(Exception error) => error is SqliteException
    {
        SqliteErrorCode: SQLitePCL.raw.SQLITE_FULL or SQLitePCL.raw.SQLITE_IOERR or SQLitePCL.raw.SQLITE_READONLY or SQLitePCL.raw.SQLITE_CANTOPEN
            or SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED or SQLitePCL.raw.SQLITE_NOMEM
    };

    void Commit(IReadOnlyList<StateWrite> writes, bool isState)
    {
        if (writes.Count == 0) return;
        if (isSpoiled) Reconnect();
        if (isSynced != isState) StateConnection.Run(connection, isState ? StateMode : NotesMode);
        isSynced = isState;
        statements.Begin();
        try
        {
            foreach (var write in writes) write.Run(statements);
            statements.Commit();
        }
        catch
        {
            if (SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle) == 0) statements.Rollback(); // Some faults end the transaction by themselves.
            throw;
        }
    }

    /// <summary>After a sync that failed the kernel may have dropped what was written; only other descriptors, and writing it anew, prove anything.</summary>
    void Reconnect()
    {
        var next = StateConnection.Again(path);
        statements.Dispose();
        connection.Dispose();
        (connection, statements) = (next, new(next));
        (isSynced, isSpoiled) = (null, false);
    }

    [LoggerMessage(LogLevel.Critical, "{Path}: {Count} pieces of state, which nobody was promised, end with the process: {Reason}")]
    static partial void Lost(ILogger logger, string path, int count, string reason);

    [LoggerMessage(LogLevel.Error, "{Path} could not be written")]
    static partial void NotWritten(ILogger logger, string path, Exception error);
}
