using System.Buffers.Binary;
using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Pharos.Storage.Bytes;
using Pharos.Storage.Files;

namespace Pharos.Storage.Wal;

/// <summary>A file of the log with its size and blocks prepared, so that a sync writes data only.</summary>
sealed class LogSegment : IDisposable
{
    public const int HeaderBytes = 16;

    /// <summary>Capacity of a segment on a disk that has no room for a whole one.</summary>
    const long SmallBytes = 1 << 20;

    static readonly byte[] Zeros = new byte[256 * 1024];
    readonly SafeFileHandle handle;

    LogSegment(string path, SafeFileHandle handle, uint generation, long capacity)
    {
        Path = path;
        this.handle = handle;
        Generation = generation;
        Capacity = capacity;
    }

    public static ReadOnlySpan<byte> Magic => "PHWAL001"u8;

    public string Path { get; }

    public uint Generation { get; }

    public long Capacity { get; }

    /// <summary>Where the next record goes.</summary>
    public long Length { get; private set; } = HeaderBytes;

    public static string PathOf(string folder, uint generation) =>
        System.IO.Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{generation:D10}.log"));

    /// <summary>Generations that lie in the folder, ascending.</summary>
    public static List<uint> Generations(string folder)
    {
        var found = new List<uint>();
        foreach (var path in Directory.EnumerateFiles(folder, "*.log"))
        {
            if (uint.TryParse(System.IO.Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var generation)) found.Add(generation);
        }
        found.Sort();
        return found;
    }

    /// <summary>Opens the spare file under the new generation, or makes a new one. Its name is durable when this returns.</summary>
    /// <exception cref="IOException">There is no room for it, or the disk fails. What lies under that name then may be started anew.</exception>
    public static LogSegment Start(string folder, uint generation, long capacity, long atLeast = 0)
    {
        EnsureSpare(folder, capacity, atLeast);
        var path = PathOf(folder, generation);
        DurableFile.Move(SpareOf(folder), path);
        DiskFaults.Check(DiskCall.Create);
        var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.Read | FileShare.Delete);
        try
        {
            WriteHeader(handle, generation);
            DurableFile.SyncFolder(folder);
            return new LogSegment(path, handle, generation, RandomAccess.GetLength(handle));
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Makes sure that the next <see cref="Start"/> finds its file: one of that capacity or, on a disk too full for it, a small one.</summary>
    /// <param name="atLeast">Bytes that a small one, too, must have.</param>
    public static void EnsureSpare(string folder, long capacity, long atLeast)
    {
        capacity = Math.Max(capacity, atLeast);
        var small = Math.Max(Math.Min(capacity, SmallBytes), atLeast);
        var spare = new FileInfo(SpareOf(folder));
        if (spare.Exists && spare.Length >= small) return;
        try
        {
            PrepareSpare(folder, capacity);
        }
        catch (IOException) when (small < capacity)
        {
            PrepareSpare(folder, small);
        }
    }

    /// <summary>Writes the end record of a segment that a killed process left, behind its last sound record.</summary>
    public static void Close(string path, uint generation, long at)
    {
        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Write);
        WriteHeader(handle, generation); // The kill may have come between the name and the header.
        Span<byte> end = stackalloc byte[LogRecord.HeaderBytes];
        LogRecord.WriteEnd(end, generation);
        DurableFile.WriteAt(handle, end, at);
        DurableFile.SyncData(handle);
    }

    public static bool HasSpare(string folder) => File.Exists(SpareOf(folder));

    /// <summary>Writes zeros once, so that later writes change no metadata of the file.</summary>
    public static void PrepareSpare(string folder, long capacity)
    {
        using var file = new TemporaryFile(SpareOf(folder) + DurableFile.TemporarySuffix);
        DurableFile.Allocate(file.Handle, 0, capacity); // A full disk says so before anything is written.
        for (long at = 0; at < capacity; at += Zeros.Length) DurableFile.WriteAt(file.Handle, Zeros.AsSpan(0, (int)Math.Min(Zeros.Length, capacity - at)), at);
        DurableFile.SyncData(file.Handle);
        file.Publish(SpareOf(folder));
    }

    /// <summary>Keeps a segment that is no longer needed as the spare, or deletes it.</summary>
    public static void Recycle(string folder, uint generation, long capacity)
    {
        var path = PathOf(folder, generation);
        if (HasSpare(folder) || new FileInfo(path).Length != capacity) File.Delete(path);
        else File.Move(path, SpareOf(folder));
    }

    public bool HasRoomFor(int bytes) => Length + bytes + LogRecord.HeaderBytes <= Capacity; // The end record always finds room.

    public void Write(ReadOnlySpan<byte> records)
    {
        DurableFile.WriteAt(handle, records, Length);
        Length += records.Length;
    }

    public void Sync(Action<SafeFileHandle> sync) => sync(handle);

    public void Dispose() => handle.Dispose();

    static string SpareOf(string folder) => System.IO.Path.Combine(folder, "spare.log");

    static void WriteHeader(SafeFileHandle handle, uint generation)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], generation);
        BinaryPrimitives.WriteUInt32LittleEndian(header[12..], Crc32C.Of(header[..12]));
        DurableFile.WriteAt(handle, header, 0);
    }
}
