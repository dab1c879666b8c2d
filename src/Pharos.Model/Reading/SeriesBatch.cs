using System.Buffers;
using Pharos.Model.Diagnostics;
using Pharos.Model.Samples;

namespace Pharos.Model.Reading;

/// <summary>Up to 256 series with their labels as pair numbers and their samples as columns.</summary>
/// <remarks>
/// <para>Shape: each series refers to a <em>time column</em> by number; series scraped together share one, so that window bounds
/// are computed once for all of them. Values lie beside, one per time. Histogram samples stand in a lane of their own, present only for
/// series that have some: where the lane is not null the sample is that histogram and the float is meaningless.</para>
/// <para>Lifetime: spans are valid until the next <see cref="Clear"/>. A batch is used again and again by one thread; its buffers come
/// from the shared pool and go back on dispose.</para>
/// </remarks>
public sealed class SeriesBatch : IDisposable
{
    public const int MaxSeries = 256;

    readonly ulong[] ids = new ulong[MaxSeries];
    readonly (int Start, int Length)[] pairRanges = new (int, int)[MaxSeries];
    readonly int[] timeColumns = new int[MaxSeries];
    readonly int[] valueStarts = new int[MaxSeries];
    readonly FloatHistogram?[]?[] histograms = new FloatHistogram?[]?[MaxSeries];
    readonly long[]?[] startTimes = new long[]?[MaxSeries];
    readonly List<(int Start, int Length)> columns = [];
    int[] pairs = ArrayPool<int>.Shared.Rent(4096);
    long[] times = ArrayPool<long>.Shared.Rent(1024);
    double[] values = ArrayPool<double>.Shared.Rent(4096);
    int pairsUsed;
    int timesUsed;
    int valuesUsed;

    /// <summary>Number of series.</summary>
    public int Count { get; private set; }

    /// <summary>Number of distinct time columns.</summary>
    public int TimeColumnCount => columns.Count;

    /// <summary>Bytes of samples held now.</summary>
    public long SizeBytes => (timesUsed + (long)valuesUsed) * sizeof(double);

    public ulong Id(int series) => ids[series];

    public ReadOnlySpan<int> Pairs(int series) => pairs.AsSpan(pairRanges[series].Start, pairRanges[series].Length);

    /// <summary>Number of the series' time column; equal numbers mean the very same times.</summary>
    public int TimeColumn(int series) => timeColumns[series];

    /// <summary>Times of a column in ms since the epoch, strictly ascending.</summary>
    public ReadOnlySpan<long> ColumnTimes(int column) => times.AsSpan(columns[column].Start, columns[column].Length);

    public ReadOnlySpan<long> Times(int series) => ColumnTimes(timeColumns[series]);

    public ReadOnlySpan<double> Values(int series) => values.AsSpan(valueStarts[series], columns[timeColumns[series]].Length);

    /// <summary>Empty when the series has no histogram; else one entry per time, null where the sample is a float.</summary>
    public ReadOnlySpan<FloatHistogram?> Histograms(int series) => histograms[series];

    /// <summary>Start times (ms) of the samples' counters, one per time, 0 where unknown; empty when none is known.</summary>
    public ReadOnlySpan<long> StartTimes(int series) => startTimes[series];

    public void Clear()
    {
        histograms.AsSpan(0, Count).Clear();
        startTimes.AsSpan(0, Count).Clear();
        columns.Clear();
        Count = 0;
        pairsUsed = timesUsed = valuesUsed = 0;
    }

    /// <summary>Makes room for a time column of that length and returns its number; fill it through the span.</summary>
    public int AddTimeColumn(int length, out Span<long> column)
    {
        EnsureRoom(ref times, timesUsed, length);
        column = times.AsSpan(timesUsed, length);
        columns.Add((timesUsed, length));
        timesUsed += length;
        return columns.Count - 1;
    }

    /// <summary>Adds a series on a column that was added before; fill its values (one per time) through the span.</summary>
    public void AddSeries(ulong id, ReadOnlySpan<int> pairNumbers, int timeColumn, out Span<double> column)
    {
        Invariant.Holds(Count < MaxSeries, $"a batch holds {MaxSeries} series");
        EnsureRoom(ref pairs, pairsUsed, pairNumbers.Length);
        pairNumbers.CopyTo(pairs.AsSpan(pairsUsed));
        pairRanges[Count] = (pairsUsed, pairNumbers.Length);
        pairsUsed += pairNumbers.Length;
        var length = columns[timeColumn].Length;
        EnsureRoom(ref values, valuesUsed, length);
        column = values.AsSpan(valuesUsed, length);
        ids[Count] = id;
        timeColumns[Count] = timeColumn;
        valueStarts[Count] = valuesUsed;
        valuesUsed += length;
        Count++;
    }

    /// <summary>Gives the series added last its histogram lane, one entry per time.</summary>
    public void SetHistograms(FloatHistogram?[] lane) => histograms[Count - 1] = lane;

    /// <summary>Gives the series added last its start times, one entry per time.</summary>
    public void SetStartTimes(long[] lane) => startTimes[Count - 1] = lane;

    public void Dispose()
    {
        Clear();
        ArrayPool<int>.Shared.Return(pairs);
        ArrayPool<long>.Shared.Return(times);
        ArrayPool<double>.Shared.Return(values);
        pairs = [];
        times = [];
        values = [];
    }

    static void EnsureRoom<T>(ref T[] buffer, int used, int more)
    {
        if (used + more <= buffer.Length) return;
        var larger = ArrayPool<T>.Shared.Rent(Math.Max(used + more, buffer.Length * 2));
        buffer.AsSpan(0, used).CopyTo(larger);
        ArrayPool<T>.Shared.Return(buffer);
        buffer = larger;
    }
}
