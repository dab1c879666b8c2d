using System.Net;
using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pharos.AspNetCore;
using Pharos.AspNetCore.Errors;
using Pharos.Tests.AspNetCore.Requests;

namespace Pharos.Tests.AspNetCore.Errors;

public sealed class ErrorReportTests
{
    static CancellationToken End => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_exception_that_nobody_catches_is_reported_with_all_that_belongs_to_it()
    {
        await using var server = await EnvelopeServer.StartAsync();
        await using var service = await StartAsync(server, app => app.MapGet("/orders/{id}", async (int id, HttpContext context, ILoggerFactory loggers) =>
        {
            context.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim("sub", "user-456"), new Claim(ClaimTypes.Name, "Ann")], "test"));
            loggers.CreateLogger("Shop").LogInformation("Looked up {Id} with {Password}", id, "hunter2");
            await PayAsync();
        }));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/orders/7?api_key=k1&x=1") { Headers = { { "Authorization", "Bearer b1" }, { "Cookie", "c=c1" }, { "X-Forwarded-For", "1.2.3.4" }, { "X-Request-ID", "req-1" } } };
        var answer = await service.Client.SendAsync(request, End);
        var report = await server.NextAsync("event");

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Equal("error shop@1.2.3 production csharp GET /orders/{id}", $"{report.GetProperty("level")} {report.GetProperty("release")} {report.GetProperty("environment")} {report.GetProperty("platform")} {report.GetProperty("transaction")}");
        var values = report.GetProperty("exception").GetProperty("values");
        Assert.Equal(["TimeoutException: card terminal", "InvalidOperationException: payment with token=***REDACTED*** failed"], values.EnumerateArray().Select(value => $"{value.GetProperty("type")}: {value.GetProperty("value")}"));
        var outer = values[1];
        Assert.Equal("""{"type":"aspnetcore","handled":false,"exception_id":0}""", outer.GetProperty("mechanism").GetRawText());
        Assert.Equal(0, values[0].GetProperty("mechanism").GetProperty("parent_id").GetInt32());
        var frame = outer.GetProperty("stacktrace").GetProperty("frames").EnumerateArray().Last();
        Assert.Equal("PayAsync Pharos.Tests.AspNetCore.Errors.ErrorReportTests True", $"{frame.GetProperty("function")} {frame.GetProperty("module")} {frame.GetProperty("in_app")}");
        Assert.Equal("ErrorReportTests.cs", frame.GetProperty("filename").GetString());
        Assert.True(frame.GetProperty("lineno").GetInt32() > 1);
        var asked = report.GetProperty("request");
        Assert.Equal("GET", asked.GetProperty("method").GetString());
        Assert.EndsWith("/orders/7", asked.GetProperty("url").GetString(), StringComparison.Ordinal);
        Assert.Equal("api_key=***REDACTED***&x=1", asked.GetProperty("query_string").GetString());
        Assert.Equal("user-456", report.GetProperty("user").GetProperty("id").GetString());
        Assert.Equal("req-1 eu", $"{report.GetProperty("tags").GetProperty("request_id")} {report.GetProperty("tags").GetProperty("region")}");
        Assert.Contains(report.GetProperty("breadcrumbs").GetProperty("values").EnumerateArray(), crumb => crumb.GetProperty("category").GetString() == "Shop");
        Assert.Equal(32, report.GetProperty("contexts").GetProperty("trace").GetProperty("trace_id").GetString()!.Length);
        var text = report.GetRawText();
        Assert.DoesNotContain("hunter2", text, StringComparison.Ordinal);
        foreach (var personal in new[] { "b1", "c1", "1.2.3.4", "k1", "t0p", "Ann" }) Assert.DoesNotContain($"\"{personal}\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("t0p", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Logged_and_thrown_and_handled_it_is_one_report()
    {
        await using var server = await EnvelopeServer.StartAsync();
        await using var service = await StartAsync(server, app =>
        {
            app.UseExceptionHandler(handler => handler.Run(context => context.Response.WriteAsync("sorry")));
            app.MapGet("/", void (ILoggerFactory loggers) =>
            {
                try
                {
                    throw new InvalidOperationException("once");
                }
                catch (InvalidOperationException fault)
                {
                    loggers.CreateLogger("Shop").LogError(fault, "Failed {Step}", "here");
                    throw;
                }
            });
        });
        await service.Client.GetAsync("/", End);
        await service.App.Services.GetRequiredService<ErrorReporter>().Sender.FlushAsync(Patience.Limit);

        var report = Assert.Single(server.Of("event"));
        Assert.Equal("Failed here Failed {Step} here", $"{report.GetProperty("logentry").GetProperty("formatted")} {report.GetProperty("logentry").GetProperty("message")} {report.GetProperty("extra").GetProperty("Step")}");
        Assert.Empty(server.Faults);
    }

    [Fact]
    public async Task Errors_logged_outside_requests_are_reported_and_lesser_levels_are_not()
    {
        await using var server = await EnvelopeServer.StartAsync();
        await using var service = await StartAsync(server);
        var logger = service.App.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Job");
        logger.LogWarning("a warning");
        logger.LogCritical("The {Secret} job died", "s3cr3t");
        var report = await server.NextAsync("event");

        Assert.Equal("fatal Job The ***REDACTED*** job died", $"{report.GetProperty("level")} {report.GetProperty("logger")} {report.GetProperty("logentry").GetProperty("formatted")}");
        Assert.Equal("***REDACTED***", report.GetProperty("extra").GetProperty("Secret").GetString());
        Assert.Contains(report.GetProperty("breadcrumbs").GetProperty("values").EnumerateArray(), crumb => crumb.GetProperty("message").GetString() == "a warning");
        Assert.False(report.TryGetProperty("request", out _));
    }

    [Fact]
    public async Task Personal_data_goes_out_only_when_asked_and_still_without_secrets()
    {
        await using var server = await EnvelopeServer.StartAsync();
        await using var service = await StartAsync(server, app => app.MapGet("/", void () => throw new InvalidOperationException()), options => options.Errors.SendDefaultPii = true);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "Authorization", "Bearer b1" }, { "Cookie", "c=c1" }, { "X-Own", "own" } } };
        await service.Client.SendAsync(request, End);
        var report = await server.NextAsync("event");

        var asked = report.GetProperty("request");
        Assert.Equal("c=c1 own ***REDACTED***", $"{asked.GetProperty("cookies")} {asked.GetProperty("headers").GetProperty("X-Own")} {asked.GetProperty("headers").GetProperty("Authorization")}");
        Assert.Equal("127.0.0.1", report.GetProperty("user").GetProperty("ip_address").GetString());
    }

    [Fact]
    public async Task BeforeSend_comes_after_the_scrubbing_and_may_change_drop_or_throw()
    {
        await using var server = await EnvelopeServer.StartAsync();
        string? seen = null;
        await using var service = await StartAsync(server, configure: options => options.Errors.BeforeSend = report =>
        {
            seen ??= report.Message;
            report.Tags["changed"] = "yes";
            return report.Message switch { "drop" => null, "throw" => throw new FormatException(), _ => report };
        });
        var logger = service.App.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Job");
        foreach (var message in new[] { "password=x", "drop", "throw", "last" }) logger.LogError("{Message}", message);
        await server.NextAsync("event", 1);
        var losses = await server.NextAsync("client_report");

        Assert.Equal("password=***REDACTED***", seen);
        Assert.Equal(["password=***REDACTED***", "last"], server.Of("event").Select(report => report.GetProperty("logentry").GetProperty("formatted").GetString()));
        Assert.Equal("yes", server.Of("event")[0].GetProperty("tags").GetProperty("changed").GetString());
        Assert.Equal("before_send error 2", $"{losses.GetProperty("discarded_events")[0].GetProperty("reason")} {losses.GetProperty("discarded_events")[0].GetProperty("category")} {losses.GetProperty("discarded_events")[0].GetProperty("quantity")}");
        Assert.Contains("BeforeSend threw", service.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exceptions_with_cycles_faults_and_many_inner_ones_are_reported()
    {
        await using var server = await EnvelopeServer.StartAsync();
        await using var service = await StartAsync(server);
        var logger = service.App.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Job");
        var inner = new InvalidOperationException("inner");
        typeof(Exception).GetField("_innerException", System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)!.SetValue(inner, new InvalidOperationException("outer", inner));
        logger.LogError(inner, "cycle");
        logger.LogError(new AggregateException(Enumerable.Range(0, 100).Select(number => new Faulty())), "many");
        var cycle = await server.NextAsync("event");
        var many = (await server.NextAsync("event", 1)).GetProperty("exception").GetProperty("values");

        Assert.Equal(["outer", "inner"], cycle.GetProperty("exception").GetProperty("values").EnumerateArray().Select(value => value.GetProperty("value").GetString()));
        Assert.Equal(16, many.GetArrayLength());
        Assert.True(many[15].GetProperty("mechanism").GetProperty("is_exception_group").GetBoolean());
        Assert.Equal("InnerExceptions[0]", many[14].GetProperty("mechanism").GetProperty("source").GetString());
    }

    [Fact]
    public async Task A_full_queue_drops_and_a_stalled_server_holds_no_request_up()
    {
        var release = new TaskCompletionSource();
        await using var server = await EnvelopeServer.StartAsync();
        server.Answer = _ => release.Task;
        await using var service = await StartAsync(server, app => app.MapGet("/", void () => throw new InvalidOperationException()), options => options.Errors.QueueLength = 2);
        var start = Environment.TickCount64;
        for (var at = 0; at < 20; at++) await service.Client.GetAsync("/", End);

        Assert.InRange(Environment.TickCount64 - start, 0, 150_000); // If each waited for its report, which is given up after 10 s, it would be 200 s.
        // For whatever reason: on a busy machine some are given up by the clock before the queue is full.
        var discarded = (await service.Client.GetStringAsync("/metrics", End)).Split('\n').Where(line => line.StartsWith("error_reports_discarded_total{", StringComparison.Ordinal));
        Assert.InRange(discarded.Sum(line => int.Parse(line[(line.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture)), 15, 20);
        release.SetResult();
    }

    [Theory]
    [InlineData(500)]
    [InlineData(413)]
    public async Task A_server_that_refuses_is_told_of_the_loss_later_and_the_log_at_once(int status)
    {
        await using var server = await EnvelopeServer.StartAsync();
        server.Answer = context => { context.Response.StatusCode = status; return Task.CompletedTask; };
        await using var service = await StartAsync(server);
        var reporter = service.App.Services.GetRequiredService<ErrorReporter>();
        var logger = service.App.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Job");
        logger.LogError("first");
        Assert.True(await reporter.Sender.FlushAsync(Patience.Limit));
        server.Answer = null;
        logger.LogError("second");
        var losses = await server.NextAsync("client_report");

        Assert.Equal("send_error", losses.GetProperty("discarded_events")[0].GetProperty("reason").GetString());
        Assert.Contains($"it answered {status}", service.Log, StringComparison.Ordinal);
        Assert.Equal("second", Assert.Single(server.Of("event")).GetProperty("logentry").GetProperty("formatted").GetString());
    }

    [Fact]
    public async Task A_server_that_is_down_costs_the_report_and_nothing_else()
    {
        using var nobody = new ClosedPort();
        await using var service = await SomeService.StartAsync(
            app => app.MapGet("/", void () => throw new InvalidOperationException()),
            options => options.Errors.Dsn = $"http://0123456789abcdef0123456789abcdef@127.0.0.1:{nobody.Number}/42");
        var answer = await service.Client.GetAsync("/", End);
        var sender = service.App.Services.GetRequiredService<ErrorReporter>().Sender;

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.True(await sender.FlushAsync(Patience.Limit));
        Assert.Contains("error_reports_discarded_total{reason=\"network_error\"} 1\n", await service.Client.GetStringAsync("/metrics", End), StringComparison.Ordinal);
        Assert.Contains("could not be sent", service.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_end_of_the_service_sends_what_is_queued_within_its_time()
    {
        await using var server = await EnvelopeServer.StartAsync();
        var service = await StartAsync(server, configure: options => options.Errors.ShutdownTimeout = TimeSpan.FromMinutes(1));
        var logger = service.App.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Job");
        for (var at = 0; at < 50; at++) logger.LogError("at the end {At}", at);
        await service.DisposeAsync();

        Assert.Equal(50, server.Of("event").Count);
        logger.LogError("after the end");
    }

    [Fact]
    public async Task Endless_messages_make_no_endless_report()
    {
        await using var server = await EnvelopeServer.StartAsync();
        await using var service = await StartAsync(server);
        var logger = service.App.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Job");
        var endless = new string('x', 1 << 20);
        for (var i = 0; i < 100; i++) logger.LogInformation("{Text}", endless);
        logger.LogError("{Text}", endless);

        Assert.InRange((await server.NextAsync("event")).GetRawText().Length, 100_000, 1_000_000);
    }

    [Fact]
    public async Task A_sample_rate_of_zero_reports_nothing()
    {
        await using var server = await EnvelopeServer.StartAsync();
        await using var service = await StartAsync(server, configure: options => options.Errors.SampleRate = 0);
        service.App.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Job").LogError("x");
        await service.App.Services.GetRequiredService<ErrorReporter>().Sender.FlushAsync(Patience.Limit);

        Assert.Equal(0, server.Posts);
    }

    internal static Task<SomeService> StartAsync(EnvelopeServer server, Action<WebApplication>? map = null, Action<PharosOptions>? configure = null) => SomeService.StartAsync(
        map ?? (_ => { }),
        options =>
        {
            (options.ServiceName, options.Errors.Dsn, options.Errors.Release) = ("shop", server.Dsn, "shop@1.2.3");
            options.Errors.Tags["region"] = "eu";
            configure?.Invoke(options);
        });

    static async Task PayAsync()
    {
        await Task.Yield();
        throw new InvalidOperationException("payment with token=t0p failed", new TimeoutException("card terminal"));
    }

    sealed class Faulty : Exception
    {
        public override string Message => throw new NotSupportedException();

        public override string? StackTrace => throw new NotSupportedException();
    }
}
