using Pharos.Storage.Files;
using Pharos.Storage.Series.Head;
using Pharos.Storage.Series.Views;
using Pharos.Storage.Wal;

namespace Pharos.Storage.Series.Upkeep;

/// <summary>When the head is written to its checkpoint, which cuts the log.</summary>
sealed class StoreCheckpoints(Checkpoint checkpoint, string path, SeriesHead head, StoreViews views, LogWriter log, StoreDeletions deletions, TimeProvider clock)
{
    const long LogBytes = 32 << 20;
    static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    long writtenBytes;
    long writtenAt = clock.GetTimestamp();

    /// <summary>Log since the last one.</summary>
    public long PendingBytes => log.BytesWritten - writtenBytes;

    /// <summary>Set when a flood has ended: what it left in the log is brought into the checkpoint at the next regular time; else a start would replay it.</summary>
    public bool HasFloodPassed { get; set; }

    public bool IsDue()
    {
        var pending = PendingBytes;
        return pending > LogBytes || (pending > 0 && (HasFloodPassed || clock.GetElapsedTime(writtenAt) > Interval));
    }

    public void Write()
    {
        var (bytes, at) = (log.BytesWritten, clock.GetTimestamp());
        EnsureItCanBe();
        var generation = log.CommitAndRoll();
        checkpoint.Write(head, views.Current.Head, generation, log.CommitNow); // Series created meanwhile must be known before the checkpoint names them.
        (writtenBytes, writtenAt) = (bytes, at); // One that failed stays due.
        log.Recycle(generation);
        head.Frames.DropBefore(views.OldestHead.FromMs);
        deletions.ForgetApplied();
    }

    /// <summary>Each try costs a segment of the log, so that one that must fail is not begun.</summary>
    /// <exception cref="IOException">There is no room for a checkpoint as large as the last, or a file of frames cannot be relied upon.</exception>
    void EnsureItCanBe()
    {
        head.Frames.ThrowIfSpoiled(views.Current.Head.FromMs);
        var last = new FileInfo(path);
        if (!last.Exists || last.Length == 0) return;
        using var room = new TemporaryFile(last.FullName + DurableFile.TemporarySuffix);
        DurableFile.Allocate(room.Handle, 0, last.Length);
    }
}
