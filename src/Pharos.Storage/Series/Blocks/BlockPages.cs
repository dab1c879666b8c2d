using System.Buffers;
using System.Globalization;
using Pharos.Storage.Bytes;
using Pharos.Storage.Files;

namespace Pharos.Storage.Series.Blocks;

/// <summary>The pages of a block file: each is read by <c>pread</c> and its sum checked at the first use, then served from the map.</summary>
/// <remarks>
/// <para>Why both: a page that the disk cannot deliver is an exception for <c>pread</c> and the death of the process for a map. What was
/// checked lies in the page cache, so the map's fault after it is a small one.</para>
/// <para>Damage: bytes of the index whose page is damaged come from its guard, if that can mend them; so do those before it in its first page.</para>
/// <para>Threads: any number. Two may check the same page; both come to the same bit.</para>
/// </remarks>
/// <param name="indexFrom">Offset of the index; it reaches to <paramref name="indexUntil"/>, its guard to <paramref name="guardUntil"/>.</param>
sealed class BlockPages(MappedFile file, uint[] sums, long pagedBytes, long indexFrom, long indexUntil, long guardUntil)
{
    readonly int[] checkedPages = new int[(sums.Length + 31) / 32];
    readonly int[] damagedPages = new int[(sums.Length + 31) / 32];
    readonly Lock guardGate = new();
    BlockGuard? guard;
    bool isGuardRead;

    public string Path => file.Path;

    /// <summary>What was damaged and is served all the same; null when nothing was.</summary>
    public string? Mended { get; private set; }

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
            if ((Volatile.Read(ref checkedPages[page >> 5]) & (1 << page)) != 0) continue;
            if ((Volatile.Read(ref damagedPages[page >> 5]) & (1 << page)) == 0 && TryCheck(page, out _)) continue;
            if (Guard() is { } mender)
            {
                if (mender.Covers(offset, length)) return NoteMended(page, mender.Span(offset, length));
                if (page == indexFrom / BlockFormat.PageBytes && offset + length <= indexFrom && mender.IsDataSound) continue;
            }
            Check(page);
        }
        return file.Span(offset, length);
    }

    /// <summary>Reads and checks a page even if it was checked before.</summary>
    public void Check(int page)
    {
        if (TryCheck(page, out var computed)) return;
        CorruptDataException.Throw(
            Path,
            (long)page * BlockFormat.PageBytes,
            string.Create(CultureInfo.InvariantCulture, $"crc {sums[page]:x8} of the page"),
            string.Create(CultureInfo.InvariantCulture, $"crc {computed:x8}"));
    }

    bool TryCheck(int page, out uint computed)
    {
        var offset = (long)page * BlockFormat.PageBytes;
        var length = (int)Math.Min(BlockFormat.PageBytes, pagedBytes - offset);
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            file.ReadInto(offset, buffer.AsSpan(0, length));
            if (page == 0) BlockFormat.WriteHeader(buffer);
            computed = Crc32C.Of(buffer.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        var isSound = computed == sums[page];
        Interlocked.Or(ref (isSound ? checkedPages : damagedPages)[page >> 5], 1 << page);
        return isSound;
    }

    BlockGuard? Guard()
    {
        lock (guardGate)
        {
            if (!isGuardRead) _ = BlockGuard.TryRead(file, indexFrom, indexUntil, guardUntil, out guard);
            isGuardRead = true;
            return guard;
        }
    }

    ReadOnlySpan<byte> NoteMended(int page, ReadOnlySpan<byte> bytes)
    {
        Mended ??= string.Create(CultureInfo.InvariantCulture, $"{Path}: byte {(long)page * BlockFormat.PageBytes}: the page is damaged; the index is read through its guard");
        return bytes;
    }
}
