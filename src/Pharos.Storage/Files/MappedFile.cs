using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;
using Pharos.Model.Diagnostics;
using Pharos.Storage.Bytes;

namespace Pharos.Storage.Files;

/// <summary>A whole immutable file, both as spans over a map and by <c>pread</c> into a buffer.</summary>
/// <remarks>
/// <para>A page that the disk cannot deliver kills a process that reads it through a map, but is an <see cref="IOException"/> for <c>pread</c>:
/// the first touch of every page (its check) uses <see cref="ReadInto"/>; later reads use <see cref="Span"/>.</para>
/// <para>Lifetime: spans die with the object. The owner counts its readers and disposes after the last. The descriptor stays open, so that
/// deleting the file does not harm readers.</para>
/// </remarks>
sealed class MappedFile : IDisposable
{
    const long ForgetStepBytes = 4 * 1024 * 1024;
    readonly SafeFileHandle handle;
    readonly MemoryMappedFile? map;
    readonly MappedView? view;
    long forgottenBytes;

    public MappedFile(string path)
    {
        Path = path;
        handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        try
        {
            SizeBytes = RandomAccess.GetLength(handle);
            if (SizeBytes == 0) return; // An empty file cannot be mapped; its reader will say what is missing.
            map = MemoryMappedFile.CreateFromFile(handle, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            view = new MappedView(map.CreateViewAccessor(0, SizeBytes, MemoryMappedFileAccess.Read));
        }
        catch
        {
            map?.Dispose();
            handle.Dispose();
            throw;
        }
    }

    public string Path { get; }

    public long SizeBytes { get; }

    /// <summary>Bytes of the map. Check their sum through <see cref="ReadInto"/> before the first use.</summary>
    public ReadOnlySpan<byte> Span(long offset, int length)
    {
        Invariant.Holds(offset >= 0 && length >= 0 && offset <= SizeBytes - length, $"{Path}: bytes {offset}+{length} of {SizeBytes}");
        return view is null ? [] : view.Span(offset, length);
    }

    /// <summary>Fills the buffer from the file; a file that ends earlier is corrupt.</summary>
    public void ReadInto(long offset, Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var read = RandomAccess.Read(handle, buffer, offset);
            if (read == 0) CorruptDataException.Throw(Path, offset, $"{buffer.Length} more bytes", "the end of the file");
            buffer = buffer[read..];
            offset += read;
        }
    }

    /// <summary>Takes the pages before that offset out of this process' memory; the kernel may keep them cached for others.</summary>
    public void ForgetBefore(long offset)
    {
        if (view is null || offset - forgottenBytes < ForgetStepBytes) return;
        view.Forget(forgottenBytes, Math.Min(offset, SizeBytes));
        forgottenBytes = offset / ForgetStepBytes * ForgetStepBytes;
    }

    public void Dispose()
    {
        view?.Dispose();
        map?.Dispose();
        handle.Dispose();
    }
}
