using Pharos.Model.Samples;
using Pharos.Query.PromQL.Numbers;

namespace Pharos.Query.PromQL.Histograms;

/// <summary>What NaN observations did to a result.</summary>
enum NaNEffect : byte
{
    None,
    ResultIsNaN,
    ResultIsSkewed,
}

/// <summary>Quantiles, fractions and moments of native histograms, interpolated inside a bucket: exponentially, or linearly for custom and zero buckets.</summary>
static class NativeQuantile
{
    public static double Quantile(double q, FloatHistogram histogram, out NaNEffect effect)
    {
        effect = NaNEffect.None;
        if (q < 0) return double.NegativeInfinity;
        if (q > 1) return double.PositiveInfinity;
        if (histogram.Count == 0 || double.IsNaN(q)) return double.NaN;
        var hasNaN = double.IsNaN(histogram.Sum);
        var forward = hasNaN || q < 0.5; // From the nearer end, for precision; NaN observations are in no bucket, so only forward ranks are right.
        var rank = forward ? q * histogram.Count : (1 - q) * histogram.Count;
        var buckets = BucketBounds.All(histogram);
        var count = 0.0;
        Bucket bucket = default;
        for (var i = 0; i < buckets.Count; i++)
        {
            bucket = buckets[forward ? i : buckets.Count - 1 - i];
            count += bucket.Count;
            if (count >= rank) break;
        }
        if (histogram.IsCustom)
        {
            if (double.IsNegativeInfinity(bucket.Lower))
            {
                if (bucket.Upper <= 0) return bucket.Upper;
                bucket = bucket with { Lower = 0 };
            }
            else if (double.IsPositiveInfinity(bucket.Upper))
            {
                return bucket.Lower;
            }
        }
        else
        {
            bucket = OneSidedZero(bucket, histogram);
        }
        count = Math.Min(count, histogram.Count); // Inexact bucket counts may add up to a little more.
        if (count < rank)
        {
            if (hasNaN)
            {
                effect = NaNEffect.ResultIsNaN; // The rank lies among the NaN observations.
                return double.NaN;
            }
            return bucket.Upper;
        }
        if (hasNaN) effect = NaNEffect.ResultIsSkewed;
        rank = forward ? rank - (count - bucket.Count) : count - rank;
        var fraction = rank / bucket.Count;
        if (histogram.IsCustom || (bucket.Lower <= 0 && bucket.Upper >= 0)) return bucket.Lower + (bucket.Upper - bucket.Lower) * fraction;
        var logLower = Math.Log2(Math.Abs(bucket.Lower));
        var logUpper = Math.Log2(Math.Abs(bucket.Upper));
        return bucket.Lower > 0
            ? Math.Pow(2, logLower + (logUpper - logLower) * fraction)
            : -Math.Pow(2, logUpper + (logLower - logUpper) * (1 - fraction));
    }

    /// <summary>The share of observations in (lower, upper].</summary>
    public static double Fraction(double lower, double upper, FloatHistogram histogram)
    {
        if (histogram.Count == 0 || double.IsNaN(lower) || double.IsNaN(upper)) return double.NaN;
        if (lower >= upper) return 0;
        var below = 0.0;
        double? lowerRank = null;
        double? upperRank = null;
        foreach (var each in BucketBounds.All(histogram))
        {
            var isZero = !histogram.IsCustom && each.Lower < 0 && each.Upper > 0;
            var bucket = isZero ? OneSidedZero(each, histogram) : each;
            if (histogram.IsCustom && double.IsNegativeInfinity(bucket.Lower) && bucket.Upper > 0) bucket = bucket with { Lower = 0 }; // As for classic histograms.
            lowerRank ??= Rank(lower);
            upperRank ??= Rank(upper);
            if (lowerRank is not null && upperRank is not null) break;
            below += bucket.Count;

            double? Rank(double bound)
            {
                if (bucket.Lower >= bound) return below;
                if (bucket.Upper <= bound) return null;
                if (histogram.IsCustom || isZero)
                {
                    if (double.IsInfinity(bucket.Upper) || double.IsInfinity(bucket.Lower)) return double.IsInfinity(bucket.Upper) ? below : below + bucket.Count;
                    return below + bucket.Count * (bound - bucket.Lower) / (bucket.Upper - bucket.Lower);
                }
                var logLower = Math.Log2(Math.Abs(bucket.Lower));
                var logUpper = Math.Log2(Math.Abs(bucket.Upper));
                var logBound = Math.Log2(Math.Abs(bound));
                var fraction = bound > 0 ? (logBound - logLower) / (logUpper - logLower) : 1 - (logBound - logUpper) / (logLower - logUpper);
                return below + bucket.Count * fraction;
            }
        }
        return (Math.Min(upperRank ?? below, histogram.Count) - Math.Min(lowerRank ?? below, histogram.Count)) / histogram.Count;
    }

    /// <summary>The variance, each bucket taken at its middle: geometric for exponential buckets, arithmetic for custom ones.</summary>
    public static double Variance(FloatHistogram histogram)
    {
        var mean = histogram.Sum / histogram.Count;
        var variance = new Kahan();
        foreach (var bucket in BucketBounds.All(histogram))
        {
            double middle;
            if (histogram.IsCustom) middle = (bucket.Upper + bucket.Lower) / 2;
            else if (bucket.Lower <= 0 && bucket.Upper >= 0) middle = 0;
            else middle = bucket.Upper < 0 ? -Math.Sqrt(bucket.Upper * bucket.Lower) : Math.Sqrt(bucket.Upper * bucket.Lower);
            var delta = middle - mean;
            variance.Add(bucket.Count * delta * delta);
        }
        return variance.Total / histogram.Count;
    }

    /// <summary>The zero bucket of a histogram with observations on one side only ends at zero on the other.</summary>
    static Bucket OneSidedZero(Bucket bucket, FloatHistogram histogram)
    {
        if (bucket.Lower >= 0 || bucket.Upper <= 0) return bucket;
        var hasNegative = histogram.NegativeBuckets.Length > 0;
        var hasPositive = histogram.PositiveBuckets.Length > 0;
        if (hasPositive && !hasNegative) return bucket with { Lower = 0 };
        if (hasNegative && !hasPositive) return bucket with { Upper = 0 };
        return bucket;
    }
}
