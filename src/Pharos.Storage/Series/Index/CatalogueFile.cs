using System.Buffers.Binary;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using Pharos.Storage.Bytes;
using Pharos.Storage.Files;

namespace Pharos.Storage.Series.Index;

/// <summary>The durable form of the catalogue: records of series, appended, each with small tables of its own.</summary>
/// <remarks>
/// <para>Errors: a torn end is cut off; damaged bytes before sound records are kept aside and told, and the series in them are unknown.
/// A failed write or sync throws <see cref="IOException"/>; the caller stops accepting.</para>
/// <para>Threads: appending by the committer of the log alone. Source: docs/formats/catalogue.md.</para>
/// </remarks>
sealed partial class CatalogueFile : IDisposable
{
    const int HeaderBytes = 16;
    const int RecordHeaderBytes = 12;
    const uint RecordMagic = 0x54434850;
    const int SeriesPerRecord = 4096;

    readonly SeriesCatalogue catalogue;
    readonly ByteWriter payload = new(64 * 1024);
    readonly Dictionary<int, int> localPairs = [];
    readonly Dictionary<int, int> localNames = [];
    readonly List<string> setAside = [];
    readonly List<uint> chosen = [];
    SafeFileHandle handle;
    uint number;
    string path;
    long length;
    int stored;

    CatalogueFile(string path, uint number, SeriesCatalogue catalogue)
    {
        this.path = path;
        this.number = number;
        this.catalogue = catalogue;
        handle = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
    }

    static ReadOnlySpan<byte> Magic => "PHCAT001"u8;

    public long SizeBytes => length;

    public IReadOnlyList<string> SetAside => setAside;

