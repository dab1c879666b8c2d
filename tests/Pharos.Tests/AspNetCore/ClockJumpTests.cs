using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Pharos.AspNetCore.CriticalAlerts;
using Pharos.AspNetCore.Database;
using Pharos.AspNetCore.Errors;
using Pharos.Tests.AspNetCore.Logs;
using Pharos.Tests.AspNetCore.Requests;

namespace Pharos.Tests.AspNetCore;

/// <summary>A clock on the wall that is set, by a person or by the network, spoils no duration, holds nothing back for ever and throws nothing.</summary>
public sealed class ClockJumpTests
{
    static readonly TimeSpan[] Jumps = [TimeSpan.FromDays(-400), TimeSpan.FromDays(400)];

    public static TheoryData<TimeSpan> EachJump => [.. Jumps];

    [Fact]
    public async Task Requests_have_the_durations_that_they_took()
    {
        var time = new FixedTime();
        await using var service = await SomeService.StartAsync(
            app => app.MapGet("/jump", async () =>
            {
                foreach (var jump in Jumps)
                {
                    time.Jump(jump);
                    await Task.Yield();
                }
            }),
            build: builder => builder.Services.AddSingleton<TimeProvider>(time));
        for (var i = 0; i < 5; i++)
        {
            time.Jump(Jumps[i % 2]);
            Assert.Equal(HttpStatusCode.OK, (await service.Client.GetAsync("/jump", Cancellation)).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await service.Client.GetAsync("/health/ready", Cancellation)).StatusCode);
        }

        var metrics = await service.Client.GetStringAsync("/metrics", Cancellation);
        var sum = double.Parse(Regex.Match(metrics, "http_request_duration_seconds_sum{endpoint=\"/jump\",method=\"GET\"} (.+)").Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.InRange(sum, 0, 30);
        Assert.Contains("http_request_duration_seconds_count{endpoint=\"/jump\",method=\"GET\"} 5\n", metrics, StringComparison.Ordinal);
        var lines = service.Lines.Where(line => line.TryGetProperty("duration_ms", out _)).ToList();
        Assert.True(lines.Count >= 10);
        Assert.All(lines, line => Assert.InRange(line.GetProperty("duration_ms").GetDouble(), 0, 30_000));
        Assert.All(service.Lines, line => Assert.Equal(JsonValueKind.String, line.GetProperty("timestamp").ValueKind));
    }

    [Fact]
    public async Task Statements_that_Npgsql_tells_of_have_the_durations_that_they_took()
    {
        await using var app = await RunningApplication.StartAsync();
        using var source = new ActivitySource("Npgsql");
        foreach (var jump in Jumps)
        {
            using var span = source.StartActivity("postgres")!;
            span.SetTag("db.query.text", "select 1");
            span.SetEndTime(span.StartTimeUtc + jump); // As a clock that jumps makes it.
        }

        var metrics = await app.MetricsAsync();
        Assert.Contains("db_query_duration_seconds_count{query_type=\"select\"} 2\n", metrics, StringComparison.Ordinal);
        Assert.InRange(double.Parse(Regex.Match(metrics, "db_query_duration_seconds_sum{query_type=\"select\"} (.+)").Groups[1].Value, CultureInfo.InvariantCulture), 0, 30);
    }

    [Theory]
    [MemberData(nameof(EachJump))]
    public void The_limits_of_an_error_server_end_when_they_should(TimeSpan jump)
    {
        var time = new FixedTime();
        var limits = new RateLimits(time);
        using var answer = new HttpResponseMessage(HttpStatusCode.TooManyRequests) { Headers = { RetryAfter = new(TimeSpan.FromSeconds(60)) } };
        limits.Learn(answer);
        time.Jump(jump);

        Assert.False(limits.Allows("error"));
        time.Now += TimeSpan.FromSeconds(61);
        Assert.True(limits.Allows("error"));
    }

    [Theory]
    [MemberData(nameof(EachJump))]
    public void An_alert_is_held_back_for_its_time_and_no_longer(TimeSpan jump)
    {
        var time = new FixedTime();
        var throttle = new AlertThrottle(new CriticalAlertOptions(), time);
        Assert.True(throttle.TryPass("down", AlertSeverity.Critical, out _));
        time.Jump(jump);

        Assert.False(throttle.TryPass("down", AlertSeverity.Critical, out _));
        time.Now += TimeSpan.FromMinutes(6);
        Assert.True(throttle.TryPass("down", AlertSeverity.Critical, out _));
    }

    [Theory]
    [MemberData(nameof(EachJump))]
    public void Slow_statements_are_told_again_after_at_most_a_minute(TimeSpan jump)
    {
        var time = new FixedTime();
        var lines = new KeptLog();
        var log = new SlowQueryLog(new DatabaseOptions { MaxSlowQueriesPerMinute = 1 }, time, new KeptLogger<SlowQueryLog>(lines));
        log.Tell(TimeSpan.FromSeconds(1), "select", "first");
        log.Tell(TimeSpan.FromSeconds(1), "select", "too many");
        time.Jump(jump);
        time.Now += TimeSpan.FromMinutes(1);
        log.Tell(TimeSpan.FromSeconds(1), "select", "later");

        Assert.Equal(["Slow query: 1000 ms, select: first", "1 more slow queries were not logged one by one; raise Pharos:Database:MaxSlowQueriesPerMinute to see them", "Slow query: 1000 ms, select: later"], lines.Lines);
    }

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;
}
