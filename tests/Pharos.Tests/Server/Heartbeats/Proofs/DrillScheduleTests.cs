using System.Globalization;
using Pharos.Server.Heartbeats.Proofs;

namespace Pharos.Tests.Server.Heartbeats.Proofs;

public sealed class DrillScheduleTests
{
    static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Theory]
    [InlineData(1, null, "2026-03-02T08:59:00Z", "2026-03-02T09:00:00Z")] // Never held: today's time, when it lies ahead.
    [InlineData(7, null, "2026-03-02T09:00:01Z", "2026-03-03T09:00:00Z")] // Or tomorrow's.
    [InlineData(7, "2026-03-02T09:00:00Z", "2026-03-02T09:00:01Z", "2026-03-09T09:00:00Z")]
    [InlineData(7, "2026-03-02T09:09:59Z", "2026-03-02T10:00:00Z", "2026-03-09T09:00:00Z")] // A late one does not move the next.
    [InlineData(7, "2026-03-24T09:00:00Z", "2026-03-25T00:00:00Z", "2026-03-31T08:00:00Z")] // Over the change to summer time it stays 10 o'clock.
    [InlineData(7, "2026-02-01T09:00:00Z", "2026-03-02T03:00:00Z", "2026-03-02T09:00:00Z")] // Missed for weeks: not at three in the night.
    public void The_next_drill_is_at_its_time_of_day(int everyDays, string? last, string from, string next)
    {
        var config = Every(everyDays, 10 * 60);

        Assert.Equal(Ms(next), DrillSchedule.NextMs(config, last is null ? null : Ms(last), Ms(from)));
    }

    [Theory]
    [InlineData("2026-03-29T00:00:00Z", 2 * 60 + 30, "2026-03-29T01:30:00Z")] // 02:30 does not exist on that day: 03:30 summer time.
    [InlineData("2026-10-25T00:00:00Z", 2 * 60 + 30, "2026-10-25T00:30:00Z")] // 02:30 comes twice: the first.
    public void Changes_of_the_clock_neither_skip_nor_repeat_one(string from, int atMinute, string next) =>
        Assert.Equal(Ms(next), DrillSchedule.NextMs(Every(1, atMinute), null, Ms(from)));

    [Theory]
    [InlineData("2026-03-02T08:59:59Z", "2026-03-02T09:00:00Z", true)]
    [InlineData("2026-03-02T09:00:00Z", "2026-03-02T09:00:01Z", false)] // It was seen at the look before.
    [InlineData("2026-03-02T08:59:59Z", "2026-03-02T09:10:00Z", true)] // A machine that was busy.
    [InlineData("2026-03-02T08:59:59Z", "2026-03-02T12:00:00Z", false)] // A machine that slept: nobody expects it now.
    [InlineData("2026-03-02T09:30:00Z", "2026-03-02T08:30:00Z", false)] // A clock that was set back.
    public void It_is_due_when_its_time_came_between_two_looks(string looked, string now, bool isDue) =>
        Assert.Equal(isDue, DrillSchedule.IsDue(Every(7, 10 * 60), null, Ms(looked), Ms(now)));

    [Fact]
    public void A_year_of_looks_each_second_near_it_and_each_hour_else_holds_one_each_week()
    {
        var config = Every(7, 10 * 60);
        var begun = new List<long>();
        var looked = Ms("2026-01-01T00:00:00Z");
        for (var now = looked; now < Ms("2027-01-01T00:00:00Z"); now += 600_000)
        {
            if (DrillSchedule.IsDue(config, begun.Count == 0 ? null : begun[^1], looked, now)) begun.Add(now);
            looked = now;
        }

        Assert.Equal(53, begun.Count); // Every Thursday of 2026.
        Assert.All(begun, at => Assert.Equal((DayOfWeek.Thursday, 10), (Local(at).DayOfWeek, Local(at).Hour)));
    }

    static DrillConfig Every(int days, int atMinute) => new() { EveryDays = days, AtMinute = atMinute, Zone = Berlin, ProvenWithin = TimeSpan.FromDays(2 * days) };

    static DateTimeOffset Local(long ms) => TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(ms), Berlin);

    static long Ms(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
}
