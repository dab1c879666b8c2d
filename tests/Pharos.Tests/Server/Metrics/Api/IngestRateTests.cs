using Pharos.Server.Metrics.Api;
using Pharos.Tests.Server.Rules;

namespace Pharos.Tests.Server.Metrics.Api;

public sealed class IngestRateTests
{
    readonly ManualTime time = new(1_000_000);

    [Fact]
    public void A_burst_between_two_questions_is_no_rate()
    {
        var rate = new IngestRate(time);
        time.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal(100, rate.Observe(120_000), 6);

        time.Advance(TimeSpan.FromMilliseconds(200));

        Assert.Equal(101_000 / 1_000.0, rate.Observe(121_220), 0); // A scrape of 1,220 samples came in between.
    }

    [Fact]
    public void Who_asks_all_the_time_gets_the_mean_of_the_last_minute()
    {
        var rate = new IngestRate(time);
        for (var second = 1; second <= 600; second++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            rate.Observe(second <= 500 ? second * 10L : 5_000);
        }

        Assert.Equal(0, rate.Observe(5_000));
    }

    [Fact]
    public void In_the_first_minute_it_is_the_mean_since_the_start()
    {
        var rate = new IngestRate(time);
        Assert.Equal(0, rate.Observe(0));

        time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(50, rate.Observe(500));
    }
}
