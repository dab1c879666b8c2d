using Pharos.Model.Samples;

namespace Pharos.Query.PromQL.Histograms;

/// <summary>When two native histograms are the same sample: all counts, layout and bounds; empty buckets and hints do not matter.</summary>
static class HistogramEquality
{
    public static bool AreEqual(FloatHistogram left, FloatHistogram right) =>
        left.Schema == right.Schema && SameNumber(left.Count, right.Count) && SameNumber(left.Sum, right.Sum)
        && left.ZeroThreshold == right.ZeroThreshold && SameNumber(left.ZeroCount, right.ZeroCount)
        && left.CustomValues.AsSpan().SequenceEqual(right.CustomValues)
        && SameBuckets(BucketList.Of(left.PositiveSpans, left.PositiveBuckets), BucketList.Of(right.PositiveSpans, right.PositiveBuckets))
        && SameBuckets(BucketList.Of(left.NegativeSpans, left.NegativeBuckets), BucketList.Of(right.NegativeSpans, right.NegativeBuckets));

    static bool SameNumber(double left, double right) => left.Equals(right) || left == right;

    static bool SameBuckets(BucketList left, BucketList right)
    {
        int i = 0, j = 0;
        while (true)
        {
            while (i < left.Count && left[i] == 0) i++;
            while (j < right.Count && right[j] == 0) j++;
            if (i == left.Count || j == right.Count) return i == left.Count && j == right.Count;
            if (left.Index(i) != right.Index(j) || !SameNumber(left[i], right[j])) return false;
            i++;
            j++;
        }
    }
}
