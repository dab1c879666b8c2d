using Pharos.Server.Timing;
using Pharos.Tests.Server.Rules;

namespace Pharos.Tests.Server.Timing;

public sealed class TimetableTests
{
    [Theory]
    [InlineData(0, 0, 100, 100)]
    [InlineData(0, 99, 100, 100)]
    [InlineData(0, 100, 100, 100)]
    [InlineData(0, 101, 100, 200)]
    [InlineData(0, 950, 100, 1000)]
    [InlineData(500, 0, 100, 600)]
    public void The_next_turn_is_one_of_its_own_row_and_those_that_passed_are_left_out(long lastMs, long nowMs, long intervalMs, long dueMs) =>
        Assert.Equal(dueMs, new Timetable(intervalMs, 0).Next(lastMs, nowMs));

    [Theory]
    [InlineData(0)]
    [InlineData(1_700_000_000_123)]
    [InlineData(-90_061_001)]
    public void Turns_are_an_interval_apart_at_an_offset_of_their_own(long nowMs)
    {
        var times = new Timetable(60_000, Timetable.Hash("/a.yml;one"));
        var first = times.First(nowMs);

        Assert.InRange(first, nowMs, nowMs + 59_999);
        Assert.Equal((first, first, first + 60_000), (times.First(first), times.Latest(first), times.First(first + 1)));
        Assert.Equal(first, times.Latest(first + 59_999));
        Assert.NotEqual(first, new Timetable(60_000, Timetable.Hash("/a.yml;two")).First(nowMs));
    }

    [Fact]
    public void Offsets_of_many_spread_over_the_interval()
    {
        var offsets = Enumerable.Range(0, 200).Select(i => new Timetable(60_000, Timetable.Hash($"/etc/rules.yml;group-{i}")).First(0) / 6_000).ToLookup(bin => bin);

        Assert.Equal(10, offsets.Count);
        Assert.All(offsets, bin => Assert.InRange(bin.Count(), 5, 40));
    }

    [Fact]
    public void The_offset_of_a_name_is_the_same_in_every_version() => Assert.Equal(0xaf63_dc4c_8601_ec8cUL, Timetable.Hash("a"));

    [Fact]
    public async Task Who_waits_for_a_turn_goes_on_when_the_clock_has_reached_it()
    {
        var time = new ManualTime(1_000);
        var waiting = Timetable.WaitAsync(time, 1_500, TestContext.Current.CancellationToken);

        time.Advance(TimeSpan.FromMilliseconds(499));
        Assert.False(waiting.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));
        await waiting;

        await Timetable.WaitAsync(time, 1_500, TestContext.Current.CancellationToken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Timetable.WaitAsync(time, 1_500, new CancellationToken(canceled: true)));
    }
}
