using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using Pharos.Storage.Files;

namespace Pharos.Storage.Wal;

/// <summary>Writes the shards' records to disk: one thread, one <c>fdatasync</c> for all that came together.</summary>
/// <remarks>
/// <para>Commits happen when somebody waits in <see cref="FlushAsync"/>, when much is pending, and once a second.</para>
/// <para>Errors: after a failed write or sync the descriptor is never used again, because the kernel may have dropped the pages: what was not
/// acknowledged is written anew to another segment. While that fails too (a full disk) there is a <see cref="Failure"/>: nobody is promised anything, what
/// is appended waits in memory up to a bound, and writing is tried again each second, until all of it is on disk.</para>
/// <para>Source: docs/formats/wal-record.md.</para>
/// </remarks>
sealed partial class LogWriter : IDisposable
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    readonly LogWriterSettings settings;
    readonly ILogger logger;
    readonly Action<List<LogBuffer>> collect;
    readonly Action beforeWrite;
    readonly Lock waiterGate = new();
    readonly Lock commitGate = new();
    readonly AutoResetEvent wake = new(false);
    readonly ManualResetEventSlim room = new(true);
    readonly List<LogBuffer> taken = [];
    readonly List<LogBuffer> pending = []; // What was kept of failed commits, then what was taken just now.
    readonly Thread committer;
    LogSegment? segment; // Null: it was left, and the next is not begun yet.
    (string Path, uint Generation, long At)? unclosed; // A segment that was left without an end record.
    uint generation;
    TaskCompletionSource? waiters;
    volatile bool isStopping;
    volatile string? failure;
    volatile string? refusal;
    long bytesWritten;
    long syncs;
    long unwrittenBytes;

    /// <param name="collect">Takes each shard's buffer. Called before <paramref name="beforeWrite"/>.</param>
    /// <param name="beforeWrite">Makes durable what the records refer to (new series).</param>
    public LogWriter(LogWriterSettings settings, uint generation, Action<List<LogBuffer>> collect, Action beforeWrite, ILogger logger)
    {
        this.settings = settings;
        this.collect = collect;
        this.beforeWrite = beforeWrite;
        this.logger = logger;
        this.generation = generation - 1;
        Synced = (this.generation, 0);
        lock (commitGate) Commit(); // Begins the first segment. On a full disk the store can be read all the same.
        committer = new Thread(Run) { IsBackground = true, Name = "pharos log" };
        committer.Start();
    }

    /// <summary>Up to where the log is on disk for certain.</summary>
    public (uint Generation, long Length) Synced { get; private set; }

    /// <summary>Why nothing can be promised now; null while all is well.</summary>
    public string? Failure => failure;

    /// <summary>Why nothing more is taken either: so much waits in memory as may.</summary>
    public string? Refusal => refusal;

    public long BytesWritten => Interlocked.Read(ref bytesWritten);

    public long Syncs => Interlocked.Read(ref syncs);

    /// <summary>Bytes of records that wait in memory for a disk that refuses.</summary>
    public long UnwrittenBytes => Interlocked.Read(ref unwrittenBytes);

    /// <exception cref="IOException">The log cannot be written now, or could not.</exception>
    public ValueTask FlushAsync(CancellationToken cancellation)
    {
        if (failure is { } known) return ValueTask.FromException(new IOException(known)); // Who pushes must not make it try more often.
        TaskCompletionSource waiter;
        lock (waiterGate)
        {
            if (isStopping) throw new IOException("the store is closing");
            waiter = waiters ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        wake.Set();
        return new ValueTask(waiter.Task.WaitAsync(cancellation));
    }

    /// <summary>Tells that a buffer has become large; later appends wait until it was taken.</summary>
    public void Hurry(bool holdAppends)
    {
        if (holdAppends) room.Reset();
        wake.Set();
    }

    /// <summary>Bounds what is pending: returns at once unless the disk does not keep up.</summary>
    public void WaitForRoom()
    {
        if (!room.IsSet) room.Wait();
    }

    /// <summary>Commits what is pending on the caller's thread.</summary>
    /// <exception cref="IOException">The log could not be written.</exception>
    public void CommitNow()
    {
        lock (commitGate) Commit();
        ThrowIfFailed();
    }

    /// <summary>Commits all and leaves the segment. Every record from here on has at least the returned generation.</summary>
    /// <exception cref="IOException">The log could not be written, or there is no room for another segment; the log then goes on as it was.</exception>
    public uint CommitAndRoll()
    {
        lock (commitGate)
        {
            Commit();
            ThrowIfFailed();
            if (segment!.Length > LogSegment.HeaderBytes) Roll(0);
            return generation;
        }
    }

    /// <summary>Frees the segments below that generation for use again.</summary>
    public void Recycle(uint below)
    {
        lock (commitGate)
        {
            foreach (var found in LogSegment.Generations(settings.Folder))
            {
                if (found < below) LogSegment.Recycle(settings.Folder, found, settings.SegmentBytes);
            }
        }
    }

    /// <summary>Writes what is pending and stops. Later flushes fail.</summary>
    public void Dispose()
    {
        lock (waiterGate) isStopping = true;
        wake.Set();
        committer.Join();
        EndSegment();
        if (UnwrittenBytes > 0) Lost(logger, UnwrittenBytes, failure ?? "");
        segment?.Dispose();
        wake.Dispose();
        room.Dispose();
    }

    void Run()
    {
        var isLast = false;
        while (!isLast)
        {
            wake.WaitOne(Interval);
            isLast = isStopping; // Read before the commit, which then is the last one.
            TaskCompletionSource? waiting;
            lock (waiterGate) (waiting, waiters) = (waiters, null);
            lock (commitGate) Commit();
            if (failure is { } told) waiting?.TrySetException(new IOException(told));
            else waiting?.TrySetResult();
            if (waiting is null) PrepareAhead();
        }
    }

    /// <summary>Never throws: what went wrong is the <see cref="Failure"/>, and what was not written is kept for the next time.</summary>
    void Commit()
    {
        try
        {
            collect(taken);
            pending.AddRange(taken);
            beforeWrite(); // Also without records: a new series may have none yet.
            WritePending();
            failure = null;
        }
        catch (Exception error)
        {
            if (!DurableFile.IsOfTheDisk(error)) Broke(logger, error); // Ours; it must not end the thread either.
            failure = $"the log in {settings.Folder} cannot be written: {error.Message}; pushes are refused, and all else waits in memory, until it can be";
        }
        finally
        {
            KeepRest();
            room.Set();
        }
    }

    void WritePending()
    {
        for (var isLastTry = false; ; isLastTry = true)
        {
            try
            {
                if (segment is null) StartNext(0);
                if (pending.Count > 0) WriteAll();
                return;
            }
            catch (Exception error) when (DurableFile.IsOfTheDisk(error))
            {
                if (segment is not null) Leave(segment);
                if (isLastTry) throw;
            }
        }
    }

    void WriteAll()
    {
        foreach (var buffer in pending)
        {
            while (true)
            {
                var (start, at, next) = (buffer.Given, buffer.Given, 0);
                while (at < buffer.Length)
                {
                    next = LogRecord.TotalLength(LogRecord.PayloadLength(buffer.Written[at..]));
                    if (!segment!.HasRoomFor(at - start + next)) break;
                    LogRecord.Stamp(buffer.Written.Slice(at, next), generation);
                    at += next;
                }
                if (at > start) segment!.Write(buffer.Written[start..at]);
                Interlocked.Add(ref bytesWritten, at - start);
                buffer.Given = at;
                if (at == buffer.Length) break;
                Roll(next);
            }
        }
        Sync();
    }

    void Sync()
    {
        segment!.Sync(settings.Sync);
        Interlocked.Increment(ref syncs);
        Synced = (generation, segment.Length);
        foreach (var buffer in pending) buffer.Kept = buffer.Given;
    }

    /// <summary>So that the next start knows that nothing was torn: a last record that is not sound then is damaged.</summary>
    void EndSegment()
    {
        try
        {
            if (failure is null && segment is not null) WriteEnd(segment);
        }
        catch (Exception error) when (DurableFile.IsOfTheDisk(error))
        {
            // As after a kill.
        }
    }

    void WriteEnd(LogSegment ended)
    {
        Span<byte> end = stackalloc byte[LogRecord.HeaderBytes];
        LogRecord.WriteEnd(end, generation);
        try
        {
            ended.Write(end);
            Sync();
        }
        catch
        {
            Leave(ended);
            throw;
        }
    }

    void Roll(int atLeast)
    {
        LogSegment.EnsureSpare(settings.Folder, settings.SegmentBytes, RoomFor(atLeast)); // Before the segment is ended: without room it can go on.
        WriteEnd(segment!);
        segment!.Dispose();
        segment = null;
        StartNext(atLeast);
    }

    /// <summary>Never uses the descriptor again. What it holds beyond the last sync is written anew elsewhere.</summary>
    void Leave(LogSegment failed)
    {
        failed.Dispose();
        segment = null;
        foreach (var buffer in pending) buffer.Given = buffer.Kept;
        if (Synced.Length > LogSegment.HeaderBytes)
        {
            unclosed = (failed.Path, generation, Synced.Length);
            return;
        }
        generation--; // Nothing in it counts, and the next takes its name: a disk that goes on failing must not be filled with such.
    }

    void StartNext(int atLeast)
    {
        if (unclosed is { } left) TryClose(left.Path, left.Generation, left.At);
        segment = LogSegment.Start(settings.Folder, generation + 1, settings.SegmentBytes, RoomFor(atLeast));
        unclosed = null;
        generation = segment.Generation;
        Synced = (generation, segment.Length);
    }

    /// <summary>Else the next start would take the missing end record for damage, which may be told rather than that the log stands still.</summary>
    void TryClose(string path, uint left, long at)
    {
        try
        {
            LogSegment.Close(path, left, at);
        }
        catch (Exception error) when (DurableFile.IsOfTheDisk(error))
        {
            NotClosed(logger, path, error.Message);
        }
    }

    static long RoomFor(int record) => LogSegment.HeaderBytes + record + LogRecord.HeaderBytes;

    /// <summary>Gives the shards their buffers back, with a copy of what is not on disk.</summary>
    void KeepRest()
    {
        pending.RemoveAll(buffer => buffer.Kept == buffer.Length);
        for (var i = 0; i < pending.Count; i++)
        {
            pending[i].Given = pending[i].Kept;
            if (taken.Contains(pending[i])) pending[i] = pending[i].Remainder();
        }
        foreach (var buffer in taken) buffer.Clear();
        taken.Clear();
        var kept = pending.Sum(buffer => (long)buffer.Length - buffer.Kept);
        Interlocked.Exchange(ref unwrittenBytes, kept);
        refusal = failure is not null && kept >= settings.MostUnwrittenBytes ? $"{failure}; {kept} bytes wait, the most that may" : null;
    }

    /// <summary>Writes the next segment's zeros while nobody waits.</summary>
    void PrepareAhead()
    {
        try
        {
            lock (commitGate) // A roll must not take the spare file while it is written.
            {
                if (segment is not null && segment.Length > segment.Capacity / 2 && !LogSegment.HasSpare(settings.Folder)) LogSegment.PrepareSpare(settings.Folder, settings.SegmentBytes);
            }
        }
        catch (Exception error) when (DurableFile.IsOfTheDisk(error))
        {
            // The roll itself will tell when it matters.
        }
    }

    void ThrowIfFailed()
    {
        if (failure is { } told) throw new IOException(told);
    }

    [LoggerMessage(LogLevel.Warning, "The log segment {Path}, which was left after a fault of the disk, could not be closed ({Reason}); the next start will tell of damage at its end")]
    static partial void NotClosed(ILogger logger, string path, string reason);

    [LoggerMessage(LogLevel.Critical, "Writing the log broke; it is tried again each second")]
    static partial void Broke(ILogger logger, Exception error);

    [LoggerMessage(LogLevel.Critical, "{Bytes} bytes of samples, which nobody was promised, end with the process: {Reason}")]
    static partial void Lost(ILogger logger, long bytes, string reason);
}

/// <param name="SegmentBytes">Size of a segment; at least 64 kB.</param>
/// <param name="Sync">How a file is forced to disk; tests make it fail.</param>
sealed record LogWriterSettings(string Folder, long SegmentBytes, Action<SafeFileHandle> Sync)
{
    /// <summary>How much waits in memory for a disk that refuses before more is refused.</summary>
    public long MostUnwrittenBytes { get; init; } = 64 << 20;

    public LogWriterSettings(string folder, long segmentBytes)
        : this(folder, segmentBytes, DurableFile.SyncData)
    {
    }
}
