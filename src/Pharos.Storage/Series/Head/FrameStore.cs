using System.Buffers.Binary;
using Microsoft.Extensions.Logging;
using Pharos.Storage.Bytes;
using Pharos.Storage.Chunks;
using Pharos.Storage.Files;

namespace Pharos.Storage.Series.Head;

/// <summary>Sealed runs of the head, packed, in mapped files, each linked to the same series' frame before.</summary>
/// <remarks>
/// <para>Shape: files of a fixed size (small ones on a disk that is nearly full), allocated on disk before they are mapped; each shard fills extents of its own, so that sealing takes no
/// common lock. An address is file number &lt;&lt; 36 | offset; 0 is none.</para>
/// <para>Errors: a frame whose check sum is wrong is left out, counted and told; <see cref="Before"/> finds the one that it was linked to. A full
/// disk makes <see cref="TryWrite"/> return false.</para>
/// <para>Threads: one writer per extent (a shard under its lock); readers at any time while the file is kept.</para>
/// <para>Source: docs/formats/head.md.</para>
/// </remarks>
sealed partial class FrameStore : IDisposable
{
    public const int HeaderBytes = 32;
    public const int ExtentBytes = 64 * 1024;
    public const int Alignment = 8;
    const int OffsetBits = 36;
    const string Extension = ".frames";

    /// <summary>Length of a file on a disk that has no room for a whole one.</summary>
    const int SmallBytes = 1 << 20;

    /// <summary>How soon a file is tried to be made again: every series that is to be sealed asks.</summary>
    const int PauseMs = 1_000;

    readonly string folder;
    readonly int fileBytes;
    readonly ILogger logger;
    readonly Lock gate = new();
    readonly TimeProvider clock;
    readonly Dictionary<uint, FrameFile> files = [];
    readonly Dictionary<uint, long> missing = [];
    readonly Dictionary<ulong, ulong> detours = [];
    readonly HashSet<uint> damagedSeries = [];
    FrameIndex? index;
    uint indexedBelow;
    long lostFromMs = long.MaxValue;
    long lostUntilMs = long.MinValue;
    FrameFile?[] byNumber = new FrameFile?[16];
    FrameFile? current;
    int currentUsed;
    uint lastNumber;
    long damaged;
    long triedAt;
    string? failure;

