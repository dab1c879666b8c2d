using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using Pharos.Model.Writing;
using Pharos.Storage.Bytes;
using Pharos.Storage.Chunks;
using Pharos.Storage.Files;

namespace Pharos.Storage.Series.Prometheus;

/// <summary>One block of Prometheus' own store, read for import: <c>meta.json</c>, <c>index</c>, <c>chunks/</c> and <c>tombstones</c>.</summary>
/// <remarks>Errors: <see cref="CorruptDataException"/> names file and offset. Threads: one.</remarks>
sealed class PrometheusBlock : IDisposable
{
    const uint SegmentMagic = 0x85bd40dd;
    const uint TombstonesMagic = 0x0130ba30;
    const byte FormatVersion = 1;
    readonly PrometheusIndex index;
    readonly List<MappedFile> segments = [];
    readonly Dictionary<ulong, List<(long FromMs, long ThroughMs)>> deleted = [];

    public PrometheusBlock(string folder)
    {
        Folder = folder;
        index = new PrometheusIndex(Path.Combine(folder, "index"));
        try
        {
            foreach (var path in Directory.EnumerateFiles(Path.Combine(folder, "chunks")).Order(StringComparer.Ordinal)) segments.Add(OpenSegment(path));
            ReadTombstones(Path.Combine(folder, "tombstones"));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string Folder { get; }

    /// <summary>Chunks left out because they hold native histograms.</summary>
    public long HistogramChunks { get; private set; }

    /// <summary>The blocks of a data folder, oldest first; one that a later block was made of, and is still there, is left out.</summary>
    public static IReadOnlyList<string> Find(string dataFolder)
    {
        var found = new List<(string Folder, string Id, long MinMs, string[] Parents)>();
        foreach (var folder in Directory.EnumerateDirectories(dataFolder).Append(dataFolder))
        {
            var path = Path.Combine(folder, "meta.json");
            if (!File.Exists(path)) continue;
            try
            {
                using var meta = JsonDocument.Parse(File.ReadAllBytes(path));
                found.Add((folder, meta.RootElement.GetProperty("ulid").GetString() ?? "", meta.RootElement.GetProperty("minTime").GetInt64(), ParentsOf(meta.RootElement)));
            }
            catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
            {
                throw new CorruptDataException(path, 0, "the meta.json of a block", e.Message);
            }
        }
        var parents = found.SelectMany(b => b.Parents).ToHashSet(StringComparer.Ordinal);
        return [.. found.Where(b => !parents.Contains(b.Id)).OrderBy(b => b.MinMs).Select(b => b.Folder)];
    }

    /// <summary>Offsets of all series in the index.</summary>
    public IEnumerable<long> Series() => index.Series();

    public void ReadLabels(long series, LabelSetBuilder labels, List<PrometheusChunk> chunks) => index.Read(series, labels, chunks);

    /// <summary>Reads the series' floats, by ascending time, without those that were deleted.</summary>
    public void ReadSamples(long series, List<PrometheusChunk> chunks, SampleColumns into)
    {
        foreach (var chunk in chunks)
        {
            into.BeginPart();
            ReadChunk(chunk, into);
        }
        into.MergeParts();
        if (!deleted.TryGetValue(PrometheusIndex.ReferenceOf(series), out var ranges)) return;
        into.Filter(0, time => !ranges.Exists(range => time >= range.FromMs && time <= range.ThroughMs));
    }

    public void Dispose()
    {
        index.Dispose();
        foreach (var segment in segments) segment.Dispose();
    }

    static string[] ParentsOf(JsonElement meta) =>
        meta.TryGetProperty("compaction", out var compaction) && compaction.TryGetProperty("parents", out var parents)
            ? [.. parents.EnumerateArray().Select(p => p.GetProperty("ulid").GetString() ?? "")]
            : [];

    static MappedFile OpenSegment(string path)
    {
        var file = new MappedFile(path);
        if (file.SizeBytes >= 8 && BinaryPrimitives.ReadUInt32BigEndian(file.Span(0, sizeof(uint))) == SegmentMagic && file.Span(4, 1)[0] == FormatVersion) return file;
        file.Dispose();
        throw new CorruptDataException(path, 0, "a segment of chunks, format 1", "another start");
    }

    void ReadChunk(PrometheusChunk chunk, SampleColumns into)
    {
        if ((uint)chunk.Segment >= (uint)segments.Count) CorruptDataException.Throw(Folder, 0, $"a segment below {segments.Count}", $"{chunk.Segment}");
        var file = segments[chunk.Segment];
        if (chunk.Offset >= file.SizeBytes) CorruptDataException.Throw(file.Path, chunk.Offset, $"a chunk inside {file.SizeBytes} bytes", "an offset behind");
        var headBytes = Varint.Read(file.Span(chunk.Offset, (int)Math.Min(Varint.MaxBytes, file.SizeBytes - chunk.Offset)), out var length);
        var start = chunk.Offset + headBytes;
        if (headBytes == 0 || length > (ulong)Math.Max(0, file.SizeBytes - start - 1 - sizeof(uint))) CorruptDataException.Throw(file.Path, chunk.Offset, "a chunk inside the file", $"{length} bytes");
        var checkedBytes = file.Span(start, 1 + (int)length);
        var stored = BinaryPrimitives.ReadUInt32BigEndian(file.Span(start + checkedBytes.Length, sizeof(uint)));
        var computed = Crc32C.Of(checkedBytes);
        if (stored != computed) CorruptDataException.Throw(file.Path, start, string.Create(CultureInfo.InvariantCulture, $"crc {stored:x8}"), string.Create(CultureInfo.InvariantCulture, $"crc {computed:x8}"));
        if (checkedBytes[0] == XorChunk.Encoding) XorChunk.Decode(checkedBytes[1..], file.Path, start + 1, into);
        else HistogramChunks++;
    }

    void ReadTombstones(string path)
    {
        if (!File.Exists(path)) return;
        var bytes = File.ReadAllBytes(path);
        if (bytes.Length < 9 || BinaryPrimitives.ReadUInt32BigEndian(bytes) != TombstonesMagic || bytes[4] != FormatVersion) CorruptDataException.Throw(path, 0, "tombstones of format 1", $"{bytes.Length} other bytes");
        var covered = bytes.AsSpan(5, bytes.Length - 9); // Neither the magic nor the version is under the sum.
        var stored = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(bytes.Length - sizeof(uint)));
        var computed = Crc32C.Of(covered);
        if (stored != computed) CorruptDataException.Throw(path, 5, string.Create(CultureInfo.InvariantCulture, $"crc {stored:x8}"), string.Create(CultureInfo.InvariantCulture, $"crc {computed:x8}"));
        var reader = new ByteReader(covered, path, 5);
        while (reader.Remaining > 0)
        {
            var reference = reader.Varint();
            if (!deleted.TryGetValue(reference, out var ranges)) deleted.Add(reference, ranges = []);
            ranges.Add((reader.SignedVarint(), reader.SignedVarint()));
        }
    }
}
