using Pharos.Server.Heartbeats;


namespace Pharos.Tests.Server.Heartbeats;

/// <summary>Times are in minutes.</summary>
public sealed class HeartbeatStateTests
{
    const long Minute = 60_000;
    const long Day = 1_440;

    static readonly ExpectedHeartbeatConfig Often = new() { Name = "often", Every = TimeSpan.FromMinutes(10), Grace = TimeSpan.FromMinutes(2) };
    static readonly ExpectedHeartbeatConfig Daily = new() { Name = "daily", Every = TimeSpan.FromDays(1), Grace = TimeSpan.FromHours(1) };

    [Fact]
    public void It_is_missing_when_interval_and_grace_have_passed_since_the_last_or_since_it_is_expected()
    {
        var fresh = new HeartbeatState(0);
        var came = fresh.Came(5 * Minute);

        Assert.Null(fresh.At(Often, (12 * Minute) - 1).MissingSinceMs);
        Assert.Equal(12 * Minute, fresh.At(Often, 12 * Minute).MissingSinceMs);
        Assert.Null(came.At(Often, (17 * Minute) - 1).MissingSinceMs);
        Assert.Equal(17 * Minute, came.At(Often, 30 * Minute).MissingSinceMs);
        Assert.Equal(17 * Minute, came.At(Often, 30 * Minute).At(Often, 40 * Minute).MissingSinceMs);
    }

    [Fact]
    public void It_is_back_as_soon_as_it_comes()
    {
        var missing = new HeartbeatState(0).At(Often, 20 * Minute);

        Assert.Equal((null, 32 * Minute), (missing.Came(20 * Minute).MissingSinceMs, missing.Came(20 * Minute).DueMs(Often)));
    }

    [Theory]
    [InlineData(9, 11, 22)] // The one at 10 may have come while nobody listened: the one at 20 is waited for.
    [InlineData(9, 35, 42)] // Also when several may have come.
    [InlineData(9, 39, 52)] // The one at 40 may have come a little early.
    [InlineData(2, 5, 12)] // Nothing was expected in that time.
    [InlineData(13, 14, 12)] // It was late before the absence began.
    public void An_absence_excuses_only_what_fell_into_it(long from, long until, long due) =>
        Assert.Equal(due * Minute, new HeartbeatState(-100, 0).AfterAbsence(Often, from * Minute, until * Minute).DueMs(Often));

    [Fact]
    public void A_server_that_restarts_each_night_misses_a_job_that_runs_by_day()
    {
        var state = new HeartbeatState(0, 12 * 60 * Minute); // It came at noon.
        for (var night = 1; night < 10; night++)
        {
            state = state.AfterAbsence(Daily, ((night * Day) + 180) * Minute, ((night * Day) + 181) * Minute).At(Daily, ((night * Day) + 181) * Minute);
        }

        Assert.Equal((Day + (13 * 60)) * Minute, state.MissingSinceMs);
    }

    [Fact]
    public void What_was_missing_before_an_absence_stays_missing() =>
        Assert.Equal(12 * Minute, new HeartbeatState(0, 0).At(Often, 13 * Minute).AfterAbsence(Often, 14 * Minute, 20 * Minute).MissingSinceMs);
}
