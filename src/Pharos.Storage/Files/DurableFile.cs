using System.Buffers;
using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Pharos.Storage.Bytes;

namespace Pharos.Storage.Files;

/// <summary>Makes bytes and names survive a crash: data syncs, folder syncs, and publication by rename.</summary>
/// <remarks>
/// <para>A file is either whole under its final name or not there at all: it is written as <c>name.tmp</c>, synced, renamed, and the folder
/// is synced so that the rename itself survives. Start-up deletes what ends in <c>.tmp</c>.</para>
/// <para>Errors: a failed sync throws <see cref="IOException"/>. The kernel may have dropped the pages by then, so the same descriptor
/// must never be synced again; write anew elsewhere.</para>
/// </remarks>
static class DurableFile
{
    public const string TemporarySuffix = ".tmp";

    /// <summary>Opens a new file to be written, in place of one that bears the name.</summary>
    public static SafeFileHandle Create(string path, FileAccess access = FileAccess.Write, FileShare share = FileShare.Read)
    {
        DiskFaults.Check(DiskCall.Create);
        return File.OpenHandle(path, FileMode.Create, access, share);
    }

    /// <summary>Writes all the bytes at that place.</summary>
    /// <exception cref="IOException">The disk is full, or fails; a part may be there then.</exception>
    public static void WriteAt(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        try
        {
            DiskFaults.Check(DiskCall.Write, file);
        }
        catch (IOException)
        {
            RandomAccess.Write(file, bytes[..(bytes.Length / 2)], offset); // As a disk does that becomes full.
            throw;
        }
        RandomAccess.Write(file, bytes, offset);
    }

    /// <summary>Syncs the file's bytes and what is needed to read them back, but not times of access (<c>fdatasync</c>).</summary>
    public static void SyncData(SafeFileHandle file)
    {
        DiskFaults.Check(DiskCall.SyncFile, file);
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.FlushToDisk(file);
            return;
        }
        while (LibC.FdataSync(file) != 0)
        {
            if (Marshal.GetLastPInvokeError() != Interrupted) throw Failure("fdatasync", "a file");
        }
    }

    /// <summary>Gives the file blocks on the disk for this range, so that later writes there cannot find the disk full.</summary>
    public static void Allocate(SafeFileHandle file, long offset, long length)
    {
        DiskFaults.Check(DiskCall.Allocate, file);
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.SetLength(file, Math.Max(RandomAccess.GetLength(file), offset + length));
            return;
        }
        var error = LibC.PosixFallocate(file, offset, length); // It returns its error and leaves errno alone.
        if (error != 0) throw new IOException($"posix_fallocate of {length} bytes: {new Win32Exception(error).Message}");
    }

    /// <summary>Makes creations, renames and deletions in a folder survive.</summary>
    public static void SyncFolder(string folder)
    {
        DiskFaults.Check(DiskCall.SyncFolder);
        if (!OperatingSystem.IsLinux()) return; // Elsewhere the file system orders renames itself.
        var descriptor = LibC.Open(folder, OpenDirectoryReadOnlyCloseOnExec);
        if (descriptor < 0) throw Failure("open", folder);
        var failed = LibC.Fsync(descriptor) != 0;
        var failure = failed ? Failure("fsync", folder) : null;
        _ = LibC.Close(descriptor);
        if (failure is not null) throw failure;
    }

    /// <summary>CRC-32C of a synced file's bytes as the disk has them, where the system can be asked to forget its own copy of them.</summary>
    public static uint SumOnDisk(string path)
    {
        using var file = File.OpenHandle(path);
        if (OperatingSystem.IsLinux()) _ = LibC.PosixFadvise(file, 0, 0, LibC.FadviseDontNeed); // Advice: a refusal only makes the look less searching.
        var buffer = ArrayPool<byte>.Shared.Rent(256 * 1024);
        var sum = 0u;
        var at = 0L;
        for (int read; (read = RandomAccess.Read(file, buffer, at)) > 0; at += read) sum = Crc32C.Append(sum, buffer.AsSpan(0, read));
        ArrayPool<byte>.Shared.Return(buffer);
        return sum;
    }

    /// <summary>Renames, in place of what bears the name. Not durable before the folder is synced.</summary>
    public static void Move(string from, string to)
    {
        DiskFaults.Check(DiskCall.Move);
        File.Move(from, to, overwrite: true);
    }

    /// <summary>Replaces a small file whole: afterwards the old or the new bytes are there, never a mixture.</summary>
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        using var temporary = new TemporaryFile(path + TemporarySuffix);
        WriteAt(temporary.Handle, bytes, 0);
        SyncData(temporary.Handle);
        temporary.Publish(path);
    }

    /// <summary>Whether it is the disk that refuses (full, read-only, failing), not a fault of ours.</summary>
    public static bool IsOfTheDisk(Exception error) => error is IOException or UnauthorizedAccessException;

    /// <summary>Deletes a file so that it stays deleted after a crash. A missing file is fine.</summary>
    public static void Delete(string path)
    {
        File.Delete(path);
        SyncFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>Deletes what nobody needs. A disk that cannot be written keeps it; the caller's own error is the one to tell.</summary>
    /// <returns>False: it is there still.</returns>
    public static bool TryDelete(string path)
    {
        try
        {
            File.Delete(path);
            return true;
        }
        catch (Exception error) when (IsOfTheDisk(error))
        {
            return false;
        }
    }

    /// <summary>Deletes what a killed process left half written.</summary>
    public static void DeleteTemporaries(string folder)
    {
        foreach (var path in Directory.EnumerateFiles(folder, "*" + TemporarySuffix)) File.Delete(path);
    }

    const int Interrupted = 4;
    const int OpenDirectoryReadOnlyCloseOnExec = 0x10000 | 0x80000;

    static IOException Failure(string call, string what)
    {
        var error = new Win32Exception(Marshal.GetLastPInvokeError());
        return new IOException($"{call} of {what}: {error.Message}", error);
    }
}
