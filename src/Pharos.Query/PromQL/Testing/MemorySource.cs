using Pharos.Model.Labels;
using Pharos.Model.Reading;
using Pharos.Model.Samples;

namespace Pharos.Query.PromQL.Testing;

/// <summary>Series in plain lists: what the test language loads, and what tests and benchmarks of queries read.</summary>
/// <remarks>Threads: filled by one thread, then read by many. Series come sorted by labels.</remarks>
public sealed class MemorySource : ISeriesSource
{
    readonly MemorySymbols symbols = new();
    readonly SortedDictionary<LabelSet, MemorySeries> series = new(new ByLabels());
    MemorySeries[]? sorted;

    public int Count => series.Count;

    /// <summary>All series, sorted by labels.</summary>
    public IReadOnlyCollection<MemorySeries> All => series.Values;

    /// <summary>The series of these labels, made when there is none.</summary>
    public MemorySeries Series(LabelSet labels)
    {
        if (series.TryGetValue(labels, out var found)) return found;
        var pairs = labels.Select(label => symbols.Add(label.Name, label.Value)).ToArray();
        found = new(labels, pairs);
        series.Add(labels, found);
        sorted = null;
        return found;
    }

    public void Clear()
    {
        series.Clear();
        sorted = null;
    }

    public ISeriesSnapshot Lease() => new Snapshot(symbols, sorted ??= [.. series.Values]);

    sealed class ByLabels : IComparer<LabelSet>
    {
        public int Compare(LabelSet? x, LabelSet? y)
        {
            var common = Math.Min(x!.Count, y!.Count);
            for (var i = 0; i < common; i++)
            {
                var order = string.CompareOrdinal(x[i].Name, y[i].Name);
                if (order == 0) order = string.CompareOrdinal(x[i].Value, y[i].Value);
                if (order != 0) return order;
            }
            return x.Count - y.Count;
        }
    }

    sealed class Snapshot(MemorySymbols symbols, MemorySeries[] all) : ISeriesSnapshot
    {
        public ILabelSymbols Symbols => symbols;

        public ISeriesCursor Select(IReadOnlyList<LabelMatcher> matchers, SelectHints hints, CancellationToken cancellation) => new Cursor(all, matchers, hints, cancellation);

        public IReadOnlyList<string> LabelNames(IReadOnlyList<LabelMatcher> matchers, long afterMs, long throughMs, CancellationToken cancellation) =>
            [.. Matching(matchers, afterMs, throughMs).SelectMany(each => each.Labels).Select(label => label.Name).Distinct().Order(StringComparer.Ordinal)];

        public IReadOnlyList<string> LabelValues(string name, IReadOnlyList<LabelMatcher> matchers, long afterMs, long throughMs, CancellationToken cancellation) =>
            [.. Matching(matchers, afterMs, throughMs).Select(each => each.Labels[name]).Where(value => value.Length > 0).Distinct().Order(StringComparer.Ordinal)];

        public void Dispose()
        {
        }

        IEnumerable<MemorySeries> Matching(IReadOnlyList<LabelMatcher> matchers, long afterMs, long throughMs) =>
            all.Where(each => each.HasSample(afterMs, throughMs) && matchers.All(matcher => matcher.Matches(each.Labels[matcher.Name])));
    }

    sealed class Cursor(MemorySeries[] all, IReadOnlyList<LabelMatcher> matchers, SelectHints hints, CancellationToken cancellation) : ISeriesCursor
    {
        int at;
        long[]? columnOf; // The list whose window the newest time column holds; series that share times share the column.
        int column;
        int first;
        int end;

        public bool MoveNext(SeriesBatch batch)
        {
            cancellation.ThrowIfCancellationRequested();
            batch.Clear();
            columnOf = null;
            for (; at < all.Length && batch.Count < SeriesBatch.MaxSeries; at++)
            {
                if (Matches(all[at])) Add(batch, all[at]);
                if (batch.SizeBytes > hints.MaxBytes) throw new QueryTooLargeException($"a selector reads more than {hints.MaxBytes} bytes");
            }
            return batch.Count > 0;
        }

        public void Dispose()
        {
        }

        bool Matches(MemorySeries each)
        {
            foreach (var matcher in matchers)
            {
                if (!matcher.Matches(each.Labels[matcher.Name])) return false;
            }
            return true;
        }

