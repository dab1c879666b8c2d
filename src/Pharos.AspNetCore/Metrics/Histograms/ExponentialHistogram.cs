namespace Pharos.AspNetCore.Metrics.Histograms;

/// <summary>A native histogram: exponential buckets on both sides of a zero bucket, at the finest schema that its range of values allows.</summary>
/// <remarks>
/// <para>Limits: schemas 8 down to -4. Values within <see cref="ZeroThreshold"/> of zero are counted as zero.</para>
/// <para>Errors: only finite values; the caller sorts out the others. Threads: one at a time; the series locks.</para>
/// </remarks>
sealed class ExponentialHistogram(int maxSchema, int maxBuckets)
{
    public const int MinSchema = -4;

    /// <summary>2^-128, as Prometheus' own clients have it.</summary>
    public const double ZeroThreshold = 2.938735877055719e-39;

    /// <summary>For each schema above zero the upper bounds between 0.5 and 1, first 0.5.</summary>
    static readonly double[][] Mantissas = [.. Enumerable.Range(0, 9).Select(MantissaBounds)];

    public int Schema { get; private set; } = maxSchema;

    public long ZeroCount { get; private set; }

    public ExponentialBuckets Positive { get; } = new(maxBuckets);

    public ExponentialBuckets Negative { get; } = new(maxBuckets);

    public void Observe(double value)
    {
        var size = Math.Abs(value);
        if (size <= ZeroThreshold)
        {
            ZeroCount++;
            return;
        }
        var buckets = value > 0 ? Positive : Negative;
        var index = IndexOf(size, Schema);
        while (!buckets.Fits(index) && Schema > MinSchema)
        {
            Positive.Halve();
            Negative.Halve();
            Schema--;
            index = (index + 1) >> 1;
        }
        buckets.Increment(index);
    }

    /// <summary>The bucket of a positive finite number: the smallest i with value at most 2^(i * 2^-schema).</summary>
    internal static int IndexOf(double value, int schema)
    {
        // value = mantissa * 2^exponent with the mantissa in [0.5, 1): exact, where a logarithm would err at the bounds.
        var exponent = Math.ILogB(value) + 1;
        var mantissa = Math.ScaleB(value, -exponent);
        if (schema > 0)
        {
            var bounds = Mantissas[schema];
            var place = Array.BinarySearch(bounds, mantissa);
            return (place < 0 ? ~place : place) + ((exponent - 1) << schema);
        }
        var index = mantissa == 0.5 ? exponent - 1 : exponent;
        return (index + (1 << -schema) - 1) >> -schema;
    }

    static double[] MantissaBounds(int schema) => [.. Enumerable.Range(0, 1 << schema).Select(step => Math.Pow(2, (double)step / (1 << schema) - 1))];
}