    /// <summary>Opens the newest file of the folder, or a first one, and fills the catalogue.</summary>
    public static CatalogueFile Open(string folder, SeriesCatalogue catalogue, TimeProvider clock, ILogger logger)
    {
        Directory.CreateDirectory(folder);
        DurableFile.DeleteTemporaries(folder);
        var newest = 1u;
        foreach (var found in Directory.EnumerateFiles(folder, "series-*.log"))
        {
            if (uint.TryParse(Path.GetFileNameWithoutExtension(found).AsSpan(7), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) newest = Math.Max(newest, number);
        }
        var file = new CatalogueFile(PathOf(folder, newest), newest, catalogue);
        try
        {
            file.Load(clock, logger);
            foreach (var old in Directory.EnumerateFiles(folder, "series-*.log"))
            {
                if (Path.GetFullPath(old) != Path.GetFullPath(file.path)) File.Delete(old); // Rewritten under the newer number.
            }
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Writes and syncs the series created since the last call.</summary>
    public void AppendNew()
    {
        var count = catalogue.Count;
        if (count == stored) return;
        while (stored < count)
        {
            var until = Math.Min(count, stored + SeriesPerRecord);
            chosen.Clear();
            for (var index = stored; index < until; index++) chosen.Add((uint)index);
            WriteRecord();
            stored = until;
        }
        DurableFile.SyncData(handle);
    }

    /// <summary>Rewrites the file under the next number with these series only. The catalogue in memory must then be read anew.</summary>
    /// <param name="kept">Ascending indexes; the last series is always kept, so that no id is ever given out again.</param>
    public void Rewrite(IEnumerable<uint> kept)
    {
        var oldPath = path;
        handle.Dispose();
        var folder = Path.GetDirectoryName(path)!;
        number++;
        path = PathOf(folder, number);
        var temporary = path + DurableFile.TemporarySuffix;
        handle = File.OpenHandle(temporary, FileMode.Create, FileAccess.ReadWrite);
        length = 0;
        WriteHeader();
        foreach (var part in kept.Append((uint)catalogue.Count - 1).Distinct().Chunk(SeriesPerRecord))
        {
            chosen.Clear();
            chosen.AddRange(part);
            WriteRecord();
        }
        DurableFile.SyncData(handle);
        DurableFile.Publish(temporary, path);
        DurableFile.Delete(oldPath);
    }

    public void Dispose()
    {
        handle.Dispose();
        payload.Dispose();
    }

    static string PathOf(string folder, uint number) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"series-{number:D8}.log"));

    void WriteRecord()
    {
        EncodeChosen();
        RandomAccess.Write(handle, payload.Written, length);
        length += payload.Length;
    }

    void EncodeChosen()
    {
        localPairs.Clear();
        localNames.Clear();
        var pairs = new List<int>();
        foreach (var index in chosen)
        {
            foreach (var pair in catalogue.PairsOf(index))
            {
                if (localPairs.TryAdd(pair, pairs.Count)) pairs.Add(pair);
            }
        }
        payload.Clear();
        payload.Raw(stackalloc byte[RecordHeaderBytes]);
        var names = new List<int>();
        foreach (var pair in pairs)
        {
            if (localNames.TryAdd(catalogue.NameOf(pair), names.Count)) names.Add(catalogue.NameOf(pair));
        }
        payload.Varint((ulong)names.Count);
        foreach (var name in names) Prefixed(catalogue.Pairs.NameUtf8OfNumber(name));
        payload.Varint((ulong)pairs.Count);
        foreach (var pair in pairs)
        {
            payload.Varint((ulong)localNames[catalogue.NameOf(pair)]);
            Prefixed(catalogue.ValueUtf8(pair));
        }
        payload.Varint((ulong)chosen.Count);
        var previous = 0u;
        foreach (var index in chosen)
        {
            payload.Varint(catalogue.IdOf(index) - previous);
            previous = catalogue.IdOf(index);
            var own = catalogue.PairsOf(index);
            payload.Varint((ulong)own.Length);
            foreach (var pair in own) payload.Varint((ulong)localPairs[pair]);
        }
        var header = payload.MutableWritten;
        BinaryPrimitives.WriteUInt32LittleEndian(header, RecordMagic);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], (uint)(payload.Length - RecordHeaderBytes));
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], Crc32C.Append(number, payload.Written[RecordHeaderBytes..]));
    }

    void Prefixed(ReadOnlySpan<byte> text)
    {
        payload.Varint((ulong)text.Length);
        payload.Raw(text);
    }

    void Load(TimeProvider clock, ILogger logger)
    {
        var bytes = new byte[RandomAccess.GetLength(handle)];
        for (var read = 0; read < bytes.Length;)
        {
            var got = RandomAccess.Read(handle, bytes.AsSpan(read), read);
            if (got == 0) break;
            read += got;
        }
        if (bytes.Length < HeaderBytes)
        {
            WriteHeader();
            return;
        }
        var isHeaderSound = bytes.AsSpan(0, 8).SequenceEqual(Magic)
            && BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(8)) == number
            && BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(12)) == Crc32C.Of(bytes.AsSpan(0, 12));
        if (!isHeaderSound) Keep(bytes, 0, HeaderBytes, "its header is damaged", clock, logger);
        var at = HeaderBytes;
        while (at < bytes.Length)
        {
            if (TryLoadRecord(bytes, at, out var next, out var reason))
            {
                at = next;
                continue;
            }
            var resume = NextSound(bytes, at + 1);
            if (resume < 0) break;
            Keep(bytes, at, resume - at, reason, clock, logger);
            at = resume;
        }
        if (at < bytes.Length) RandomAccess.SetLength(handle, at); // A torn end: no log record that was acknowledged names a series in it.
        if (!isHeaderSound) WriteHeader();
        length = at;
        stored = catalogue.Count;
    }

    void WriteHeader()
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], number);
        BinaryPrimitives.WriteUInt32LittleEndian(header[12..], Crc32C.Of(header[..12]));
        RandomAccess.Write(handle, header, 0);
        DurableFile.SyncData(handle);
        DurableFile.SyncFolder(Path.GetDirectoryName(path)!);
        length = Math.Max(length, HeaderBytes);
    }

    bool TryLoadRecord(byte[] bytes, int at, out int next, out string reason)
    {
        next = 0;
        reason = "a record is damaged";
        if (!IsSound(bytes, at)) return false;
        var size = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at + 4));
        try
        {
            LoadSeries(new ByteReader(bytes.AsSpan(at + RecordHeaderBytes, size), path, at + RecordHeaderBytes));
        }
        catch (CorruptDataException error)
        {
            reason = error.Message;
            return false;
        }
        next = at + RecordHeaderBytes + size;
        return true;
    }

    void LoadSeries(ByteReader from)
    {
        var names = new (int Start, int Length)[from.Count(from.Remaining, "names")];
        var all = from.Rest;
        var origin = from.Position;
        for (var i = 0; i < names.Length; i++)
        {
            var size = from.Count(from.Remaining, "name");
            names[i] = (from.Position - origin, size);
            _ = from.Take(size);
        }
        var pairs = new int[from.Count(from.Remaining, "pairs")];
        for (var i = 0; i < pairs.Length; i++)
        {
            var (start, size) = names[from.Count(names.Length - 1, "name number")];
            pairs[i] = catalogue.Pairs.Intern(all.Slice(start, size), from.Take(from.Count(from.Remaining, "value")));
        }
        var count = from.Count(from.Remaining, "series");
        var own = new int[64];
        var id = 0u;
        for (var i = 0; i < count; i++)
        {
            id += (uint)from.Varint();
            var size = from.Count(from.Remaining, "labels");
            if (size > own.Length) own = new int[size * 2];
            for (var p = 0; p < size; p++) own[p] = pairs[from.Count(pairs.Length - 1, "pair number")];
            if (id < catalogue.NextId) continue; // Ids ascend; one that does not was damaged before its check sum was made.
            catalogue.Load(id, own.AsSpan(0, size));
        }
    }

    bool IsSound(ReadOnlySpan<byte> bytes, int at)
    {
        if (bytes.Length - at < RecordHeaderBytes || BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]) != RecordMagic) return false;
        var size = BinaryPrimitives.ReadInt32LittleEndian(bytes[(at + 4)..]);
        return size >= 0 && size <= bytes.Length - at - RecordHeaderBytes
            && Crc32C.Append(number, bytes.Slice(at + RecordHeaderBytes, size)) == BinaryPrimitives.ReadUInt32LittleEndian(bytes[(at + 8)..]);
    }

    int NextSound(ReadOnlySpan<byte> bytes, int from)
    {
        for (var at = from; at <= bytes.Length - RecordHeaderBytes; at++)
        {
            if (IsSound(bytes, at)) return at;
        }
        return -1;
    }

    void Keep(byte[] bytes, int at, int size, string reason, TimeProvider clock, ILogger logger)
    {
        var told = $"{path}: byte {at}: {reason}; {size} bytes set aside, the series in them are unknown";
        setAside.Add(told);
        Damaged(logger, path, at, size, reason);
        var part = $"{path}.{at}.damaged";
        DurableFile.Write(part, bytes.AsSpan(at, size));
        Files.SetAside.Move(part, told, clock);
    }

    [LoggerMessage(LogLevel.Error, "{Path}: byte {Offset}: {Reason}; {Length} bytes set aside, the series in them are unknown")]
    static partial void Damaged(ILogger logger, string path, int offset, int length, string reason);
}
