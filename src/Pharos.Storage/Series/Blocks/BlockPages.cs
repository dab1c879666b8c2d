using System.Buffers;
using System.Globalization;
using Pharos.Storage.Bytes;
using Pharos.Storage.Files;

namespace Pharos.Storage.Series.Blocks;

/// <summary>The pages of a block file: each is read by <c>pread</c> and its sum checked at the first use, then served from the map.</summary>
/// <remarks>
/// <para>Why both: a page that the disk cannot deliver is an exception for <c>pread</c> and the death of the process for a map. What was
/// checked lies in the page cache, so the map's fault after it is a small one.</para>
/// <para>Threads: any number. Two may check the same page; both come to the same bit.</para>
/// </remarks>
sealed class BlockPages(MappedFile file, uint[] sums, long pagedBytes)
{
    readonly int[] checkedPages = new int[(sums.Length + 31) / 32];

    public string Path => file.Path;

    /// <summary>The bytes, all of whose pages have the sums that the footer tells.</summary>
    /// <exception cref="CorruptDataException">The range leaves the pages, or a page is not what was written.</exception>
    public ReadOnlySpan<byte> Span(long offset, int length)
    {
        if (offset < 0 || length < 0 || offset > pagedBytes - length)
        {
            CorruptDataException.Throw(Path, offset, $"bytes inside {pagedBytes}", $"{offset}+{length}");
        }
        if (length == 0) return [];
        var last = (int)((offset + length - 1) / BlockFormat.PageBytes);
        for (var page = (int)(offset / BlockFormat.PageBytes); page <= last; page++)
        {
            if ((Volatile.Read(ref checkedPages[page >> 5]) & (1 << page)) == 0) Check(page);
        }
        return file.Span(offset, length);
    }

    /// <summary>Reads and checks a page even if it was checked before.</summary>
    public void Check(int page)
    {
        var offset = (long)page * BlockFormat.PageBytes;
        var length = (int)Math.Min(BlockFormat.PageBytes, pagedBytes - offset);
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            file.ReadInto(offset, buffer.AsSpan(0, length));
            var computed = Crc32C.Of(buffer.AsSpan(0, length));
            if (computed != sums[page])
            {
                CorruptDataException.Throw(Path, offset, string.Create(CultureInfo.InvariantCulture, $"crc {sums[page]:x8} of the page"), string.Create(CultureInfo.InvariantCulture, $"crc {computed:x8}"));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        Interlocked.Or(ref checkedPages[page >> 5], 1 << page);
    }
}
