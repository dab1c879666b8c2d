using System.Globalization;

namespace Pharos.Tests.Server.Alerting.Intervals;

public sealed class TimeIntervalTests
{
    [Theory]
    [InlineData("weekdays: ['monday:friday']", "2026-01-02T12:00:00Z", true)]
    [InlineData("weekdays: ['Monday:Friday']", "2026-01-03T12:00:00Z", false)]
    [InlineData("times: [{start_time: '09:00', end_time: '17:00'}]", "2026-01-02T09:00:00Z", true)]
    [InlineData("times: [{start_time: '09:00', end_time: '17:00'}]", "2026-01-02T17:00:00Z", false)]
    [InlineData("times: [{start_time: '22:00', end_time: '24:00'}]", "2026-01-02T23:59:59Z", true)]
    [InlineData("days_of_month: ['-1']", "2026-02-28T00:00:00Z", true)]
    [InlineData("days_of_month: ['-1']", "2028-02-28T00:00:00Z", false)]
    [InlineData("days_of_month: ['29:31']", "2026-02-28T00:00:00Z", false)]
    [InlineData("days_of_month: ['1:31']", "2026-02-28T00:00:00Z", true)]
    [InlineData("months: ['january:march', '12']", "2026-12-01T00:00:00Z", true)]
    [InlineData("months: ['january:march']", "2026-04-01T00:00:00Z", false)]
    [InlineData("years: ['2020:2026']", "2026-12-31T23:59:59Z", true)]
    [InlineData("years: ['2020:2025']", "2026-01-01T00:00:00Z", false)]
    [InlineData("times: [{start_time: '09:00', end_time: '10:00'}]\n        location: Europe/Berlin", "2026-07-01T07:30:00Z", true)]
    [InlineData("times: [{start_time: '09:00', end_time: '10:00'}]\n        location: Europe/Berlin", "2026-01-01T07:30:00Z", false)]
    [InlineData("times: [{start_time: '02:00', end_time: '03:00'}]\n        location: Europe/Berlin", "2026-03-29T01:30:00Z", false)]
    [InlineData("weekdays: ['friday']\n        months: ['1']", "2026-01-03T12:00:00Z", false)]
    [InlineData("weekdays: []", "2026-01-03T12:00:00Z", false)]
    [InlineData("{}", "2026-01-03T12:00:00Z", true)]
    public void A_moment_is_in_a_span_when_every_condition_holds(string span, string now, bool expected)
    {
        var config = AlertmanagerFiles.Good($$"""
            route: {receiver: a}
            receivers: [{name: a}]
            time_intervals:
              - name: t
                time_intervals:
                  - {{span}}
            """);

        Assert.Equal(expected, config.TimeIntervals[0].Contains(DateTimeOffset.Parse(now, CultureInfo.InvariantCulture)));
    }
}
