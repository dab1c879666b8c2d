namespace Pharos.Query.PromQL.Histograms;

/// <summary>Which buckets a wider zero bucket swallows.</summary>
static class ZeroBucket
{
    /// <summary>How many buckets on each side lie inside the threshold, and the threshold that results: one that cuts a populated bucket moves to its end.</summary>
    public static (int Positive, int Negative, double Threshold) Covered(BucketList positive, BucketList negative, int schema, double threshold)
    {
        while (true)
        {
            var (positiveCount, wider) = CoveredSide(positive, schema, threshold);
            if (wider > threshold) threshold = wider;
            var (negativeCount, widest) = CoveredSide(negative, schema, threshold);
            if (widest <= threshold) return (positiveCount, negativeCount, threshold);
            threshold = widest;
        }
    }

    static (int Count, double Threshold) CoveredSide(BucketList buckets, int schema, double threshold)
    {
        var count = 0;
        for (; count < buckets.Count; count++)
        {
            if (BucketBounds.Lower(buckets.Index(count), schema, []) >= threshold) break;
            var upper = BucketBounds.Upper(buckets.Index(count), schema, []);
            if (upper <= threshold) continue;
            return buckets[count] != 0 ? (count + 1, upper) : (count + 1, threshold);
        }
        return (count, threshold);
    }
}
