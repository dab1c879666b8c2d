using Microsoft.Win32.SafeHandles;
using Pharos.Storage.Bytes;
using Pharos.Storage.Files;

namespace Pharos.Storage.Series.Blocks;

/// <summary>Appends to a new file and sums up each page on the way.</summary>
/// <remarks>Why by page: a block of 31 days has gigabytes; a query of one series must check only what it touches.</remarks>
sealed class PagedFileWriter : IDisposable
{
    const int BufferPages = 16;
    readonly byte[] buffer = GC.AllocateUninitializedArray<byte>(BufferPages * BlockFormat.PageBytes);
    readonly List<uint> sums = [];
    readonly SafeFileHandle file;
    long flushed;
    int filled;

    public PagedFileWriter(string path) => file = DurableFile.Create(path, share: FileShare.None);

    /// <summary>Offset of the next byte.</summary>
    public long Position => flushed + filled;

    /// <summary>Sum of what the last page has so far.</summary>
    public uint SumOfOpenPage() => Crc32C.Of(buffer.AsSpan(filled / BlockFormat.PageBytes * BlockFormat.PageBytes, filled % BlockFormat.PageBytes));

    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var taken = Math.Min(bytes.Length, buffer.Length - filled);
            bytes[..taken].CopyTo(buffer.AsSpan(filled));
            filled += taken;
            bytes = bytes[taken..];
            if (filled == buffer.Length) Flush();
        }
    }

    /// <summary>Ends the pages: the sums of all that was written, the last page being short.</summary>
    public uint[] FinishPages()
    {
        Flush();
        return [.. sums];
    }

    /// <summary>Writes what follows the pages, and syncs the file.</summary>
    public void Finish(ReadOnlySpan<byte> footer)
    {
        DurableFile.WriteAt(file, footer, flushed);
        DurableFile.SyncData(file);
        flushed += footer.Length;
    }

    public void Dispose() => file.Dispose();

    void Flush()
    {
        var bytes = buffer.AsSpan(0, filled);
        DurableFile.WriteAt(file, bytes, flushed);
        for (var at = 0; at < bytes.Length; at += BlockFormat.PageBytes)
        {
            sums.Add(Crc32C.Of(bytes.Slice(at, Math.Min(BlockFormat.PageBytes, bytes.Length - at))));
        }
        flushed += filled;
        filled = 0;
    }
}
