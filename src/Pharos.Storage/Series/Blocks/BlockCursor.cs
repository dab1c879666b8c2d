using System.Runtime.InteropServices;
using Pharos.Model.Samples;
using Pharos.Storage.Bytes;
using Pharos.Storage.Chunks;

namespace Pharos.Storage.Series.Blocks;

/// <summary>Reads series of one block, best by ascending id: it keeps the directory group and the time columns it saw last.</summary>
/// <remarks>Threads: one at a time. Lifetime: within a lease of the block.</remarks>
/// <param name="skip">Is told of a chunk that cannot be read, with the times it may hold, and the chunk is left out; without it that throws.</param>
sealed class BlockCursor(BlockReader block, Action<CorruptDataException, long, long>? skip = null)
{
    readonly List<ulong> ids = [];
    readonly List<int> firstChunks = [];
    readonly List<ChunkEntry> groupChunks = [];
    readonly CachedColumn[] cache = [.. Enumerable.Range(0, 8).Select(_ => new CachedColumn())];
    readonly double[] frame = new double[ValueFrame.MaxCount];
    SampleColumns? mixed;
    int loadedGroup = -1;
    ulong groupEnd;
    int nextCached;

    /// <summary>Appends the series' samples in (after, through], by ascending time; false when it has none there.</summary>
    public bool Read(ulong id, long afterMs, long throughMs, SampleColumns into)
    {
        if (afterMs >= throughMs || block.MaxMs <= afterMs || block.MinMs > throughMs) return false;
        var before = into.Count;
        var chunks = Chunks(id);
        if (FollowEachOther(chunks))
        {
            foreach (ref readonly var chunk in chunks) ReadChunk(in chunk, afterMs, throughMs, into);
        }
        else
        {
            ReadMixed(chunks, afterMs, throughMs, into);
        }
        return into.Count > before;
    }

    public bool Covers(ulong id, long afterMs, long throughMs)
    {
        if (afterMs >= throughMs || block.MaxMs <= afterMs || block.MinMs > throughMs) return false;
        foreach (ref readonly var chunk in Chunks(id))
        {
            var column = block.Column(chunk.Column);
            if (column.MaxMs > afterMs && column.MinMs <= throughMs) return true;
        }
        return false;
    }

    /// <summary>The chunks of a series, valid until the next call; empty when the block does not have it.</summary>
    public ReadOnlySpan<ChunkEntry> Chunks(ulong id)
    {
        if (loadedGroup < 0 || id < ids[0] || id >= groupEnd)
        {
            var group = FindGroup(id);
            if (group < 0) return [];
            LoadGroup(group);
        }
        var position = ids.BinarySearch(id);
        return position < 0 ? [] : CollectionsMarshal.AsSpan(groupChunks)[firstChunks[position]..firstChunks[position + 1]];
    }

    /// <summary>Ids of a directory group, valid until the next call.</summary>
    public IReadOnlyList<ulong> IdsOf(int group)
    {
        LoadGroup(group);
        return ids;
    }

    /// <summary>The times of a column, valid until the next call.</summary>
    public ReadOnlySpan<long> Times(int number)
    {
        foreach (var cached in cache)
        {
            if (cached.Number == number) return cached.Times.AsSpan(0, cached.Count);
        }
        return Load(number);
    }

