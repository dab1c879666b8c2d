using System.Buffers.Binary;
using Microsoft.Extensions.Logging;
using Pharos.Model.Diagnostics;
using Pharos.Storage.Bytes;
using Pharos.Storage.Files;

namespace Pharos.Storage.Series.Head;

/// <summary>Sealed runs of the head, packed, in mapped files, each linked to the same series' frame before.</summary>
/// <remarks>
/// <para>Shape: files of a fixed size, allocated on disk before they are mapped; each shard fills extents of its own, so that sealing takes no
/// common lock. An address is file number &lt;&lt; 36 | offset; 0 is none.</para>
/// <para>Errors: a frame whose check sum is wrong ends its chain, and is counted. A full disk makes <see cref="TryWrite"/> return false.</para>
/// <para>Threads: one writer per extent (a shard under its lock); readers at any time while the file is kept.</para>
/// <para>Source: docs/formats/head.md.</para>
/// </remarks>
sealed partial class FrameStore : IDisposable
{
    public const int HeaderBytes = 32;
    const int ExtentBytes = 64 * 1024;
    const int OffsetBits = 36;

    readonly string folder;
    readonly int fileBytes;
    readonly ILogger logger;
    readonly Lock gate = new();
    readonly Dictionary<uint, FrameFile> files = [];
    FrameFile?[] byNumber = new FrameFile?[16];
    FrameFile? current;
    int currentUsed;
    uint lastNumber;
    long damaged;

    public FrameStore(string folder, int fileBytes, ILogger logger)
    {
        this.folder = folder;
        this.fileBytes = Math.Max(fileBytes, ExtentBytes);
        this.logger = logger;
        Directory.CreateDirectory(folder);
    }

    /// <summary>A shard's own piece of a file.</summary>
    public struct Extent
    {
        public ulong Next;
        public ulong End;
    }

    public long SizeBytes
    {
        get
        {
            lock (gate) return files.Count * (long)fileBytes;
        }
    }

    public long DamagedFrames => Interlocked.Read(ref damaged);

    /// <summary>Opens the files that a checkpoint refers to, deletes all others, and returns the numbers of those that are missing.</summary>
    public IReadOnlyList<uint> OpenExisting(IReadOnlyDictionary<uint, long> newestMsByFile)
    {
        lock (gate)
        {
            foreach (var path in Directory.EnumerateFiles(folder, "*.frames"))
            {
                if (!uint.TryParse(Path.GetFileNameWithoutExtension(path), System.Globalization.CultureInfo.InvariantCulture, out var number)) continue;
                lastNumber = Math.Max(lastNumber, number);
                if (newestMsByFile.TryGetValue(number, out var newestMs) && new FileInfo(path).Length > 0) Register(FrameFile.Open(path, number, newestMs));
                else File.Delete(path); // No checkpoint knows it: its samples are in the log still.
            }
            foreach (var number in newestMsByFile.Keys) lastNumber = Math.Max(lastNumber, number);
            return [.. newestMsByFile.Keys.Where(number => !files.ContainsKey(number))];
        }
    }

