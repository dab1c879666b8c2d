using Pharos.Model.Samples;

namespace Pharos.Query.PromQL.Histograms;

/// <summary>The trim operators: <c>h &lt;/ x</c> keeps observations up to x, <c>h &gt;/ x</c> those above.</summary>
/// <remarks>A bucket that x cuts is split by interpolation; of a bucket without end on one side nothing is known, so it goes or stays whole.
/// The sum is estimated anew from the middles of what remains.</remarks>
static class HistogramTrim
{
    public static FloatHistogram Trim(FloatHistogram histogram, double at, bool keepsBelow)
    {
        var count = 0.0;
        var sum = 0.0;
        var changed = false;
        var positive = TrimSide(histogram.PositiveSpans, histogram.PositiveBuckets, isPositive: true, out var hasPositive);
        var negative = TrimSide(histogram.NegativeSpans, histogram.NegativeBuckets, isPositive: false, out var hasNegative);
        var zero = histogram.ZeroCount;
        if (zero > 0)
        {
            var (kept, middle) = TrimZero(histogram, at, keepsBelow, hasNegative, hasPositive);
            changed |= kept != zero;
            zero = kept;
            sum += middle * kept;
            count += kept;
        }
        if (!changed) return histogram;
        var (positiveSpans, positiveCounts) = positive.ToSpans();
        var (negativeSpans, negativeCounts) = negative.ToSpans();
        return histogram with
        {
            ZeroCount = zero, Count = count, Sum = sum,
            PositiveSpans = positiveSpans, PositiveBuckets = positiveCounts, NegativeSpans = negativeSpans, NegativeBuckets = negativeCounts,
        };

        BucketList TrimSide(BucketSpan[] spans, double[] counts, bool isPositive, out bool any)
        {
            var all = BucketList.Of(spans, counts);
            var kept = new BucketList();
            any = false;
            for (var i = 0; i < all.Count; i++)
            {
                if (all[i] == 0) continue;
                any = true;
                var lower = BucketBounds.Lower(all.Index(i), histogram.Schema, histogram.CustomValues);
                var upper = BucketBounds.Upper(all.Index(i), histogram.Schema, histogram.CustomValues);
                var bucket = isPositive ? new Bucket(lower, upper, all[i]) : new(-upper, -lower, all[i]);
                var (keptCount, middle) = TrimBucket(bucket, at, keepsBelow, isPositive, histogram.IsCustom);
                changed |= keptCount != bucket.Count;
                count += keptCount;
                sum += middle * keptCount;
                kept.Append(all.Index(i), keptCount);
            }
            return kept;
        }
    }

    static (double Kept, double Middle) TrimBucket(Bucket bucket, double at, bool keepsBelow, bool isPositive, bool isLinear)
    {
        var staysWhole = keepsBelow ? bucket.Upper <= at : bucket.Lower >= at;
        if (staysWhole) return (bucket.Count, Middle(bucket.Lower, bucket.Upper, isPositive, isLinear));
        var goesWhole = keepsBelow ? bucket.Lower >= at : bucket.Upper <= at;
        if (goesWhole) return (0, 0);
        if (double.IsInfinity(bucket.Lower) || double.IsInfinity(bucket.Upper)) return TrimEndless(bucket, at, keepsBelow);
        var below = CountBelow(bucket, at, isPositive, isLinear);
        return keepsBelow ? (below, Middle(bucket.Lower, at, isPositive, isLinear)) : (bucket.Count - below, Middle(at, bucket.Upper, isPositive, isLinear));
    }

    /// <summary>A custom bucket without end. From -Inf to a positive bound it is taken to start at zero, as quantiles do.</summary>
    static (double Kept, double Middle) TrimEndless(Bucket bucket, double at, bool keepsBelow)
    {
        if (double.IsNegativeInfinity(bucket.Lower))
        {
            var startsAtZero = bucket.Upper > 0 && !double.IsPositiveInfinity(bucket.Upper);
            if (keepsBelow)
            {
                if (at > 0 && startsAtZero) return (bucket.Count * at / bucket.Upper, at / 2);
                return bucket.Upper <= 0 ? (bucket.Count, at) : (0, 0);
            }
            return at >= 0 && startsAtZero ? (bucket.Count * (1 - at / bucket.Upper), (at + bucket.Upper) / 2) : (0, 0);
        }
        return keepsBelow ? (0, 0) : (bucket.Count, at);
    }

    static double CountBelow(Bucket bucket, double at, bool isPositive, bool isLinear)
    {
        if (isLinear) return bucket.Count * ((at - bucket.Lower) / (bucket.Upper - bucket.Lower));
        var logLower = Math.Log2(Math.Abs(bucket.Lower));
        var logUpper = Math.Log2(Math.Abs(bucket.Upper));
        var logAt = Math.Log2(Math.Abs(at));
        return bucket.Count * (isPositive ? (logAt - logLower) / (logUpper - logLower) : 1 - (logAt - logUpper) / (logLower - logUpper));
    }

    static (double Kept, double Middle) TrimZero(FloatHistogram histogram, double at, bool keepsBelow, bool hasNegative, bool hasPositive)
    {
        var lower = hasPositive && !hasNegative ? 0 : -histogram.ZeroThreshold;
        var upper = hasNegative && !hasPositive ? 0 : histogram.ZeroThreshold;
        var whole = (histogram.ZeroCount, (lower + upper) / 2);
        if (keepsBelow)
        {
            if (at <= lower) return (0, 0);
            return at >= upper ? whole : (histogram.ZeroCount * ((at - lower) / (upper - lower)), (lower + at) / 2);
        }
        if (at <= lower) return whole;
        return at >= upper ? (0, 0) : (histogram.ZeroCount * ((upper - at) / (upper - lower)), (at + upper) / 2);
    }

    static double Middle(double lower, double upper, bool isPositive, bool isLinear)
    {
        if (double.IsInfinity(lower)) return double.IsInfinity(upper) ? 0 : upper > 0 ? upper / 2 : upper;
        if (double.IsInfinity(upper)) return lower;
        if (isLinear) return (lower + upper) / 2;
        var geometric = Math.Sqrt(Math.Abs(lower * upper));
        return isPositive ? geometric : -geometric;
    }
}