    /// <summary>The last group whose first id is not above the wanted one, or -1.</summary>
    int FindGroup(ulong id)
    {
        var (low, high) = (0, block.GroupCount);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (block.GroupFirstId(middle) <= id) low = middle + 1;
            else high = middle;
        }
        return low - 1;
    }

    /// <summary>Parses a whole group: the offset of a chunk follows from the chunks before it.</summary>
    void LoadGroup(int group)
    {
        if (group == loadedGroup) return;
        loadedGroup = -1; // Until all of it proved readable.
        ids.Clear();
        firstChunks.Clear();
        groupChunks.Clear();
        var reader = new ByteReader(block.GroupBytes(group, out var offset), block.Path, offset);
        var expected = (long)reader.Varint();
        var id = block.GroupFirstId(group);
        while (reader.Remaining > 0)
        {
            id += reader.Varint();
            if (ids.Count > 0 && id <= ids[^1]) reader.Fail("ascending ids", $"{id}");
            ids.Add(id);
            firstChunks.Add(groupChunks.Count);
            var count = reader.Count(reader.Remaining, "chunks");
            for (var i = 0; i < count; i++)
            {
                var chunk = ChunkEntry.Read(ref reader, expected, block.ColumnCount, block.DataEnd);
                expected = chunk.EndOffset;
                groupChunks.Add(chunk);
            }
        }
        if (ids.Count is 0 or > BlockFormat.SeriesPerGroup) reader.Fail($"1 to {BlockFormat.SeriesPerGroup} series", $"{ids.Count}");
        firstChunks.Add(groupChunks.Count);
        groupEnd = group + 1 < block.GroupCount ? block.GroupFirstId(group + 1) : ulong.MaxValue;
        loadedGroup = group;
    }

    bool FollowEachOther(ReadOnlySpan<ChunkEntry> chunks)
    {
        for (var i = 1; i < chunks.Length; i++)
        {
            if (block.Column(chunks[i].Column).MinMs <= block.Column(chunks[i - 1].Column).MaxMs) return false;
        }
        return true;
    }

    /// <summary>Floats and histograms of one series alternate: their chunks overlap and are merged by time.</summary>
    void ReadMixed(ReadOnlySpan<ChunkEntry> chunks, long afterMs, long throughMs, SampleColumns into)
    {
        mixed ??= new SampleColumns();
        mixed.Clear();
        foreach (ref readonly var chunk in chunks)
        {
            mixed.BeginPart();
            ReadChunk(in chunk, afterMs, throughMs, mixed);
        }
        mixed.MergeParts();
        for (var i = 0; i < mixed.Count; i++)
        {
            if (mixed.Histograms?[i] is { } histogram) into.Add(mixed.TimesMs[i], histogram);
            else into.Add(mixed.TimesMs[i], mixed.Values[i]);
            into.SetStartTime(mixed.StartTimesMs?[i] ?? 0);
        }
    }

    void ReadChunk(in ChunkEntry chunk, long afterMs, long throughMs, SampleColumns into)
    {
        var column = block.Column(chunk.Column);
        var from = into.Count;
        try
        {
            ReadChunk(in chunk, in column, afterMs, throughMs, into);
        }
        catch (CorruptDataException error) when (skip is not null)
        {
            into.Truncate(from);
            skip(error, column.MinMs, column.MaxMs);
        }
    }

    void ReadChunk(in ChunkEntry chunk, in TimeColumnEntry column, long afterMs, long throughMs, SampleColumns into)
    {
        if (column.MaxMs <= afterMs || column.MinMs > throughMs) return;
        var times = Times(chunk.Column);
        var first = column.MinMs > afterMs ? 0 : FirstAbove(times, afterMs);
        var end = column.MaxMs <= throughMs ? times.Length : FirstAbove(times, throughMs);
        if (first >= end) return;
        if (chunk.IsHistogram) ReadHistograms(in chunk, times, first, end, into);
        else ReadFloats(in chunk, times, first, end, into);
    }

    void ReadFloats(in ChunkEntry chunk, ReadOnlySpan<long> times, int first, int end, SampleColumns into)
    {
        into.Reserve(end - first, out var wantedTimes, out var wantedValues);
        times[first..end].CopyTo(wantedTimes);
        var reader = new ByteReader(block.Data(chunk.Offset, chunk.LengthBytes), block.Path, chunk.Offset);
        for (var at = 0; at < end; at += ValueFrame.MaxCount)
        {
            var length = Math.Min(ValueFrame.MaxCount, times.Length - at);
            if (at + length <= first)
            {
                ValueFrame.Skip(ref reader, length);
            }
            else if (at >= first && at + length <= end)
            {
                ValueFrame.Decode(ref reader, wantedValues.Slice(at - first, length));
            }
            else
            {
                ValueFrame.Decode(ref reader, frame.AsSpan(0, length));
                var from = Math.Max(first, at);
                var until = Math.Min(end, at + length);
                frame.AsSpan(from - at, until - from).CopyTo(wantedValues[(from - first)..]);
            }
        }
        into.Commit(end - first);
        if (chunk.StartColumn >= 0) ReadStartTimes(in chunk, times.Length, first, end - first, into);
    }

    void ReadHistograms(in ChunkEntry chunk, ReadOnlySpan<long> times, int first, int end, SampleColumns into)
    {
        var histograms = new FloatHistogram?[end - first];
        var reader = new ByteReader(block.Data(chunk.Offset, chunk.LengthBytes), block.Path, chunk.Offset);
        HistogramChunk.Decode(ref reader, times.Length, first, histograms);
        for (var i = 0; i < histograms.Length; i++) into.Add(times[first + i], histograms[i]!);
        if (chunk.StartColumn >= 0) ReadStartTimes(in chunk, times.Length, first, histograms.Length, into);
    }

    /// <summary>Gives the samples added last their start times. It may push the column of times out of the cache.</summary>
    void ReadStartTimes(in ChunkEntry chunk, int count, int first, int added, SampleColumns into)
    {
        var starts = Times(chunk.StartColumn);
        if (starts.Length != count) CorruptDataException.Throw(block.Path, chunk.Offset, $"{count} start times", $"{starts.Length}");
        for (var i = 0; i < added; i++) into.SetStartTime(into.Count - added + i, starts[first + i]);
    }

    ReadOnlySpan<long> Load(int number)
    {
        var entry = block.Column(number);
        var cached = cache[nextCached];
        nextCached = (nextCached + 1) % cache.Length;
        cached.Number = -1;
        if (cached.Times.Length < entry.Count) cached.Times = new long[Math.Max(512, entry.Count)];
        var reader = new ByteReader(block.Data(entry.Offset, entry.LengthBytes), block.Path, entry.Offset);
        for (var at = 0; at < entry.Count; at += TimeFrame.MaxCount)
        {
            TimeFrame.Decode(ref reader, cached.Times.AsSpan(at, Math.Min(TimeFrame.MaxCount, entry.Count - at)));
        }
        reader.ExpectEnd("the time column");
        (cached.Number, cached.Count) = (number, entry.Count);
        return cached.Times.AsSpan(0, entry.Count);
    }

    static int FirstAbove(ReadOnlySpan<long> times, long limitMs)
    {
        var (low, high) = (0, times.Length);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (times[middle] <= limitMs) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    sealed class CachedColumn
    {
        public int Number { get; set; } = -1;

        public long[] Times { get; set; } = [];

        public int Count { get; set; }
    }
}