    public FrameStore(string folder, int fileBytes, ILogger logger, TimeProvider? clock = null)
    {
        this.clock = clock ?? TimeProvider.System;
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
            lock (gate) return files.Values.Sum(file => file.Length);
        }
    }

    public long DamagedFrames => Interlocked.Read(ref damaged);

    /// <summary>Whether there are files that nobody opened yet.</summary>
    public bool HasFiles => Directory.EnumerateFiles(folder, "*" + Extension).Any();

    /// <summary>What damaged frames cost, in one line; null when none was met.</summary>
    public string? Damage
    {
        get
        {
            lock (gate)
            {
                return detours.Count == 0 ? null : $"{folder}: {detours.Count} damaged frames: samples of {damagedSeries.Count} series between {TimeRange.Of(lostFromMs, lostUntilMs)} are not served, the rest is";
            }
        }
    }

    /// <summary>Opens the files that a checkpoint refers to, and returns the numbers of those that are missing.</summary>
    /// <param name="keepOthers">False: files that the checkpoint does not know are deleted, because their samples are in the log still. True: the
    /// checkpoint is damaged, and their frames may be all there is of a series.</param>
    public IReadOnlyList<uint> OpenExisting(IReadOnlyDictionary<uint, long> newestMsByFile, bool keepOthers = false)
    {
        lock (gate)
        {
            foreach (var path in Directory.GetFiles(folder, "*" + Extension))
            {
                if (!uint.TryParse(Path.GetFileNameWithoutExtension(path), System.Globalization.CultureInfo.InvariantCulture, out var number)) continue;
                lastNumber = Math.Max(lastNumber, number);
                var isKnown = newestMsByFile.TryGetValue(number, out var newestMs);
                if (!isKnown && !keepOthers) File.Delete(path);
                else if (new FileInfo(path).Length == 0) SetAsideFiles.Move(path, "the file is empty", clock);
                else Register(FrameFile.Open(path, number, isKnown ? newestMs : long.MinValue));
            }
            foreach (var (number, newestMs) in newestMsByFile)
            {
                lastNumber = Math.Max(lastNumber, number);
                if (!files.ContainsKey(number)) missing.Add(number, newestMs);
            }
            return [.. missing.Keys];
        }
    }

    /// <summary>Reads all files for the series and frames in them. While the store opens.</summary>
    public FrameIndex Index()
    {
        lock (gate) return IndexNow();
    }

    /// <summary>Appends a frame of coded samples; false when the disk has no room for it.</summary>
    public bool TryWrite(ref Extent extent, uint seriesId, int count, ReadOnlySpan<byte> coded, long firstMs, long lastMs, ulong previous, out ulong address)
    {
        var size = SizeOf(coded.Length);
        address = 0;
        if ((extent.Next + (ulong)size > extent.End || byNumber[extent.Next >> OffsetBits] is not { IsSpoiled: false }) && !TryTakeExtent(ref extent)) return false;
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
        var isSound = TryParse(file, (long)(address & ((1UL << OffsetBits) - 1)), out var series, out frame)
            && series == seriesId && frame.Previous < address; // Frames are only ever linked to earlier ones; a ring would never end.
        if (!isSound) Interlocked.Increment(ref damaged);
        return isSound;
    }

    /// <summary>The sound frame of a series before one that <see cref="TryRead"/> refused, looked for in all files; 0 when there is none, or the
    /// refused one was dropped.</summary>
    /// <param name="beforeMs">What the series has from this time on was read elsewhere.</param>
    public ulong Before(ulong address, uint seriesId, long beforeMs)
    {
        var number = (uint)(address >> OffsetBits);
        lock (gate)
        {
            if (!files.TryGetValue(number, out var file) && !missing.ContainsKey(number)) return 0;
            if (detours.TryGetValue(address, out var known)) return known;
            if (index is null || number >= indexedBelow) index = IndexNow();
            var earlier = index.Before(seriesId, address, beforeMs, out var lastMs);
            detours.Add(address, earlier);
            damagedSeries.Add(seriesId);
            lostFromMs = Math.Min(lostFromMs, earlier == 0 ? beforeMs : lastMs);
            lostUntilMs = Math.Max(lostUntilMs, beforeMs);
            file?.NoteDamage();
            if (detours.Count == 1) FrameDamaged(logger, number, (long)(address & ((1UL << OffsetBits) - 1)), seriesId);
            return earlier;
        }
    }

    /// <summary>The frame at a place of a file, when a whole one with its check sum stands there.</summary>
    public static bool TryParse(FrameFile file, long offset, out uint seriesId, out Frame frame)
    {
        seriesId = 0;
        frame = default;
        if (offset + HeaderBytes > file.Length) return false;
        var header = file.Bytes.Span(offset, HeaderBytes);
        int length = BinaryPrimitives.ReadUInt16LittleEndian(header[30..]);
        if (offset + HeaderBytes + length > file.Length) return false;
        var whole = file.Bytes.Span(offset, HeaderBytes + length);
        if (Crc32C.Of(whole[4..]) != BinaryPrimitives.ReadUInt32LittleEndian(whole)) return false;
        seriesId = BinaryPrimitives.ReadUInt32LittleEndian(whole[4..]);
        var previous = BinaryPrimitives.ReadUInt64LittleEndian(header[8..]);
        var lastMs = BinaryPrimitives.ReadInt64LittleEndian(header[16..]);
        frame = new Frame(
            whole[HeaderBytes..],
            BinaryPrimitives.ReadUInt16LittleEndian(header[28..]),
            lastMs - BinaryPrimitives.ReadUInt32LittleEndian(header[24..]),
            lastMs,
            previous);
        return true;
    }

    public static ulong AddressOf(uint number, long offset) => ((ulong)number << OffsetBits) | (ulong)offset;

    /// <summary>Bytes that a frame of that many coded bytes takes.</summary>
    public static int SizeOf(int codedBytes) => (HeaderBytes + codedBytes + Alignment - 1) & ~(Alignment - 1);

    /// <summary>Whether the file that an address names is here.</summary>
    public bool Holds(ulong address) => address >> OffsetBits is var number && number < (ulong)byNumber.Length && byNumber[number] is not null;

    /// <summary>Whether the file that an address names should be here, and is not.</summary>
    public bool Misses(ulong address) => missing.ContainsKey((uint)(address >> OffsetBits));

    /// <summary>Why sealed runs stay in memory; null while there is room.</summary>
    public string? Failure => Volatile.Read(ref failure);

    /// <summary>Whether a file could not be made a moment ago, so that the next is not tried yet.</summary>
    public bool IsWithoutRoom => Failure is not null && Environment.TickCount64 - Interlocked.Read(ref triedAt) < PauseMs;

    /// <summary>Looks whether there is room again, also when no series is to be sealed.</summary>
    public void TryRecover()
    {
        lock (gate)
        {
            if (Failure is not null) TryBeginFile();
        }
    }

    /// <exception cref="IOException">A file with frames from that time on could not be synced once.</exception>
    public void ThrowIfSpoiled(long fromMs)
    {
        lock (gate)
        {
            foreach (var file in files.Values.Where(file => file.NewestMs >= fromMs)) file.ThrowIfSpoiled();
        }
    }

    /// <summary>Forces to disk the frames from that time on, before a checkpoint that refers to them.</summary>
    /// <exception cref="IOException">The disk fails, or failed before in one of these files.</exception>
    public void Sync(long fromMs)
    {
        FrameFile[] open;
        lock (gate) open = [.. files.Values.Where(file => file.NewestMs >= fromMs)];
        foreach (var file in open) file.Sync();
    }

    /// <summary>Numbers of the files that have frames from that time on, and the newest time in each, for the checkpoint. Those that are missing are
    /// named on, so that after the next start, too, what lies before them is looked for.</summary>
    public List<(uint Number, long NewestMs)> FilesFrom(long fromMs)
    {
        lock (gate)
        {
            var all = files.Values.Select(file => (file.Number, file.NewestMs)).Concat(missing.Select(file => (file.Key, file.Value)));
            return [.. all.Where(file => file.Item2 >= fromMs)];
        }
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
                if (file.IsDamaged) file.MoveAside("frames in it are damaged; the sound ones are in blocks", clock);
                else file.Delete();
            }
        }
    }

    /// <summary>Lets files go in time although they hold frames behind that one: no chain leads to those any more.</summary>
    public void ForgetAfter(long latestMs)
    {
        lock (gate)
        {
            foreach (var file in files.Values) file.ForgetAfter(latestMs);
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
            if ((current is not { IsSpoiled: false } || currentUsed + ExtentBytes > current.Length) && !TryBeginFile()) return false;
            extent.Next = ((ulong)current!.Number << OffsetBits) | (uint)currentUsed;
            extent.End = extent.Next + ExtentBytes;
            currentUsed += ExtentBytes;
            return true;
        }
    }

    bool TryBeginFile()
    {
        if (IsWithoutRoom) return false;
        try
        {
            var file = CreateFile(lastNumber + 1);
            lastNumber++;
            Register(file);
            (current, currentUsed) = (file, 0);
            Volatile.Write(ref failure, null);
            return true;
        }
        catch (Exception error) when (DurableFile.IsOfTheDisk(error))
        {
            Interlocked.Exchange(ref triedAt, Environment.TickCount64);
            Volatile.Write(ref failure, $"there is no room for another file of head frames, so that samples stay in memory: {error.Message}");
            return false;
        }
    }

    /// <summary>A whole one or, on a disk too full for it, a small one.</summary>
    FrameFile CreateFile(uint number)
    {
        var path = Path.Combine(folder, $"{number:D10}{Extension}");
        try
        {
            return FrameFile.Create(path, number, fileBytes);
        }
        catch (IOException) when (fileBytes > SmallBytes)
        {
            return FrameFile.Create(path, number, SmallBytes);
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

    FrameIndex IndexNow()
    {
        indexedBelow = current?.Number ?? lastNumber + 1;
        return index = new FrameIndex(files.Values);
    }

    [LoggerMessage(LogLevel.Error, "Head frame file {Number} is damaged at byte {Offset}: a frame of series {SeriesId} is not served (further cases are counted and told in the figures)")]
    static partial void FrameDamaged(ILogger logger, uint number, long offset, uint seriesId);

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
