using Pharos.Server.Load;


namespace Pharos.Tests.Server.Load;

public sealed class LatencyHistogramTests
{
    [Fact]
    public void A_percentile_is_never_below_the_truth_and_less_than_a_hundredth_above()
    {
        var random = new Random(7);
        var histogram = new LatencyHistogram();
        var recorded = Enumerable.Range(0, 20_000).Select(_ => (long)Math.Exp(random.NextDouble() * 20)).Order().ToList(); // 1 µs to 8 minutes.
        foreach (var us in recorded) histogram.Record(TimeSpan.FromMicroseconds(us));

        foreach (var quantile in (double[])[0.001, 0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 1])
        {
            var truth = recorded[(int)Math.Ceiling(quantile * recorded.Count) - 1];
            var told = histogram.Percentile(quantile).TotalMicroseconds;
            Assert.InRange(told, truth, truth * 1.01 + 1);
        }
        Assert.Equal(recorded[^1], histogram.Max.TotalMicroseconds);
        Assert.Equal(recorded[0], histogram.Min.TotalMicroseconds);
        Assert.Equal(recorded.Sum() / recorded.Count, histogram.Mean.TotalMicroseconds);
    }

    [Fact]
    public void Buckets_touch_without_gap_or_overlap()
    {
        for (var index = 0; index < 3_839; index++)
        {
            Assert.Equal(index, LatencyHistogram.IndexOf(LatencyHistogram.UpperEnd(index)));
            Assert.Equal(index + 1, LatencyHistogram.IndexOf(LatencyHistogram.UpperEnd(index) + 1));
        }
    }

    [Fact]
    public void What_no_clock_can_mean_is_kept_at_the_ends()
    {
        var histogram = new LatencyHistogram();
        histogram.Record(TimeSpan.FromSeconds(-1));
        histogram.Record(TimeSpan.MaxValue);

        Assert.Equal(TimeSpan.Zero, histogram.Min);
        Assert.InRange(histogram.Max.TotalHours, 19, 20);
        Assert.Equal(histogram.Max, histogram.Percentile(1));
    }

    [Fact]
    public void Without_a_recording_everything_is_zero_and_wrong_quantiles_are_refused()
    {
        var histogram = new LatencyHistogram();

        Assert.Equal((TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero), (histogram.Percentile(0.5), histogram.Min, histogram.Mean));
        Assert.Throws<ArgumentOutOfRangeException>(() => histogram.Percentile(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => histogram.Percentile(1.1));
    }

    [Fact]
    public async Task Threads_lose_no_count()
    {
        var histogram = new LatencyHistogram();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < 50_000; i++) histogram.Record(TimeSpan.FromMicroseconds(i % 100 + thread));
        })));

        Assert.Equal(200_000, histogram.Count);
        Assert.Equal(102, histogram.Max.TotalMicroseconds);
    }
}
