using System.Buffers;
using Pharos.Model.Samples;

namespace Pharos.Query.PromQL.Execution;

/// <summary>Some series of an instant vector over all steps: what operators hand to one another.</summary>
/// <remarks>
/// <para>Shape: rows of f64 x steps with a presence bitmap beside (a NaN is a value, absence is a clear bit). Where a row has a histogram lane
/// and its entry is not null, the sample is that histogram and the float is meaningless.</para>
/// <para>Limits: at most <see cref="MaxRows"/> rows, fewer when there are many steps, so that a batch stays within a few MB.</para>
/// <para>Lifetime: buffers are rented; spans are valid until the next <see cref="Reset"/>. Adding a row may move the buffers: take spans again.</para>
/// </remarks>
sealed class VectorBatch : IDisposable
{
    public const int MaxRows = 256;

    (int Start, int Length)[] pairRanges = [];
    bool[] dropsName = [];
    FloatHistogram?[]?[] lanes = [];
    double[] values = [];
    ulong[] present = [];
    int[] pairs = [];
    int pairsUsed;
    int words;

    public int Count { get; private set; }

    public int Steps { get; private set; }

    /// <summary>Rows that fit for this number of steps.</summary>
    public int Capacity { get; private set; }

    public bool IsFull => Count == Capacity;

    public long SizeBytes => values.Length * 8L + present.Length * 8L + pairs.Length * 4L;

    public void Reset(int steps)
    {
        lanes.AsSpan(0, Count).Clear();
        Count = 0;
        pairsUsed = 0;
        Steps = steps;
        words = Presence.Words(steps);
        Capacity = Math.Clamp(512 * 1024 / steps, 1, MaxRows);
    }

    public ReadOnlySpan<int> Pairs(int row) => pairs.AsSpan(pairRanges[row].Start, pairRanges[row].Length);

    /// <summary>Whether the metric's name is to be removed at the end (delayed removal).</summary>
    public bool DropsName(int row) => dropsName[row];

    public void SetDropsName(int row, bool drops) => dropsName[row] = drops;

    public Span<double> Values(int row) => values.AsSpan(row * Steps, Steps);

    public Span<ulong> Present(int row) => present.AsSpan(row * words, words);

    /// <summary>Null when all samples of the row are floats.</summary>
    public FloatHistogram?[]? Lane(int row) => lanes[row];

    public void SetLane(int row, FloatHistogram?[]? lane) => lanes[row] = lane;

    /// <summary>The row's histogram lane, made when it has none.</summary>
    public FloatHistogram?[] EnsureLane(int row) => lanes[row] ??= new FloatHistogram?[Steps];

    /// <summary>Adds a row without samples and returns its number. Its values are undefined until set, its bitmap is clear.</summary>
    public int AddRow(ReadOnlySpan<int> rowPairs, bool drops)
    {
        if (Count == lanes.Length) GrowRows();
        EnsureRoom(ref values, Count * Steps, Steps);
        EnsureRoom(ref present, Count * words, words);
        EnsureRoom(ref pairs, pairsUsed, rowPairs.Length);
        rowPairs.CopyTo(pairs.AsSpan(pairsUsed));
        pairRanges[Count] = (pairsUsed, rowPairs.Length);
        pairsUsed += rowPairs.Length;
        dropsName[Count] = drops;
        lanes[Count] = null;
        present.AsSpan(Count * words, words).Clear();
        return Count++;
    }

    /// <summary>Takes back the row added last.</summary>
    public void RemoveLast()
    {
        Count--;
        lanes[Count] = null;
        pairsUsed = pairRanges[Count].Start;
    }

    /// <summary>Copies one row of another batch of as many steps.</summary>
    public int CopyRow(VectorBatch from, int row, ReadOnlySpan<int> rowPairs, bool drops)
    {
        var added = AddRow(rowPairs, drops);
        from.Values(row).CopyTo(Values(added));
        from.Present(row).CopyTo(Present(added));
        lanes[added] = from.lanes[row];
        return added;
    }

    public void Dispose()
    {
        lanes.AsSpan().Clear();
        Return(ref values);
        Return(ref present);
        Return(ref pairs);
        Count = 0;
    }

    /// <summary>Exchanges the contents of two batches: how a finished batch is handed on without a copy.</summary>
    public void Swap(VectorBatch other)
    {
        (pairRanges, other.pairRanges) = (other.pairRanges, pairRanges);
        (dropsName, other.dropsName) = (other.dropsName, dropsName);
        (lanes, other.lanes) = (other.lanes, lanes);
        (values, other.values) = (other.values, values);
        (present, other.present) = (other.present, present);
        (pairs, other.pairs) = (other.pairs, pairs);
        (pairsUsed, other.pairsUsed) = (other.pairsUsed, pairsUsed);
        (words, other.words) = (other.words, words);
        (Count, other.Count) = (other.Count, Count);
        (Steps, other.Steps) = (other.Steps, Steps);
        (Capacity, other.Capacity) = (other.Capacity, Capacity);
    }

    void GrowRows()
    {
        var size = Math.Max(8, Count * 4);
        Array.Resize(ref pairRanges, size);
        Array.Resize(ref dropsName, size);
        Array.Resize(ref lanes, size);
    }

    static void Return<T>(ref T[] buffer)
    {
        if (buffer.Length > 0) ArrayPool<T>.Shared.Return(buffer);
        buffer = [];
    }

    static void EnsureRoom<T>(ref T[] buffer, int used, int more)
    {
        if (used + more <= buffer.Length) return;
        var larger = ArrayPool<T>.Shared.Rent(Math.Max(Math.Max(used + more, buffer.Length * 2), 64));
        buffer.AsSpan(0, used).CopyTo(larger);
        Return(ref buffer);
        buffer = larger;
    }
}
