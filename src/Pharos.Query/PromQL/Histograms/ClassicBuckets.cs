namespace Pharos.Query.PromQL.Histograms;

/// <summary>One bucket of a classic histogram: how many observations were at most the bound.</summary>
record struct ClassicBucket(double UpperBound, double Count);

/// <summary>Quantiles and fractions of classic (<c>le</c>) histograms.</summary>
static class ClassicBuckets
{
    /// <summary>Differences up to this share of the count are rounding of the sums before us, not observations.</summary>
    const double Tolerance = 1e-12;

    /// <summary>What had to be mended so that counts ascend: the range of bounds and the largest difference. Null: nothing.</summary>
    public readonly record struct Mending(double MinBucket, double MaxBucket, double MaxDifference);

    public static double Quantile(double q, List<ClassicBucket> buckets, out Mending? mending)
    {
        mending = null;
        if (double.IsNaN(q)) return double.NaN;
        if (q < 0) return double.NegativeInfinity;
        if (q > 1) return double.PositiveInfinity;
        if (!Prepare(buckets)) return double.NaN;
        mending = Mend(buckets);
        if (buckets.Count < 2) return double.NaN;
        var observations = buckets[^1].Count;
        if (observations == 0) return double.NaN;
        var rank = q * observations;
        var at = 0;
        while (at < buckets.Count - 1 && !(buckets[at].Count >= rank)) at++;
        if (at == buckets.Count - 1) return buckets[^2].UpperBound;
        if (at == 0 && buckets[0].UpperBound <= 0) return buckets[0].UpperBound;
        var start = 0.0;
        var end = buckets[at].UpperBound;
        var count = buckets[at].Count;
        if (at > 0)
        {
            start = buckets[at - 1].UpperBound;
            count -= buckets[at - 1].Count;
            rank -= buckets[at - 1].Count;
        }
        return start + (end - start) * (rank / count);
    }

    /// <summary>The share of observations between two bounds. Counts are taken as they are, so that a share can be negative where they fall.</summary>
    public static double Fraction(double lower, double upper, List<ClassicBucket> buckets)
    {
        if (!Prepare(buckets)) return double.NaN;
        var observations = buckets[^1].Count;
        if (observations == 0 || double.IsNaN(lower) || double.IsNaN(upper)) return double.NaN;
        if (lower >= upper) return 0;
        var rank = 0.0;
        double? lowerRank = null;
        double? upperRank = null;
        for (var i = 0; i < buckets.Count; i++)
        {
            var start = i > 0 ? buckets[i - 1].UpperBound : buckets[0].UpperBound > 0 ? 0 : double.NegativeInfinity;
            var end = buckets[i].UpperBound;
            lowerRank ??= Rank(lower);
            upperRank ??= Rank(upper);
            if (lowerRank is not null && upperRank is not null) break;
            rank = buckets[i].Count;

            double? Rank(double bound)
            {
                if (start >= bound) return rank;
                if (end <= bound) return null;
                if (double.IsNegativeInfinity(start)) return buckets[i].Count; // Nothing is known inside a bucket without end: it counts on neither side.
                if (double.IsPositiveInfinity(end)) return rank;
                return rank + (buckets[i].Count - rank) * (bound - start) / (end - start);
            }
        }
        return (Math.Min(upperRank ?? observations, observations) - Math.Min(lowerRank ?? observations, observations)) / observations;
    }

    /// <summary>Sorts and merges equal bounds; false when there is no +Inf bucket.</summary>
    static bool Prepare(List<ClassicBucket> buckets)
    {
        buckets.Sort(static (left, right) => left.UpperBound.CompareTo(right.UpperBound));
        if (buckets.Count == 0 || !double.IsPositiveInfinity(buckets[^1].UpperBound)) return false;
        var kept = 0;
        for (var i = 1; i < buckets.Count; i++)
        {
            if (buckets[i].UpperBound == buckets[kept].UpperBound) buckets[kept] = buckets[kept] with { Count = buckets[kept].Count + buckets[i].Count };
            else buckets[++kept] = buckets[i];
        }
        buckets.RemoveRange(kept + 1, buckets.Count - kept - 1);
        return true;
    }

    /// <summary>Makes counts ascend. Tiny differences are levelled silently; others are told.</summary>
    static Mending? Mend(List<ClassicBucket> buckets)
    {
        Mending? mending = null;
        var previous = buckets[0].Count;
        for (var i = 1; i < buckets.Count; i++)
        {
            var current = buckets[i].Count;
            if (current == previous) continue;
            if (IsAlmost(previous, current))
            {
                buckets[i] = buckets[i] with { Count = previous };
                continue;
            }
            if (current < previous)
            {
                var bound = buckets[i].UpperBound;
                var difference = previous - current;
                mending = mending is { } old ? new(Math.Min(old.MinBucket, bound), Math.Max(old.MaxBucket, bound), Math.Max(old.MaxDifference, difference)) : new(bound, bound, difference);
                buckets[i] = buckets[i] with { Count = previous };
                continue;
            }
            previous = current;
        }
        return mending;
    }

    static bool IsAlmost(double left, double right)
    {
        if (double.IsNaN(left) || double.IsNaN(right)) return double.IsNaN(left) && double.IsNaN(right);
        var magnitude = Math.Abs(left) + Math.Abs(right);
        return Math.Abs(left - right) / Math.Min(magnitude, double.MaxValue) < Tolerance;
    }
}
