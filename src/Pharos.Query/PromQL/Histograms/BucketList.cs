using Pharos.Model.Samples;
using Pharos.Query.PromQL.Numbers;

namespace Pharos.Query.PromQL.Histograms;

/// <summary>One side of a histogram while it is computed with: populated buckets by ascending index.</summary>
/// <remarks>Simpler than spans: adding is a merge of two sorted lists. Spans are made again at the end.</remarks>
sealed class BucketList
{
    readonly List<int> indexes = [];
    readonly List<Kahan> counts = [];

    public int Count => indexes.Count;

    public int Index(int at) => indexes[at];

    public double this[int at] => counts[at].Total;

    public static BucketList Of(BucketSpan[] spans, double[] counts)
    {
        var list = new BucketList();
        var index = 0;
        var at = 0;
        foreach (var span in spans)
        {
            index += span.Offset;
            for (var i = 0; i < span.Length && at < counts.Length; i++, index++, at++) list.Append(index, counts[at]);
        }
        return list;
    }

    /// <summary>Adds to the last bucket or behind it; indexes come ascending.</summary>
    public void Append(int index, double count)
    {
        if (indexes.Count > 0 && indexes[^1] == index)
        {
            var last = counts[^1];
            last.Add(count);
            counts[^1] = last;
            return;
        }
        indexes.Add(index);
        counts.Add(new() { Sum = count });
    }

    public void Merge(BucketList other, double sign)
    {
        var at = 0;
        for (var i = 0; i < other.Count; i++)
        {
            while (at < Count && indexes[at] < other.indexes[i]) at++;
            if (at == Count || indexes[at] != other.indexes[i])
            {
                indexes.Insert(at, other.indexes[i]);
                counts.Insert(at, default);
            }
            var sum = counts[at];
            sum.Add(sign * other.counts[i].Sum);
            if (other.counts[i].Lost != 0) sum.Add(sign * other.counts[i].Lost);
            counts[at] = sum;
        }
    }

    /// <summary>The same counts under other indexes; the mapping must not change the order.</summary>
    public BucketList Map(Func<int, int> toIndex)
    {
        var mapped = new BucketList();
        for (var i = 0; i < Count; i++)
        {
            var index = toIndex(indexes[i]);
            if (mapped.Count > 0 && mapped.indexes[^1] == index)
            {
                var sum = mapped.counts[^1];
                sum.Add(counts[i].Sum);
                sum.Add(counts[i].Lost);
                mapped.counts[^1] = sum;
            }
            else
            {
                mapped.indexes.Add(index);
                mapped.counts.Add(counts[i]);
            }
        }
        return mapped;
    }

    /// <summary>Removes the first buckets, which are those nearest to zero.</summary>
    public void RemoveFirst(int count)
    {
        indexes.RemoveRange(0, count);
        counts.RemoveRange(0, count);
    }

    public void Clear()
    {
        indexes.Clear();
        counts.Clear();
    }

    public void Scale(double factor)
    {
        for (var i = 0; i < Count; i++)
        {
            var sum = counts[i];
            sum.Scale(factor);
            counts[i] = sum;
        }
    }

    public void Divide(double divisor)
    {
        for (var i = 0; i < Count; i++)
        {
            var sum = counts[i];
            sum.Divide(divisor);
            counts[i] = sum;
        }
    }

    public bool HasInfinity()
    {
        foreach (var count in counts)
        {
            if (double.IsInfinity(count.Sum)) return true;
        }
        return false;
    }

    /// <summary>Spans and counts without empty buckets.</summary>
    public (BucketSpan[] Spans, double[] Counts) ToSpans()
    {
        var spans = new List<BucketSpan>();
        var kept = new List<double>();
        var end = 0;
        for (var i = 0; i < Count; i++)
        {
            var count = counts[i].FiniteTotal;
            if (count == 0) continue;
            if (spans.Count > 0 && indexes[i] == end) spans[^1] = spans[^1] with { Length = spans[^1].Length + 1 };
            else spans.Add(new(indexes[i] - end, 1));
            end = indexes[i] + 1;
            kept.Add(count);
        }
        return ([.. spans], [.. kept]);
    }

    public BucketList Copy()
    {
        var copy = new BucketList();
        copy.indexes.AddRange(indexes);
        copy.counts.AddRange(counts);
        return copy;
    }
}
