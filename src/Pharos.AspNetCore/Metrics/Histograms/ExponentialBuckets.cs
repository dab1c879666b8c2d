namespace Pharos.AspNetCore.Metrics.Histograms;

/// <summary>Counts of one sign in buckets whose bounds grow by 2^(2^-schema), with the resolution halved whenever they would be too many.</summary>
/// <remarks>
/// <para>Shape: bucket i holds (base^(i-1), base^i]. Merging two neighbours gives bucket ceil(i/2) of the next lower schema, so nothing is lost but resolution.</para>
/// <para>Threads: one at a time; the series locks.</para>
/// <para>Source: Prometheus' native histograms (standard schemas -4 to 8).</para>
/// </remarks>
sealed class ExponentialBuckets(int maxBuckets)
{
    long[] counts = [];

    /// <summary>Index of the first of <see cref="Counts"/>.</summary>
    public int First { get; private set; }

    public ReadOnlySpan<long> Counts => counts.AsSpan(0, Used);

    int Used { get; set; }

    /// <summary>Whether the bucket is there or fits beside those that are.</summary>
    public bool Fits(int index) => Used == 0 || Math.Max(First + Used - 1, index) - Math.Min(First, index) < maxBuckets;

    /// <summary>Counts one; the bucket must fit, or the schema be the lowest.</summary>
    public void Increment(int index)
    {
        if (Used == 0)
        {
            Reserve(1);
            (First, Used) = (index, 1);
        }
        else if (index < First)
        {
            var more = First - index;
            Reserve(Used + more);
            Array.Copy(counts, 0, counts, more, Used);
            Array.Clear(counts, 0, more);
            (First, Used) = (index, Used + more);
        }
        else if (index >= First + Used)
        {
            Reserve(index - First + 1);
            Array.Clear(counts, Used, index - First + 1 - Used);
            Used = index - First + 1;
        }
        counts[index - First]++;
    }

    /// <summary>Merges each two neighbours: the schema falls by one.</summary>
    public void Halve()
    {
        if (Used == 0) return;
        var first = (First + 1) >> 1;
        for (var i = 0; i < Used; i++)
        {
            var count = counts[i];
            counts[i] = 0; // Before the addition: the new place is at or before the old one.
            counts[((First + i + 1) >> 1) - first] += count;
        }
        (First, Used) = (first, ((First + Used - 1 + 1) >> 1) - first + 1);
    }

    void Reserve(int needed)
    {
        if (needed > counts.Length) Array.Resize(ref counts, Math.Max(needed, Math.Min(maxBuckets, counts.Length * 2)));
    }
}
