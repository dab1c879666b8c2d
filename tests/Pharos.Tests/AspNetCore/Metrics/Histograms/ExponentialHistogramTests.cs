using Pharos.AspNetCore.Metrics.Histograms;

namespace Pharos.Tests.AspNetCore.Metrics.Histograms;

public sealed class ExponentialHistogramTests
{
    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(1.0000001, 0, 1)]
    [InlineData(2, 0, 1)]
    [InlineData(0.5, 0, -1)]
    [InlineData(4, 1, 4)]
    [InlineData(3, 1, 4)]
    [InlineData(2.8, 1, 3)]
    [InlineData(16, -2, 1)]
    [InlineData(16.5, -2, 2)]
    [InlineData(0.0625, -2, -1)]
    [InlineData(1, 8, 0)]
    [InlineData(double.MaxValue, -4, 64)]
    [InlineData(double.Epsilon, -4, -67)]
    public void A_bucket_holds_what_is_above_its_lower_and_not_above_its_upper_bound(double value, int schema, int index) => Assert.Equal(index, ExponentialHistogram.IndexOf(value, schema));

    [Fact]
    public void At_every_schema_each_value_lies_within_its_bucket()
    {
        var random = new Random(20_261_121);
        for (var i = 0; i < 20_000; i++)
        {
            var value = Math.Exp(random.NextDouble() * 80 - 40);
            var schema = random.Next(-4, 9);
            var index = ExponentialHistogram.IndexOf(value, schema);
            var growth = Math.Pow(2, Math.Pow(2, -schema));
            Assert.InRange(value, Math.Pow(growth, index - 1) * (1 - 1e-12), Math.Pow(growth, index) * (1 + 1e-12));
        }
    }

    [Fact]
    public void A_range_that_is_too_wide_halves_the_resolution_and_loses_no_count()
    {
        var random = new Random(7);
        var values = Enumerable.Range(0, 5_000).Select(_ => (random.Next(2) * 2 - 1) * Math.Exp(random.NextDouble() * 30 - 15)).ToArray();
        var histogram = new ExponentialHistogram(8, 160);
        foreach (var value in values) histogram.Observe(value);
        histogram.Observe(0);

        Assert.InRange(histogram.Schema, -4, 7);
        Assert.InRange(histogram.Positive.Counts.Length, 1, 160);
        Assert.Equal(1, histogram.ZeroCount);
        // The simple reference: count by index at the schema that was found.
        foreach (var (buckets, sign) in (( ExponentialBuckets, int)[])[(histogram.Positive, 1), (histogram.Negative, -1)])
        {
            var expected = values.Where(value => Math.Sign(value) == sign).CountBy(value => ExponentialHistogram.IndexOf(Math.Abs(value), histogram.Schema)).ToDictionary();
            for (var i = 0; i < buckets.Counts.Length; i++) Assert.Equal(expected.GetValueOrDefault(buckets.First + i), buckets.Counts[i]);
            Assert.Equal(expected.Values.Sum(), buckets.Counts.ToArray().Sum());
        }
    }

    [Fact]
    public void All_numbers_there_are_fit_at_the_lowest_schema()
    {
        var histogram = new ExponentialHistogram(8, 10);
        foreach (var value in (double[])[1, double.MaxValue, 1e-30, double.Epsilon]) histogram.Observe(value);

        Assert.Equal(-4, histogram.Schema);
        Assert.Equal(1, histogram.ZeroCount); // Epsilon is within the threshold.
        Assert.Equal(3, histogram.Positive.Counts.ToArray().Sum());
    }
}
