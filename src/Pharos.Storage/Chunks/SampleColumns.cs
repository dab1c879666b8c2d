using Pharos.Model.Samples;

namespace Pharos.Storage.Chunks;

/// <summary>Samples of one series as columns, on their way between head, chunks and queries. Used again and again by one thread.</summary>
/// <remarks>
/// <para>Shape: times strictly ascending once <see cref="MergeParts"/> has been called (or only one part was added). Where the histogram
/// lane has an entry, the sample is that histogram and the float beside it is its sum. A start time of 0 means unknown.</para>
/// <para>Lanes for histograms and start times exist only while a sample needs them, because they are rare.</para>
/// </remarks>
sealed class SampleColumns
{
    readonly List<int> partStarts = [];

    public int Count { get; private set; }

    public long[] TimesMs { get; private set; } = new long[512];

    public double[] Values { get; private set; } = new double[512];

    /// <summary>Null while no sample is a histogram.</summary>
    public FloatHistogram?[]? Histograms { get; private set; }

    /// <summary>Null while no start time is known.</summary>
    public long[]? StartTimesMs { get; private set; }

    public void Clear()
    {
        Count = 0;
        Histograms = null;
        StartTimesMs = null;
        partStarts.Clear();
    }

    public void Add(long timeMs, double value)
    {
        if (Count == TimesMs.Length) EnsureRoom(1);
        TimesMs[Count] = timeMs;
        Values[Count++] = value;
    }

    public void Add(long timeMs, FloatHistogram histogram)
    {
        Add(timeMs, histogram.Sum);
        (Histograms ??= new FloatHistogram?[TimesMs.Length])[Count - 1] = histogram;
    }

    /// <summary>Gives the sample added last its start time.</summary>
    public void SetStartTime(long startMs) => SetStartTime(Count - 1, startMs);

    public void SetStartTime(int sample, long startMs)
    {
        if (startMs != 0) (StartTimesMs ??= new long[TimesMs.Length])[sample] = startMs;
    }

    /// <summary>Gives samples from that index on the start time in force at their time.</summary>
    public void SetStartTimes(int from, IReadOnlyList<(long FromMs, long StartMs)> starts)
    {
        StartTimesMs ??= new long[TimesMs.Length];
        for (var i = from; i < Count; i++)
        {
            for (var s = starts.Count - 1; s >= 0; s--)
            {
                if (starts[s].FromMs > TimesMs[i]) continue;
                StartTimesMs[i] = starts[s].StartMs;
                break;
            }
        }
    }

    /// <summary>Makes room for that many floats behind the last sample, to be filled before <see cref="Commit"/>.</summary>
    public void Reserve(int count, out Span<long> timesMs, out Span<double> values)
    {
        EnsureRoom(count);
        timesMs = TimesMs.AsSpan(Count, count);
        values = Values.AsSpan(Count, count);
    }

    /// <summary>Takes over the first of the reserved samples.</summary>
    public void Commit(int count) => Count += count;

    /// <summary>Says that what is added from here on comes from another source, of lower precedence than all before.</summary>
    public void BeginPart()
    {
        if (partStarts.Count == 0 || partStarts[^1] != Count) partStarts.Add(Count);
    }

    /// <summary>Drops the samples from that index on.</summary>
    public void Truncate(int count)
    {
        Histograms?.AsSpan(count, Count - count).Clear();
        StartTimesMs?.AsSpan(count, Count - count).Clear();
        Count = count;
    }

    /// <summary>Keeps, of the samples from that index on, those whose time is wanted.</summary>
    public void Filter(int from, Func<long, bool> keep)
    {
        var kept = from;
        for (var i = from; i < Count; i++)
        {
            if (!keep(TimesMs[i])) continue;
            Move(i, kept++);
        }
        Truncate(kept);
    }

    /// <summary>Makes the times strictly ascending over all parts; at equal times the part added first wins.</summary>
    public void MergeParts()
    {
        for (var p = 0; p < partStarts.Count; p++)
        {
            var at = partStarts[p];
            if (at > 0 && at < Count && TimesMs[at] <= TimesMs[at - 1])
            {
                MergeSlow();
                break;
            }
        }
        partStarts.Clear();
    }

    /// <summary>Parts overlap: late samples or vertical blocks. A stable sort by time keeps the parts' precedence.</summary>
    void MergeSlow()
    {
        var order = new int[Count];
        for (var i = 0; i < order.Length; i++) order[i] = i;
        var times = TimesMs;
        Array.Sort(order, (a, b) => times[a] != times[b] ? times[a].CompareTo(times[b]) : a.CompareTo(b));
        var merged = new SampleColumns();
        merged.EnsureRoom(Count);
        foreach (var i in order)
        {
            if (merged.Count > 0 && merged.TimesMs[merged.Count - 1] == times[i]) continue;
            if (Histograms?[i] is { } histogram) merged.Add(times[i], histogram);
            else merged.Add(times[i], Values[i]);
            if (StartTimesMs is { } starts) merged.SetStartTime(starts[i]);
        }
        (Count, TimesMs, Values, Histograms, StartTimesMs) = (merged.Count, merged.TimesMs, merged.Values, merged.Histograms, merged.StartTimesMs);
    }

    void Move(int from, int to)
    {
        if (from == to) return;
        TimesMs[to] = TimesMs[from];
        Values[to] = Values[from];
        if (Histograms is { } histograms) histograms[to] = histograms[from];
        if (StartTimesMs is { } starts) starts[to] = starts[from];
    }

    void EnsureRoom(int more)
    {
        var needed = Count + more;
        if (needed <= TimesMs.Length) return;
        var size = Math.Max(needed, TimesMs.Length * 2);
        var (times, values, histograms, starts) = (TimesMs, Values, Histograms, StartTimesMs);
        Array.Resize(ref times, size);
        Array.Resize(ref values, size);
        if (histograms is not null) Array.Resize(ref histograms, size);
        if (starts is not null) Array.Resize(ref starts, size);
        (TimesMs, Values, Histograms, StartTimesMs) = (times, values, histograms, starts);
    }
}
