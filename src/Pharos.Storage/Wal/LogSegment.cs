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
    const string SpareName = "spare.log";
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
    public static LogSegment Start(string folder, uint generation, long capacity)
    {
        var path = PathOf(folder, generation);
        var spare = System.IO.Path.Combine(folder, SpareName);
        if (!File.Exists(spare) || new FileInfo(spare).Length < capacity) PrepareSpare(folder, capacity);
        File.Move(spare, path, overwrite: true);
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

    /// <summary>Writes the end record of a segment that a killed process left, behind its last sound record.</summary>
    public static void Close(string path, uint generation, long at)
    {
        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Write);
        WriteHeader(handle, generation); // The kill may have come between the name and the header.
        Span<byte> end = stackalloc byte[LogRecord.HeaderBytes];
        LogRecord.WriteEnd(end, generation);
        RandomAccess.Write(handle, end, at);
        DurableFile.SyncData(handle);
    }

    public static bool HasSpare(string folder) => File.Exists(System.IO.Path.Combine(folder, SpareName));

    /// <summary>Writes zeros once, so that later writes change no metadata of the file.</summary>
    public static void PrepareSpare(string folder, long capacity)
    {
        var spare = System.IO.Path.Combine(folder, SpareName);
        var temporary = spare + DurableFile.TemporarySuffix;
        using (var file = File.OpenHandle(temporary, FileMode.Create, FileAccess.Write))
        {
            for (long at = 0; at < capacity; at += Zeros.Length) RandomAccess.Write(file, Zeros.AsSpan(0, (int)Math.Min(Zeros.Length, capacity - at)), at);
            DurableFile.SyncData(file);
        }
        DurableFile.Publish(temporary, spare);
    }

    /// <summary>Keeps a segment that is no longer needed as the spare, or deletes it.</summary>
    public static void Recycle(string folder, uint generation, long capacity)
    {
        var path = PathOf(folder, generation);
        var spare = System.IO.Path.Combine(folder, SpareName);
        if (File.Exists(spare) || new FileInfo(path).Length != capacity) File.Delete(path);
        else File.Move(path, spare);
    }

    public bool HasRoomFor(int bytes) => Length + bytes + LogRecord.HeaderBytes <= Capacity; // The end record always finds room.

    public void Write(ReadOnlySpan<byte> records)
    {
        RandomAccess.Write(handle, records, Length);
        Length += records.Length;
    }

    public void Sync(Action<SafeFileHandle> sync) => sync(handle);

    public void Dispose() => handle.Dispose();

    static void WriteHeader(SafeFileHandle handle, uint generation)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], generation);
        BinaryPrimitives.WriteUInt32LittleEndian(header[12..], Crc32C.Of(header[..12]));
        RandomAccess.Write(handle, header, 0);
    }
}
