using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Pharos.AspNetCore;
using Pharos.AspNetCore.CriticalAlerts;
using Pharos.AspNetCore.Redaction;

namespace Pharos.Tests.AspNetCore.CriticalAlerts;

public sealed class CriticalAlertSenderTests : IAsyncLifetime
{
    readonly ConcurrentQueue<(string Path, JsonElement Body)> posts = new();
    readonly ListLogger logger = new();
    readonly ManualTime time = new();
    readonly PharosOptions options = new() { ServiceName = "quant-backend", Environment = "production" };
    Func<HttpContext, Task> answer = _ => Task.CompletedTask;
    WebApplication server = null!;
    CriticalAlertSender alerts = null!;

    static CancellationToken End => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        server = builder.Build();
        server.Run(async context =>
        {
            posts.Enqueue((context.Request.Path, (await JsonDocument.ParseAsync(context.Request.Body)).RootElement));
            await answer(context);
        });
        await server.StartAsync(End);
        var url = new Uri(server.Urls.First());
        (options.CriticalAlerts.AlertmanagerUrl, options.CriticalAlerts.SlackWebhookUrl, options.CriticalAlerts.PagerDutyRoutingKey) = (new(url, "/base/"), new(url, "/services/T0/B0/s3cret"), "r0uting");
        options.CriticalAlerts.PagerDutyUrl = new(url, "/v2/enqueue");
        alerts = new CriticalAlertSender(options, new Redactor(new()), time, logger);
    }

    public async ValueTask DisposeAsync()
    {
        alerts.Dispose();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task Each_destination_gets_the_payload_of_its_guide()
    {
        Assert.True(await alerts.RaiseAsync("Critical Error in Production", "Path: /orders?token=t1 <b>", details: new Dictionary<string, string> { ["order-id"] = "7", ["api_key"] = "k1" }, cancellationToken: End));

        Assert.Equal(
            """{"channel":"#alerts","username":"Pharos","icon_emoji":":robot_face:","attachments":[{"color":"#ff0000","fallback":"critical: Critical Error in Production","title":"Critical Error in Production","text":"Path: /orders?token=***REDACTED*** &lt;b&gt;","fields":[{"title":"Severity","value":"critical","short":true},{"title":"Source","value":"quant-backend","short":true},{"title":"order-id","value":"7","short":true},{"title":"api_key","value":"***REDACTED***","short":true}],"footer":"Environment: production","ts":1769860800}]}""",
            Body("/services/T0/B0/s3cret"));
        Assert.Equal(
            """{"routing_key":"r0uting","event_action":"trigger","dedup_key":"quant-backend/production/Critical Error in Production/critical","payload":{"summary":"Critical Error in Production","severity":"critical","source":"quant-backend","timestamp":"2026-01-31T12:00:00.000Z","custom_details":{"message":"Path: /orders?token=***REDACTED*** <b>","environment":"production","order-id":"7","api_key":"***REDACTED***"}}}""",
            Body("/v2/enqueue"));
        Assert.Equal(
            """[{"labels":{"alertname":"Critical Error in Production","severity":"critical","service":"quant-backend","environment":"production"},"annotations":{"summary":"Critical Error in Production","description":"Path: /orders?token=***REDACTED*** <b>","order_id":"7","api_key":"***REDACTED***"},"startsAt":"2026-01-31T12:00:00.000Z","endsAt":"2026-01-31T12:05:00.000Z"}]""",
            Body("/base/api/v2/alerts"));
        Assert.Empty(logger.Lines);
    }

    [Theory]
    [InlineData(AlertSeverity.Info, "#36a64f", "#low", false)]
    [InlineData(AlertSeverity.Warning, "#ff9900", "#alerts", false)]
    [InlineData(AlertSeverity.Error, "#ff0000", "#alerts", true)]
    [InlineData(AlertSeverity.Critical, "#ff0000", "#alerts", true)]
    public async Task Severity_decides_colour_channel_and_page(AlertSeverity severity, string colour, string channel, bool isPaged)
    {
        options.CriticalAlerts.SlackChannels[AlertSeverity.Info] = "#low";
        await alerts.RaiseAsync("t", "m", severity, cancellationToken: End);

        var slack = posts.Single(post => post.Path.StartsWith("/services", StringComparison.Ordinal)).Body;
        Assert.Equal($"{colour} {channel}", $"{slack.GetProperty("attachments")[0].GetProperty("color")} {slack.GetProperty("channel")}");
        Assert.Equal(isPaged, posts.Any(post => post.Path == "/v2/enqueue"));
    }

    [Fact]
    public async Task Destinations_are_told_only_from_their_environments()
    {
        options.Environment = "staging";
        options.CriticalAlerts.PagerDutyEnvironments.Add("Production");
        options.CriticalAlerts.SlackEnvironments.Add("STAGING");
        await alerts.RaiseAsync("t", "m", cancellationToken: End);

        Assert.Equal(["/base/api/v2/alerts", "/services/T0/B0/s3cret"], posts.Select(post => post.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_same_trouble_goes_out_once_in_a_while_and_tells_what_was_held_back()
    {
        options.CriticalAlerts.SlackWebhookUrl = null;
        options.CriticalAlerts.PagerDutyRoutingKey = null;
        Assert.True(await alerts.RaiseAsync("t", "1", cancellationToken: End));
        Assert.False(await alerts.RaiseAsync("t", "2", cancellationToken: End));
        Assert.True(await alerts.RaiseAsync("t", "3", AlertSeverity.Warning, cancellationToken: End));
        time.Advance(TimeSpan.FromMinutes(5));
        Assert.True(await alerts.RaiseAsync("t", "4", cancellationToken: End));

        Assert.Equal(["1", "3", "4"], posts.Select(post => post.Body[0].GetProperty("annotations").GetProperty("description").GetString()));
        Assert.Equal("1", posts.Last().Body[0].GetProperty("annotations").GetProperty("held_back").GetString());
        Assert.Contains(logger.Lines, line => line.StartsWith("Information Critical alert \"t\" was held back", StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_more_go_out_in_a_minute_than_set()
    {
        options.CriticalAlerts.MaxPerMinute = 3;
        var passed = 0;
        for (var at = 0; at < 20; at++) passed += await alerts.RaiseAsync($"trouble {at}", "m", cancellationToken: End) ? 1 : 0;
        time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(3, passed);
        Assert.True(await alerts.RaiseAsync("next", "m", cancellationToken: End));
        Assert.Equal("17", posts.Last(post => post.Path == "/base/api/v2/alerts").Body[0].GetProperty("annotations").GetProperty("held_back").GetString());
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(302)]
    public async Task A_destination_that_refuses_is_logged_without_secrets_and_the_next_try_is_free(int status)
    {
        answer = context => { context.Response.StatusCode = status; return Task.CompletedTask; };
        Assert.False(await alerts.RaiseAsync("t", "m", cancellationToken: End));
        answer = _ => Task.CompletedTask;

        Assert.Equal(3, logger.Lines.Count(line => line.Contains($"it answered {status}", StringComparison.Ordinal)));
        Assert.DoesNotContain(logger.Lines, line => line.Contains("s3cret", StringComparison.Ordinal) || line.Contains("r0uting", StringComparison.Ordinal));
        Assert.True(await alerts.RaiseAsync("t", "m", cancellationToken: End));
    }

    [Fact]
    public async Task A_stalled_destination_costs_five_seconds_and_never_throws()
    {
        var release = new TaskCompletionSource();
        answer = _ => release.Task;
        var start = Environment.TickCount64;
        Assert.False(await alerts.RaiseAsync("t", "m", cancellationToken: End));

        Assert.InRange(Environment.TickCount64 - start, 4_500, (long)Patience.Limit.TotalMilliseconds);
        Assert.Equal(3, logger.Lines.Count(line => line.EndsWith("it did not answer within 5 seconds", StringComparison.Ordinal)));
        release.SetResult();
    }

    [Fact]
    public async Task Destinations_that_are_down_hostile_input_and_a_caller_that_gives_up_never_throw()
    {
        Assert.False(await alerts.RaiseAsync("given up", "m", cancellationToken: new CancellationToken(true)));
        Assert.True(await alerts.RaiseAsync(null!, null!, (AlertSeverity)99, new Dictionary<string, string> { [""] = null!, ["\uD800\n"] = new string('x', 1 << 20) }, End));
        await server.StopAsync(End);
        Assert.False(await alerts.RaiseAsync("down", "m", cancellationToken: End));
        Assert.Contains(logger.Lines, line => line.StartsWith("Error A critical alert could not be sent to Slack", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_destination_the_log_says_so()
    {
        (options.CriticalAlerts.AlertmanagerUrl, options.CriticalAlerts.SlackWebhookUrl, options.CriticalAlerts.PagerDutyRoutingKey) = (null, null, null);

        Assert.False(await alerts.RaiseAsync("t", "m", cancellationToken: End));
        Assert.Equal(["Warning Critical alert \"t\" (critical) went nowhere: no destination is set up for it in Pharos:CriticalAlerts"], logger.Lines);
    }

    string Body(string path) => JsonSerializer.Serialize(posts.Single(post => post.Path == path).Body, new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    sealed class ListLogger : ILogger<CriticalAlertSender>
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Lines.Enqueue($"{logLevel} {formatter(state, exception)}");
    }

    sealed class ManualTime : TimeProvider
    {
        DateTimeOffset now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => now;

        public override long GetTimestamp() => now.UtcTicks;

        public void Advance(TimeSpan by) => now += by;
    }
}
