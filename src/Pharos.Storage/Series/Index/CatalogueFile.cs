using System.Buffers.Binary;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using Pharos.Storage.Bytes;
using Pharos.Storage.Files;

namespace Pharos.Storage.Series.Index;

/// <summary>The durable form of the catalogue: records of series, appended, each with small tables of its own.</summary>
/// <remarks>
/// <para>Errors: a torn end is cut off. All is written twice, to the file and to its copy: what is damaged in one is read from the other. Where both
/// are, the series come from the labels in the blocks; one that no block has is unknown. All of it is told, and the damaged file kept aside.
/// A failed write or sync throws <see cref="IOException"/>; the caller promises nothing until another one succeeds.</para>
/// <para>Threads: appending by the committer of the log alone. Source: docs/formats/catalogue.md.</para>
/// </remarks>
sealed partial class CatalogueFile : IDisposable
{
    const int HeaderBytes = 16;
    const int RecordHeaderBytes = 12;
    const uint RecordMagic = 0x54434850;
    const int SeriesPerRecord = 4096;
    const string CopySuffix = ".copy";

    readonly SeriesCatalogue catalogue;
    readonly ByteWriter payload = new(64 * 1024);
    readonly Dictionary<int, int> localPairs = [];
    readonly Dictionary<int, int> localNames = [];
    readonly List<string> setAside = [];
    readonly List<uint> chosen = [];
    readonly Queue<(uint Id, ReadOnlyMemory<byte> Labels)> pending = new();
    readonly TimeProvider clock;
    readonly ILogger logger;
    SafeFileHandle handle;
    SafeFileHandle copy;
    uint number;
    string path;
    long length;
    int stored;

    CatalogueFile(string path, uint number, SeriesCatalogue catalogue, TimeProvider clock, ILogger logger)
    {
        (this.path, this.number, this.catalogue, this.clock, this.logger) = (path, number, catalogue, clock, logger);
        handle = OpenAppended(path);
        copy = OpenAppended(CopyOf(path));
    }

    static ReadOnlySpan<byte> Magic => "PHCAT001"u8;

    public long SizeBytes => length;

    public IReadOnlyList<string> SetAside => setAside;