    /// <summary>Appends a frame of coded samples; false when the disk has no room for it.</summary>
    public bool TryWrite(ref Extent extent, uint seriesId, int count, ReadOnlySpan<byte> coded, long firstMs, long lastMs, ulong previous, out ulong address)
    {
        var size = (HeaderBytes + coded.Length + 7) & ~7;
        address = 0;
        if (extent.Next + (ulong)size > extent.End && !TryTakeExtent(ref extent)) return false;
        var file = byNumber[extent.Next >> OffsetBits]!;
        var frame = file.Bytes.WritableSpan((long)(extent.Next & ((1UL << OffsetBits) - 1)), size);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[4..], seriesId);
        BinaryPrimitives.WriteUInt64LittleEndian(frame[8..], previous);
        BinaryPrimitives.WriteInt64LittleEndian(frame[16..], lastMs);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[24..], checked((uint)(lastMs - firstMs)));
        BinaryPrimitives.WriteUInt16LittleEndian(frame[28..], (ushort)count);
        BinaryPrimitives.WriteUInt16LittleEndian(frame[30..], (ushort)coded.Length);
        coded.CopyTo(frame[HeaderBytes..]);
        BinaryPrimitives.WriteUInt32LittleEndian(frame, Crc32C.Of(frame[4..(HeaderBytes + coded.Length)]));
        file.NoteTime(lastMs);
        address = extent.Next;
        extent.Next += (ulong)size;
        return true;
    }

    /// <summary>The frame at an address; false when its file was dropped, being older than all that is read, or its bytes are not what was written.</summary>
    public bool TryRead(ulong address, uint seriesId, out Frame frame)
    {
        frame = default;
        var number = address >> OffsetBits;
        var known = Volatile.Read(ref byNumber);
        if (number >= (ulong)known.Length || known[number] is not { } file) return false;
        var offset = (long)(address & ((1UL << OffsetBits) - 1));
        if (offset + HeaderBytes > file.Length) return Damaged(address, seriesId);
        var header = file.Bytes.Span(offset, HeaderBytes);
        int length = BinaryPrimitives.ReadUInt16LittleEndian(header[30..]);
        if (offset + HeaderBytes + length > file.Length) return Damaged(address, seriesId);
        var whole = file.Bytes.Span(offset, HeaderBytes + length);
        if (Crc32C.Of(whole[4..]) != BinaryPrimitives.ReadUInt32LittleEndian(whole)
            || BinaryPrimitives.ReadUInt32LittleEndian(whole[4..]) != seriesId) return Damaged(address, seriesId);
        var previous = BinaryPrimitives.ReadUInt64LittleEndian(header[8..]);
        if (previous >= address) return Damaged(address, seriesId); // Frames are only ever linked to earlier ones; a ring would never end.
        var lastMs = BinaryPrimitives.ReadInt64LittleEndian(header[16..]);
        frame = new Frame(
            whole[HeaderBytes..],
            BinaryPrimitives.ReadUInt16LittleEndian(header[28..]),
            lastMs - BinaryPrimitives.ReadUInt32LittleEndian(header[24..]),
            lastMs,
            previous);
        return true;
    }

    /// <summary>Whether the file that an address names is here.</summary>
    public bool Holds(ulong address) => address >> OffsetBits is var number && number < (ulong)byNumber.Length && byNumber[number] is not null;

    /// <summary>Forces all frames to disk, before a checkpoint that refers to them.</summary>
    public void Sync()
    {
        FrameFile[] open;
        lock (gate) open = [.. files.Values];
        foreach (var file in open) file.Sync();
    }

    /// <summary>Numbers of the files that have frames from that time on, and the newest time in each, for the checkpoint.</summary>
    public List<(uint Number, long NewestMs)> FilesFrom(long fromMs)
    {
        lock (gate) return [.. files.Values.Where(file => file.NewestMs >= fromMs).Select(file => (file.Number, file.NewestMs))];
    }

    /// <summary>Deletes files whose frames are all older. The caller knows that no query can read them and that no checkpoint needs them.</summary>
    public void DropBefore(long beforeMs)
    {
        lock (gate)
        {
            foreach (var file in files.Values.Where(file => file != current && file.NewestMs < beforeMs).ToArray())
            {
                files.Remove(file.Number);
                byNumber[file.Number] = null;
                file.Delete();
            }
        }
    }

    public void Dispose()
    {
        foreach (var file in files.Values) file.Dispose();
    }

    bool TryTakeExtent(ref Extent extent)
    {
        lock (gate)
        {
            if (current is null || currentUsed + ExtentBytes > fileBytes)
            {
                try
                {
                    var number = ++lastNumber;
                    var file = FrameFile.Create(Path.Combine(folder, $"{number:D10}.frames"), number, fileBytes);
                    Register(file);
                    (current, currentUsed) = (file, 0);
                }
                catch (IOException error)
                {
                    CannotAllocate(logger, error);
                    return false;
                }
            }
            extent.Next = ((ulong)current.Number << OffsetBits) | (uint)currentUsed;
            extent.End = extent.Next + ExtentBytes;
            currentUsed += ExtentBytes;
            return true;
        }
    }

    void Register(FrameFile file)
    {
        var grown = byNumber;
        if (file.Number >= grown.Length) Array.Resize(ref grown, (int)Math.Max(file.Number + 1, grown.Length * 2));
        grown[file.Number] = file;
        Volatile.Write(ref byNumber, grown);
        files.Add(file.Number, file);
    }

    bool Damaged(ulong address, uint seriesId)
    {
        if (Interlocked.Increment(ref damaged) == 1) FrameDamaged(logger, address >> OffsetBits, (long)(address & ((1UL << OffsetBits) - 1)), seriesId);
        return false;
    }

    [LoggerMessage(LogLevel.Error, "Head frame file {Number} is damaged at byte {Offset}: open samples of series {SeriesId} before it are not served (further cases are only counted)")]
    static partial void FrameDamaged(ILogger logger, ulong number, long offset, uint seriesId);

    [LoggerMessage(LogLevel.Error, "No room for another head frame file; samples stay in memory until there is")]
    static partial void CannotAllocate(ILogger logger, Exception error);

    /// <summary>A frame as it lies in its file.</summary>
    public readonly ref struct Frame(ReadOnlySpan<byte> coded, int count, long firstMs, long lastMs, ulong previous)
    {
        public readonly ReadOnlySpan<byte> Coded = coded;
        public readonly int Count = count;
        public readonly long FirstMs = firstMs;
        public readonly long LastMs = lastMs;
        public readonly ulong Previous = previous;
    }
}
