using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;
using Pharos.Storage.Bytes;
using Pharos.Storage.Files;

namespace Pharos.Storage.Series.Head;

/// <summary>One mapped file of head frames, of fixed length with blocks on disk behind it.</summary>
sealed class FrameFile : IDisposable
{
    readonly SafeFileHandle handle;
    readonly MemoryMappedFile map;
    readonly string path;
    readonly bool isWritable;
    long newestMs;
    bool isSpoiled;

    FrameFile(string path, uint number, SafeFileHandle handle, long length, bool isWritable, long newestMs)
    {
        this.path = path;
        this.handle = handle;
        this.isWritable = isWritable;
        this.newestMs = newestMs;
        Number = number;
        Length = length;
        var access = isWritable ? MemoryMappedFileAccess.ReadWrite : MemoryMappedFileAccess.Read;
        map = MemoryMappedFile.CreateFromFile(handle, null, 0, access, HandleInheritability.None, leaveOpen: true);
        Bytes = new MappedView(map.CreateViewAccessor(0, length, access));
    }

    public uint Number { get; }

    public long Length { get; }

    public MappedView Bytes { get; }

    /// <summary>No frame in the file that a series is linked to has a later sample.</summary>
    public long NewestMs => Interlocked.Read(ref newestMs);

    /// <summary>A frame in it proved damaged.</summary>
    public bool IsDamaged { get; private set; }

    public static FrameFile Create(string path, uint number, int length)
    {
        var handle = DurableFile.Create(path, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete);
        try
        {
            DurableFile.Allocate(handle, 0, length);
            return new FrameFile(path, number, handle, length, isWritable: true, long.MinValue);
        }
        catch
        {
            handle.Dispose();
            DurableFile.TryDelete(path);
            throw;
        }
    }

    public static FrameFile Open(string path, uint number, long newestMs)
    {
        var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        return new FrameFile(path, number, handle, RandomAccess.GetLength(handle), isWritable: false, newestMs);
    }

    public void NoteTime(long timeMs)
    {
        for (var seen = Interlocked.Read(ref newestMs); timeMs > seen;)
        {
            var before = Interlocked.CompareExchange(ref newestMs, timeMs, seen);
            if (before == seen) return;
            seen = before;
        }
    }

    public void NoteDamage() => IsDamaged = true;

    public void ForgetAfter(long latestMs)
    {
        for (var seen = Interlocked.Read(ref newestMs); seen > latestMs;)
        {
            var before = Interlocked.CompareExchange(ref newestMs, latestMs, seen);
            if (before == seen) return;
            seen = before;
        }
    }

    /// <summary>A sync failed: the kernel may have dropped what was written, and later syncs would prove nothing. Nothing more is put into it, and no checkpoint
    /// may refer to it; its frames can be read until blocks hold them.</summary>
    public bool IsSpoiled => Volatile.Read(ref isSpoiled);

    /// <exception cref="IOException">The disk fails, now or at an earlier sync.</exception>
    public void Sync()
    {
        if (!isWritable) return;
        ThrowIfSpoiled();
        try
        {
            DurableFile.SyncData(handle); // Also writes back pages dirtied through the map.
        }
        catch (IOException)
        {
            Volatile.Write(ref isSpoiled, true);
            throw;
        }
    }

    public void ThrowIfSpoiled()
    {
        if (IsSpoiled) throw new IOException($"{path} could not be synced; the log is kept until its samples are in blocks");
    }

    public void Delete()
    {
        Dispose();
        File.Delete(path);
    }

    public void MoveAside(string reason, TimeProvider clock)
    {
        Dispose();
        SetAsideFiles.Move(path, reason, clock);
    }

    public void Dispose()
    {
        Bytes.Dispose();
        map.Dispose();
        handle.Dispose();
    }
}