    /// <summary>Opens the newest file of the folder, or a first one, and fills the catalogue.</summary>
    /// <param name="inBlocks">Ids and labels of all series that blocks hold, ascending; asked only when the file has damage that its copy does not mend.</param>
    public static CatalogueFile Open(
        string folder, SeriesCatalogue catalogue, Func<IEnumerable<(uint Id, ReadOnlyMemory<byte> Labels)>> inBlocks, TimeProvider clock, ILogger logger)
    {
        Directory.CreateDirectory(folder);
        DurableFile.DeleteTemporaries(folder);
        var newest = NumbersOf(folder, "series-*.log").DefaultIfEmpty(NumbersOf(folder, "series-*" + CopySuffix).DefaultIfEmpty(1u).Max()).Max();
        var file = new CatalogueFile(PathOf(folder, newest), newest, catalogue, clock, logger);
        try
        {
            file.Load(inBlocks);
            foreach (var old in Directory.GetFiles(folder, "series-*.*").Where(old => !IsOf(old, file.number))) File.Delete(old); // Rewritten under the newer number.
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Writes and syncs the series created since the last call that succeeded.</summary>
    /// <exception cref="IOException">The disk is full, or fails. What was not synced is written anew by the next call, through another descriptor.</exception>
    public void AppendNew()
    {
        var count = catalogue.Count;
        if (count == stored) return;
        if (handle.IsClosed) handle = OpenAppended(path);
        var synced = (length, stored);
        try
        {
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
        catch
        {
            (length, stored) = synced;
            handle.Dispose(); // The kernel may have dropped its pages: a later sync of this descriptor would prove nothing.
            throw;
        }
    }

    /// <summary>Rewrites the file under the next number with these series only. If some are left out the catalogue in memory must then be read anew.</summary>
    /// <param name="kept">Ascending indexes; the last series is always kept, so that no id is ever given out again.</param>
    /// <exception cref="IOException">The disk is full, or fails; the file is as it was.</exception>
    public void Rewrite(IEnumerable<uint> kept) => Rewrite(kept, DurableFile.Delete);

    public void Dispose()
    {
        handle.Dispose();
        copy.Dispose();
        payload.Dispose();
    }

    void Rewrite(IEnumerable<uint> kept, Action<string> takeAway)
    {
        var former = (path, handle, copy, length);
        path = PathOf(Path.GetDirectoryName(path)!, ++number);
        try
        {
            using var temporary = new TemporaryFile(path + DurableFile.TemporarySuffix, FileAccess.ReadWrite);
            using var temporaryCopy = new TemporaryFile(CopyOf(path) + DurableFile.TemporarySuffix, FileAccess.ReadWrite);
            (handle, copy, length) = (temporary.Handle, temporaryCopy.Handle, 0);
            WriteHeader();
            if (catalogue.Count > 0) kept = kept.Append((uint)catalogue.Count - 1).Distinct();
            foreach (var part in kept.Chunk(SeriesPerRecord))
            {
                chosen.Clear();
                chosen.AddRange(part);
                WriteRecord();
            }
            DurableFile.SyncData(copy);
            temporaryCopy.Publish(CopyOf(path));
            DurableFile.SyncData(handle);
            temporary.Publish(path);
            (handle, copy) = (OpenAppended(path), OpenAppended(CopyOf(path)));
        }
        catch
        {
            DurableFile.TryDelete(path); // It may have its name already, and would be taken for the newer one.
            DurableFile.TryDelete(CopyOf(path));
            (path, handle, copy, length) = former;
            number--;
            throw;
        }
        former.handle.Dispose();
        former.copy.Dispose();
        takeAway(former.path);
        takeAway(CopyOf(former.path));
        stored = catalogue.Count;
    }

    static string PathOf(string folder, uint number) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"series-{number:D8}.log"));

    static string CopyOf(string path) => Path.ChangeExtension(path, CopySuffix);

    static IEnumerable<uint> NumbersOf(string folder, string pattern)
    {
        foreach (var found in Directory.EnumerateFiles(folder, pattern))
        {
            if (uint.TryParse(Path.GetFileNameWithoutExtension(found).AsSpan(7), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) yield return number;
        }
    }

    static bool IsOf(string path, uint number) => Path.GetFileNameWithoutExtension(path) == Path.GetFileNameWithoutExtension(PathOf("", number));

    static SafeFileHandle OpenAppended(string path)
    {
        DiskFaults.Check(DiskCall.Create);
        return File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete);
    }

    void WriteRecord()
    {
        EncodeChosen();
        DurableFile.WriteAt(handle, payload.Written, length);
        DurableFile.WriteAt(copy, payload.Written, length); // Not synced: it serves when the file itself is damaged.
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

    void Load(Func<IEnumerable<(uint Id, ReadOnlyMemory<byte> Labels)>> inBlocks)
    {
        var bytes = ReadAll(handle);
        var isCopyEqual = IsEqual(copy, bytes);
        var other = isCopyEqual ? bytes : ReadAll(copy);
        if (bytes.Length < HeaderBytes && other.Length < HeaderBytes)
        {
            WriteHeader();
            return;
        }
        var damage = HasSoundHeader(bytes) ? null : "its header is damaged";
        var at = HeaderBytes;
        var isUnmended = false;
        while (true)
        {
            if (TryLoadRecord(bytes, at, out var next, out var reason))
            {
                at = next;
                continue;
            }
            if (!isCopyEqual && TryLoadRecord(other, at, out next, out _))
            {
                // Longer at the end than the file, the copy has what a kill took from the file: that is no damage.
                if (at < bytes.Length) damage ??= reason;
                at = next;
                continue;
            }
            var resume = FirstOf(NextSound(bytes, at + 1), NextSound(other, at + 1));
            if (resume < 0) break;
            if (!isUnmended) FillPending(inBlocks());
            (isUnmended, damage) = (true, damage ?? reason);
            Keep(bytes, at, Math.Min(resume, bytes.Length) - at, reason);
            at = resume;
        }
        if (at < bytes.Length && !isUnmended)
        {
            // Mostly a torn end; but where blocks have series that stood there it was damaged, and by no kill.
            FillPending(inBlocks());
            isUnmended = pending.Count > 0;
            if (isUnmended) Keep(bytes, at, bytes.Length - at, damage ??= "a record is damaged");
        }
        LoadPending(uint.MaxValue);
        length = at;
        stored = catalogue.Count;
        if (isUnmended) Rewrite(Enumerable.Range(0, stored).Select(index => (uint)index), old => SetAsideFiles.Move(old, damage!, clock));
        else MakeEqual(bytes, other, at, damage);
    }

    /// <summary>Both files get the sound bytes that were found in either.</summary>
    void MakeEqual(byte[] bytes, byte[] other, int end, string? damage)
    {
        if (damage is null && bytes.Length >= end)
        {
            if (bytes.Length > end) RandomAccess.SetLength(handle, end); // A torn end: no log record that was acknowledged names a series in it.
            var isPrefix = other.AsSpan(0, Math.Min(other.Length, end)).SequenceEqual(bytes.AsSpan(0, Math.Min(other.Length, end)));
            if (!isPrefix) Tell($"{CopyOf(path)}: the copy of the catalogue is damaged; nothing is lost by it", CopyOf(path));
            if (!isPrefix || other.Length != end) Replace(ref copy, CopyOf(path), bytes.AsSpan(0, end));
            return;
        }
        if (damage is not null) Tell($"{path}: {damage}; its copy is whole, nothing is lost by it", path);
        var mended = new ByteWriter(end);
        WriteHeader(mended.Room(HeaderBytes));
        mended.Commit(HeaderBytes);
        while (mended.Length < end)
        {
            var from = IsSound(bytes, mended.Length) ? bytes : other;
            mended.Raw(from.AsSpan(mended.Length, RecordHeaderBytes + BinaryPrimitives.ReadInt32LittleEndian(from.AsSpan(mended.Length + 4))));
        }
        Replace(ref handle, path, mended.Written);
        Replace(ref copy, CopyOf(path), mended.Written);
        mended.Dispose();
    }

    static void Replace(ref SafeFileHandle handle, string path, ReadOnlySpan<byte> bytes)
    {
        handle.Dispose();
        DurableFile.Write(path, bytes);
        handle = OpenAppended(path);
    }

    void Tell(string told, string damagedPath)
    {
        setAside.Add(told);
        Mended(logger, told);
        SetAsideFiles.Keep(damagedPath, told, clock);
    }

    static byte[] ReadAll(SafeFileHandle file)
    {
        var bytes = new byte[RandomAccess.GetLength(file)];
        for (var read = 0; read < bytes.Length;)
        {
            var got = RandomAccess.Read(file, bytes.AsSpan(read), read);
            if (got == 0) break;
            read += got;
        }
        return bytes;
    }

    static bool IsEqual(SafeFileHandle file, ReadOnlySpan<byte> bytes)
    {
        if (RandomAccess.GetLength(file) != bytes.Length) return false;
        var buffer = new byte[64 * 1024];
        for (var at = 0; at < bytes.Length;)
        {
            var read = RandomAccess.Read(file, buffer, at);
            if (read == 0 || !bytes.Slice(at, read).SequenceEqual(buffer.AsSpan(0, read))) return false;
            at += read;
        }
        return true;
    }

    static int FirstOf(int one, int other) => one < 0 ? other : other < 0 ? one : Math.Min(one, other);

    bool HasSoundHeader(ReadOnlySpan<byte> bytes)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        WriteHeader(header);
        return bytes.StartsWith(header);
    }

    void WriteHeader()
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        WriteHeader(header);
        DurableFile.WriteAt(handle, header, 0);
        DurableFile.WriteAt(copy, header, 0);
        DurableFile.SyncData(handle);
        DurableFile.SyncFolder(Path.GetDirectoryName(path)!);
        length = Math.Max(length, HeaderBytes);
    }

