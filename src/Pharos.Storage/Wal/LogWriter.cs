using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using Pharos.Storage.Files;

namespace Pharos.Storage.Wal;

/// <summary>Writes the shards' records to disk: one thread, one <c>fdatasync</c> for all that came together.</summary>
/// <remarks>
/// <para>Commits happen when somebody waits in <see cref="FlushAsync"/>, when much is pending, and once a second.</para>
/// <para>Errors: after a failed write or sync the descriptor is never used again, because the kernel may have dropped the pages: what was not
/// acknowledged is written anew to another segment. When that fails too the log is <see cref="Failure"/> and takes nothing more.</para>
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
    readonly Thread committer;
    LogSegment segment;
    TaskCompletionSource? waiters;
    volatile bool isStopping;
    long bytesWritten;
    long syncs;

    /// <param name="collect">Takes each shard's buffer. Called before <paramref name="beforeWrite"/>.</param>
    /// <param name="beforeWrite">Makes durable what the records refer to (new series).</param>
    public LogWriter(LogWriterSettings settings, uint generation, Action<List<LogBuffer>> collect, Action beforeWrite, ILogger logger)
    {
        this.settings = settings;
        this.collect = collect;
        this.beforeWrite = beforeWrite;
        this.logger = logger;
        segment = LogSegment.Start(settings.Folder, generation, settings.SegmentBytes);
        Synced = (generation, segment.Length);
        committer = new Thread(Run) { IsBackground = true, Name = "pharos log" };
        committer.Start();
    }

    /// <summary>Up to where the log is on disk for certain.</summary>
    public (uint Generation, long Length) Synced { get; private set; }

    /// <summary>Why nothing is accepted any more; null while all is well.</summary>
    public string? Failure { get; private set; }

    public long BytesWritten => Interlocked.Read(ref bytesWritten);

    public long Syncs => Interlocked.Read(ref syncs);

    public ValueTask FlushAsync(CancellationToken cancellation)
    {
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
    public uint CommitAndRoll()
    {
        lock (commitGate)
        {
            Commit();
            ThrowIfFailed();
            try
            {
                Roll(0);
            }
            catch (IOException error)
            {
                // The segment may end in an end record now: nothing may ever follow it there.
                Failure = Describe(error);
                Failed(logger, error, settings.Folder);
                throw;
            }
            return segment.Generation;
        }
    }

    /// <summary>Frees the segments below that generation for use again.</summary>
    public void Recycle(uint below)
    {
        lock (commitGate)
        {
            foreach (var generation in LogSegment.Generations(settings.Folder))
            {
                if (generation < below) LogSegment.Recycle(settings.Folder, generation, settings.SegmentBytes);
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
        segment.Dispose();
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
            if (Failure is { } failure) waiting?.SetException(new IOException(failure));
            else waiting?.SetResult();
            if (waiting is null) PrepareAhead();
        }
    }

    void Commit()
    {
        collect(taken);
        try
        {
            if (Failure is not null) return;
            beforeWrite(); // Also without records: a new series may have none yet.
            if (taken.Count == 0) return;
            try
            {
                WriteAll();
            }
            catch (IOException error)
            {
                LeavingSegment(logger, error, segment.Path);
                segment.Dispose();
                segment = LogSegment.Start(settings.Folder, segment.Generation + 1, settings.SegmentBytes);
                WriteAll();
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Failure = Describe(error);
            Failed(logger, error, settings.Folder);
        }
        finally
        {
            foreach (var buffer in taken) buffer.Clear();
            taken.Clear();
            room.Set();
        }
    }

    void WriteAll()
    {
        foreach (var buffer in taken)
        {
            var start = 0;
            var at = 0;
            while (at < buffer.Length)
            {
                var total = LogRecord.TotalLength(LogRecord.PayloadLength(buffer.Written[at..]));
                if (!segment.HasRoomFor(at - start + total))
                {
                    Write(buffer, start, at);
                    start = at;
                    Roll(total);
                }
                LogRecord.Stamp(buffer.Written.Slice(at, total), segment.Generation);
                at += total;
            }
            Write(buffer, start, at);
        }
        Sync();
    }

    void Write(LogBuffer buffer, int start, int end)
    {
        if (end == start) return;
        segment.Write(buffer.Written[start..end]);
        Interlocked.Add(ref bytesWritten, end - start);
    }

    void Sync()
    {
        segment.Sync(settings.Sync);
        Interlocked.Increment(ref syncs);
        Synced = (segment.Generation, segment.Length);
    }

    /// <summary>So that the next start knows that nothing was torn: a last record that is not sound then is damaged.</summary>
    void EndSegment()
    {
        try
        {
            if (Failure is null) WriteEnd();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            CannotPrepare(logger, error); // As after a kill.
        }
    }

    void WriteEnd()
    {
        Span<byte> end = stackalloc byte[LogRecord.HeaderBytes];
        LogRecord.WriteEnd(end, segment.Generation);
        segment.Write(end);
        Sync();
    }

    void Roll(int atLeast)
    {
        WriteEnd();
        var next = LogSegment.Start(settings.Folder, segment.Generation + 1, Math.Max(settings.SegmentBytes, LogSegment.HeaderBytes + atLeast + LogRecord.HeaderBytes));
        segment.Dispose();
        segment = next;
    }

    /// <summary>Writes the next segment's zeros while nobody waits.</summary>
    void PrepareAhead()
    {
        try
        {
            lock (commitGate) // A roll must not take the spare file while it is written.
            {
                if (Failure is null && segment.Length > segment.Capacity / 2 && !LogSegment.HasSpare(settings.Folder)) LogSegment.PrepareSpare(settings.Folder, settings.SegmentBytes);
            }
        }
        catch (IOException error)
        {
            CannotPrepare(logger, error); // The roll itself will tell when it matters.
        }
    }

    string Describe(Exception error) => $"the log in {settings.Folder} cannot be written: {error.Message}; nothing more is accepted until Pharos is restarted";

    void ThrowIfFailed()
    {
        if (Failure is { } failure) throw new IOException(failure);
    }

    [LoggerMessage(LogLevel.Error, "Writing the log segment {Path} failed; going on in a new one with all that was not acknowledged")]
    static partial void LeavingSegment(ILogger logger, Exception error, string path);

    [LoggerMessage(LogLevel.Critical, "The log in {Folder} cannot be written: the store is read-only from now on")]
    static partial void Failed(ILogger logger, Exception error, string folder);

    [LoggerMessage(LogLevel.Warning, "Could not prepare the next log segment, or end the last one")]
    static partial void CannotPrepare(ILogger logger, Exception error);
}

/// <param name="SegmentBytes">Size of a segment; at least 64 kB.</param>
/// <param name="Sync">How a file is forced to disk; tests make it fail.</param>
sealed record LogWriterSettings(string Folder, long SegmentBytes, Action<SafeFileHandle> Sync)
{
    public LogWriterSettings(string folder, long segmentBytes)
        : this(folder, segmentBytes, DurableFile.SyncData)
    {
    }
}