        void Add(SeriesBatch batch, MemorySeries each)
        {
            var times = each.TimesMs;
            if (columnOf is null || !ReferenceEquals(columnOf, times))
            {
                var (from, until) = each.Window(hints.AfterMs, hints.ThroughMs);
                if (hints.Want == Want.Newest && from < until) from = until - 1;
                if (from == until) return;
                (first, end) = (from, until);
                column = batch.AddTimeColumn(end - first, out var span);
                times.AsSpan(first, end - first).CopyTo(span);
                columnOf = times;
            }
            batch.AddSeries((ulong)at, each.Pairs, column, out var values);
            each.Values.AsSpan(first, end - first).CopyTo(values);
            if (each.Histograms is { } histograms && Array.Exists(histograms[first..end], histogram => histogram is not null)) batch.SetHistograms(histograms[first..end]);
            if (each.StartTimesMs is { } starts) batch.SetStartTimes(starts[first..end]);
        }
    }
}

/// <summary>One series of a <see cref="MemorySource"/>.</summary>
public sealed class MemorySeries(LabelSet labels, int[] pairs)
{
    int count;
    bool isTrimmed = true;
    long[] times = [];
    double[] values = [];
    FloatHistogram?[]? histograms;
    long[]? startTimes;

    public LabelSet Labels { get; } = labels;

    internal int[] Pairs { get; } = pairs;

    /// <summary>Number of samples.</summary>
    public int Count => count;

    internal long[] TimesMs => Trimmed().times;

    internal double[] Values => Trimmed().values;

    internal FloatHistogram?[]? Histograms => Trimmed().histograms;

    internal long[]? StartTimesMs => Trimmed().startTimes;

    /// <summary>Takes over whole columns; series given the same array of times share it.</summary>
    public void SetColumns(long[] sharedTimesMs, double[] columnValues)
    {
        (times, values, count, isTrimmed) = (sharedTimesMs, columnValues, sharedTimesMs.Length, true);
        histograms = null;
        startTimes = null;
    }

    /// <summary>Adds a sample in order of time; of two with the same time the first stays.</summary>
    /// <param name="startMs">0: unknown.</param>
    public void Add(long timeMs, double value, FloatHistogram? histogram = null, long startMs = 0)
    {
        var at = count > 0 && times[count - 1] >= timeMs ? Array.BinarySearch(times, 0, count, timeMs) : ~count;
        if (at >= 0) return;
        at = ~at;
        if (count == times.Length) Resize(Math.Max(16, count * 2));
        Array.Copy(times, at, times, at + 1, count - at);
        Array.Copy(values, at, values, at + 1, count - at);
        times[at] = timeMs;
        values[at] = histogram is null ? value : histogram.Sum;
        if (histogram is not null) histograms ??= new FloatHistogram?[times.Length];
        if (startMs != 0) startTimes ??= new long[times.Length];
        if (histograms is not null)
        {
            Array.Copy(histograms, at, histograms, at + 1, count - at);
            histograms[at] = histogram;
        }
        if (startTimes is not null)
        {
            Array.Copy(startTimes, at, startTimes, at + 1, count - at);
            startTimes[at] = startMs;
        }
        count++;
        isTrimmed = count == times.Length;
    }

    /// <summary>A sample by its place in time.</summary>
    public (long TimeMs, double Value, FloatHistogram? Histogram, long StartMs) Sample(int index) => (times[index], values[index], histograms?[index], startTimes?[index] ?? 0);

    internal bool HasSample(long afterMs, long throughMs)
    {
        var (first, end) = Window(afterMs, throughMs);
        return first < end;
    }

    /// <summary>Indexes of the samples in (afterMs, throughMs].</summary>
    internal (int First, int End) Window(long afterMs, long throughMs)
    {
        var first = Array.BinarySearch(times, 0, count, afterMs);
        var end = Array.BinarySearch(times, 0, count, throughMs);
        first = first >= 0 ? first + 1 : ~first;
        end = end >= 0 ? end + 1 : ~end;
        return (first, Math.Max(first, end));
    }

    MemorySeries Trimmed()
    {
        if (!isTrimmed) Resize(count);
        isTrimmed = true;
        return this;
    }

    void Resize(int size)
    {
        Array.Resize(ref times, size);
        Array.Resize(ref values, size);
        if (histograms is not null) Array.Resize(ref histograms, size);
        if (startTimes is not null) Array.Resize(ref startTimes, size);
    }
}