    void WriteHeader(Span<byte> header)
    {
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], number);
        BinaryPrimitives.WriteUInt32LittleEndian(header[12..], Crc32C.Of(header[..12]));
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

    /// <summary>Series of a record that neither file has any more may stand in blocks; they are put in where their ids belong.</summary>
    void FillPending(IEnumerable<(uint Id, ReadOnlyMemory<byte> Labels)> inBlocks)
    {
        foreach (var series in inBlocks)
        {
            if (series.Id >= catalogue.NextId) pending.Enqueue(series);
        }
    }

    void LoadPending(uint before)
    {
        while (pending.TryPeek(out var series) && series.Id < before)
        {
            pending.Dequeue();
            var pairs = new List<int>();
            var labels = new ByteReader(series.Labels.Span, path);
            while (labels.Remaining > 0)
            {
                var name = labels.Take(labels.Count(labels.Remaining, "name"));
                pairs.Add(catalogue.Pairs.Intern(name, labels.Take(labels.Count(labels.Remaining, "value"))));
            }
            if (series.Id >= catalogue.NextId) catalogue.Load(series.Id, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(pairs));
        }
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
            LoadPending(id);
            if (id < catalogue.NextId) continue; // Ids ascend; one that does not was damaged before its check sum was made.
            catalogue.Load(id, own.AsSpan(0, size));
        }
    }

    bool IsSound(ReadOnlySpan<byte> bytes, int at)
    {
        if (at < 0 || bytes.Length - at < RecordHeaderBytes || BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]) != RecordMagic) return false;
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

    void Keep(byte[] bytes, int at, int size, string reason)
    {
        var told = $"{path}: byte {at}: {reason}, in its copy too; {size} bytes set aside; of the series in them those that no block has are unknown";
        setAside.Add(told);
        Damaged(logger, path, at, size, reason);
    }

    [LoggerMessage(LogLevel.Error, "{Path}: byte {Offset}: {Reason}, in its copy too; of the series in these {Length} bytes those that no block has are unknown")]
    static partial void Damaged(ILogger logger, string path, int offset, int length, string reason);

    [LoggerMessage(LogLevel.Error, "{What}")]
    static partial void Mended(ILogger logger, string what);
}
