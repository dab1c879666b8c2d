using Pharos.Server.Load;


namespace Pharos.Tests.Server.Load;

public sealed class PacerTests
{
    [Theory]
    [InlineData(200, 120, 24_000)]
    [InlineData(0.5, 60, 30)]
    [InlineData(3, 1, 3)]
    [InlineData(0.1, 1, 1)] // One at once; the next would be after the end.
    [InlineData(33.3, 10, 333)]
    public void The_whole_plan_has_rate_times_duration(double rate, double seconds, long expected)
    {
        var pacer = new Pacer(rate, TimeSpan.FromSeconds(seconds));

        Assert.Equal(expected, pacer.Total);
        Assert.True(pacer.DueAt(pacer.Total - 1) < pacer.Duration);
        Assert.Equal(expected, pacer.DueBy(TimeSpan.FromDays(1)));
    }

    [Theory]
    [InlineData(7)]
    [InlineData(333.3)]
    [InlineData(200_000)]
    public void A_visit_is_due_exactly_from_its_time_on(double rate)
    {
        var pacer = new Pacer(rate, Timeout.InfiniteTimeSpan);
        foreach (var visit in (long[])[0, 1, 2, 10, 999, 1_000_003, 12_345_678_901])
        {
            var dueAt = pacer.DueAt(visit);
            Assert.InRange(pacer.DueBy(dueAt), visit + 1, visit + 1);
            Assert.InRange(pacer.DueBy(dueAt - TimeSpan.FromTicks(1)), 0, visit);
        }
    }

    [Fact]
    public void Before_the_start_nothing_is_due() => Assert.Equal(0, new Pacer(10, TimeSpan.FromSeconds(1)).DueBy(TimeSpan.FromSeconds(-1)));
}
