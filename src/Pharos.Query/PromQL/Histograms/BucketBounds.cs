using Pharos.Model.Samples;

namespace Pharos.Query.PromQL.Histograms;

/// <summary>One bucket of a native histogram with its bounds: lower exclusive and upper inclusive for positive ones, mirrored for negative.</summary>
public readonly record struct Bucket(double Lower, double Upper, double Count);

/// <summary>Bounds of buckets by schema and index.</summary>
public static class BucketBounds
{
    /// <summary>The finest schema that is exponential; a coarser one uses every second, fourth and so on of its fractions.</summary>
    const int FinestSchema = 8;

    /// <summary>2^(i/256) / 2 for each i below 256.</summary>
    static readonly double[] Fractions = MakeFractions();

    /// <summary>Upper bound of positive bucket i: base^i with base = 2^(2^-schema), or the i-th custom bound (the last is +Inf).</summary>
    public static double Upper(int index, int schema, ReadOnlySpan<double> custom)
    {
        if (schema == FloatHistogram.CustomBucketsSchema) return index >= custom.Length ? double.PositiveInfinity : index < 0 ? double.NegativeInfinity : custom[index];
        if (schema < 0)
        {
            var power = (long)index << -schema;
            if (power == 1024) return double.MaxValue; // The bucket before the overflow bucket ends at the largest number, not at infinity.
            return power > 1024 ? double.PositiveInfinity : Math.ScaleB(1, (int)Math.Max(power, -2000));
        }
        var fraction = index & ((1L << schema) - 1);
        var exponent = (int)((long)index >> schema);
        if (fraction == 0 && exponent == 1024) return double.MaxValue;
        // Schemas above the finest are reserved: they are stored, but nobody has bounds to compare ours with.
        var half = schema <= FinestSchema ? Fractions[fraction << (FinestSchema - schema)] : Math.Pow(2, fraction / (double)(1L << schema)) / 2;
        return Math.ScaleB(half, exponent + 1);
    }

    public static double Lower(int index, int schema, ReadOnlySpan<double> custom) => Upper(index - 1, schema, custom);

    /// <summary>The index that a bucket has in a coarser schema.</summary>
    public static int Coarser(int index, int schema, int target) => ((index - 1) >> (schema - target)) + 1;

    /// <summary>All populated buckets in ascending order, the zero bucket between negative and positive ones.</summary>
    /// <remarks>A zero bucket that fell below zero (as in a delta) is left out, other buckets are not: so does Prometheus.</remarks>
    public static List<Bucket> All(FloatHistogram histogram)
    {
        var buckets = new List<Bucket>();
        AddSide(buckets, histogram, histogram.NegativeSpans, histogram.NegativeBuckets, isNegative: true);
        buckets.Reverse();
        if (histogram.ZeroCount > 0) buckets.Add(new(-histogram.ZeroThreshold, histogram.ZeroThreshold, histogram.ZeroCount));
        AddSide(buckets, histogram, histogram.PositiveSpans, histogram.PositiveBuckets, isNegative: false);
        return buckets;
    }

    /// <remarks>
    /// The values that Prometheus has, to the last bit, so that bounds of both can be joined and compared: products of the roots of two, larger ones
    /// first, of which the largest is the one below the nearest to the square root. The nearest would be up to four units of the last place higher.
    /// </remarks>
    static double[] MakeFractions()
    {
        var fractions = new double[1 << FinestSchema];
        fractions[0] = 0.5;
        var root = 2.0;
        for (var step = fractions.Length / 2; step > 0; step /= 2)
        {
            root = Math.Sqrt(root);
            var factor = step == fractions.Length / 2 ? Math.BitDecrement(root) : root;
            for (var i = step; i < fractions.Length; i += 2 * step) fractions[i] = fractions[i - step] * factor;
        }
        return fractions;
    }

    static void AddSide(List<Bucket> buckets, FloatHistogram histogram, BucketSpan[] spans, double[] counts, bool isNegative)
    {
        var index = 0;
        var at = 0;
        foreach (var span in spans)
        {
            index += span.Offset;
            for (var i = 0; i < span.Length && at < counts.Length; i++, index++, at++)
            {
                if (counts[at] == 0) continue;
                var lower = Lower(index, histogram.Schema, histogram.CustomValues);
                var upper = Upper(index, histogram.Schema, histogram.CustomValues);
                buckets.Add(isNegative ? new(-upper, -lower, counts[at]) : new(lower, upper, counts[at]));
            }
        }
    }
}
