using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Pharos.AspNetCore;
using Pharos.AspNetCore.Health;

namespace Pharos.Tests.AspNetCore.Health;

public sealed class HealthEndpointsTests
{
    [Theory]
    [InlineData("/health/live", "{\"status\":\"alive\"}")]
    [InlineData("/health/liveness", "{\"status\":\"alive\"}")]
    [InlineData("/health/ready", "{\"status\":\"ready\"}")]
    [InlineData("/health/readiness", "{\"status\":\"ready\"}")]
    [InlineData("/health/startup", "{\"status\":\"started\"}")]
    public async Task Without_checks_the_answers_are_those_of_the_guides(string path, string body)
    {
        await using var app = await RunningApplication.StartAsync();
        var answer = await app.Client.GetAsync(path, Cancellation);

        Assert.Equal((HttpStatusCode.OK, body), (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancellation)));
        Assert.Equal("application/json; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.Empty(await (await app.Client.SendAsync(new(HttpMethod.Head, path), Cancellation)).Content.ReadAsByteArrayAsync(Cancellation));
    }

    [Fact]
    public async Task A_required_check_that_fails_is_503_and_an_optional_one_is_only_told()
    {
        var isDatabaseWell = true;
        await using var app = await StartAsync(checks =>
        {
            checks.AddCheck("database", () => isDatabaseWell ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("gone", new InvalidOperationException("password=x")));
            checks.Add(new("redis", _ => new Throwing(), HealthStatus.Degraded, tags: null));
        });

        var (status, body) = await GetAsync(app, "/health/ready");
        Assert.Equal((HttpStatusCode.OK, "ready"), (status, body.GetProperty("status").GetString()));
        Assert.Equal("{\"database\":true,\"redis\":false}", body.GetProperty("checks").GetRawText());
        Assert.Equal("degraded", body.GetProperty("details").GetProperty("redis").GetProperty("status").GetString());
        Assert.True(body.GetProperty("details").GetProperty("redis").GetProperty("duration_ms").GetDouble() >= 0);
        Assert.Equal("TimeoutException", body.GetProperty("details").GetProperty("redis").GetProperty("error").GetString());

        isDatabaseWell = false;
        (status, body) = await GetAsync(app, "/health/ready");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "not_ready"), (status, body.GetProperty("status").GetString()));
        Assert.Equal("gone", body.GetProperty("details").GetProperty("database").GetProperty("description").GetString());
        Assert.DoesNotContain("password", body.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", body.GetRawText(), StringComparison.Ordinal);
        // Liveness has nothing to do with what lies outside.
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(app, "/health/live")).Status);
        // And the metrics stay readable.
        Assert.Contains("health_check_status{check=\"database\"} 0\nhealth_check_status{check=\"redis\"} 0.5\n", await app.MetricsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redis_is_asked_by_the_applications_own_client_too()
    {
        var asked = 0;
        var isThere = true;
        await using var app = await StartAsync(checks => checks.AddRedis((services, cancellation) =>
        {
            Assert.NotNull(services.GetService<IHostApplicationLifetime>());
            Assert.True(cancellation.CanBeCanceled);
            asked++;
            return isThere ? Task.FromResult(TimeSpan.FromMilliseconds(1)) : Task.FromException<TimeSpan>(new TimeoutException("secret"));
        }));

        var (status, body) = await GetAsync(app, "/health/ready");
        Assert.Equal((HttpStatusCode.OK, "{\"redis\":true}", 1), (status, body.GetProperty("checks").GetRawText(), asked));

        isThere = false;
        (status, body) = await GetAsync(app, "/health/ready");
        Assert.Equal((HttpStatusCode.OK, "{\"redis\":false}", 2), (status, body.GetProperty("checks").GetRawText(), asked));
        Assert.Equal("Redis does not answer", body.GetProperty("details").GetProperty("redis").GetProperty("description").GetString());
    }

    [Fact]
    public async Task A_check_that_hangs_is_ended_in_time_and_not_started_again_meanwhile()
    {
        var starts = 0;
        using var hang = new ManualResetEventSlim();
        await using var app = await StartAsync(
            checks => checks.AddCheck("stuck", () =>
            {
                Interlocked.Increment(ref starts);
                hang.Wait(TimeSpan.FromMinutes(5));
                return HealthCheckResult.Healthy();
            }),
            options => options.Health.CheckTimeout = TimeSpan.FromMilliseconds(50));

        var (status, body) = await GetAsync(app, "/health/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal("it did not answer within 00:00:00.0500000", body.GetProperty("details").GetProperty("stuck").GetProperty("description").GetString());
        (_, body) = await GetAsync(app, "/health/ready");
        Assert.StartsWith("it has not answered for longer than", body.GetProperty("details").GetProperty("stuck").GetProperty("description").GetString(), StringComparison.Ordinal);
        await Eventually.HoldsAsync(() => Volatile.Read(ref starts) > 0, "the check has begun, however late");
        hang.Set();

        Assert.Equal(1, starts);
    }

    [Fact]
    public async Task All_who_ask_at_once_share_one_run_and_its_result_for_a_moment()
    {
        var runs = 0;
        await using var app = await StartAsync(checks => checks.AddAsyncCheck("slow", async () =>
        {
            Interlocked.Increment(ref runs);
            await Task.Delay(50);
            return HealthCheckResult.Healthy();
        }), options => options.Health.CacheFor = TimeSpan.FromMinutes(1));

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => app.Client.GetAsync("/health/ready", Cancellation)));

        Assert.Equal(1, runs);
    }

    [Fact]
    public async Task The_start_is_over_when_all_work_of_it_is_done()
    {
        IDisposable? work = null;
        await using var app = await RunningApplication.StartAsync(application => work = application.Services.GetRequiredService<StartupSignal>().Begin("migrations"), options => options.Health.CacheFor = TimeSpan.Zero);

        var (status, body) = await GetAsync(app, "/health/startup");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "{\"status\":\"starting\",\"waiting_for\":[\"migrations\"]}"), (status, body.GetRawText()));
        work!.Dispose();
        work.Dispose();

        Assert.Equal(HttpStatusCode.OK, (await GetAsync(app, "/health/startup")).Status);
    }

    [Fact]
    public async Task Tags_say_which_probe_asks()
    {
        await using var app = await StartAsync(checks => checks
            .AddCheck("deadlock", () => HealthCheckResult.Unhealthy(), tags: [HealthTags.Live])
            .AddCheck("warm", () => HealthCheckResult.Unhealthy(), tags: [HealthTags.Startup])
            .AddCheck("mine", () => HealthCheckResult.Healthy(), tags: ["of my own"]));

        Assert.Equal("{\"deadlock\":false}", (await GetAsync(app, "/health/live")).Body.GetProperty("checks").GetRawText());
        Assert.Equal("{\"warm\":false}", (await GetAsync(app, "/health/startup")).Body.GetProperty("checks").GetRawText());
        Assert.Equal("{\"mine\":true}", (await GetAsync(app, "/health/ready")).Body.GetProperty("checks").GetRawText());
    }

    [Fact]
    public async Task A_service_that_is_ending_wants_no_more_requests()
    {
        await using var app = await RunningApplication.StartAsync(application => application.Lifetime.ApplicationStopping.Register(() => { }));
        var stopping = new StoppingLifetime();
        var endpoints = new HealthEndpoints(app.Services.GetRequiredService<HealthCheckService>(), app.Services.GetRequiredService<HealthMetrics>(), new(), new(), stopping, TimeProvider.System);
        var context = new Microsoft.AspNetCore.Http.DefaultHttpContext();

        await endpoints.ReadyAsync(context);

        Assert.Equal(503, context.Response.StatusCode);
    }

    [Fact]
    public async Task Disk_space_and_http_are_checked()
    {
        await using var target = await RunningApplication.StartAsync(application => application.MapGet("/broken", () => Microsoft.AspNetCore.Http.Results.StatusCode(500)));
        await using var app = await StartAsync(checks => checks
            .AddDiskSpace("room", "/tmp", 0)
            .AddDiskSpace("no room", "/tmp", 1)
            .AddHttp("up", new(target.Client.BaseAddress!, "/health/live"))
            .AddHttp("broken", new(target.Client.BaseAddress!, "/broken"), isRequired: false)
            .AddHttp("nobody", new("http://127.0.0.1:1/"), isRequired: false));

        var (status, body) = await GetAsync(app, "/health/ready");

        Assert.Equal("{\"room\":true,\"no room\":false,\"up\":true,\"broken\":false,\"nobody\":false}", body.GetProperty("checks").GetRawText());
        Assert.Equal("it answers with status 500", body.GetProperty("details").GetProperty("broken").GetProperty("description").GetString());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
    }

    [Fact]
    public void Arguments_that_make_no_sense_are_refused()
    {
        var checks = new ServiceCollection().AddHealthChecks();

        Assert.Throws<ArgumentException>(() => checks.AddHttp("x", new("/relative", UriKind.Relative)));
        Assert.Throws<ArgumentOutOfRangeException>(() => checks.AddDiskSpace(minFreeRatio: double.NaN));
    }

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    static Task<RunningApplication> StartAsync(Action<IHealthChecksBuilder> add, Action<PharosOptions>? configure = null) => RunningApplication.StartAsync(
        configure: options =>
        {
            (options.Health.CacheFor, options.Health.CheckTimeout) = (TimeSpan.Zero, TimeSpan.FromMinutes(1));
            configure?.Invoke(options);
        },
        build: builder => add(builder.Services.AddHealthChecks()));

    static async Task<(HttpStatusCode Status, JsonElement Body)> GetAsync(RunningApplication app, string path)
    {
        using var answer = await app.Client.GetAsync(path, Cancellation);
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancellation));
        return (answer.StatusCode, body.RootElement.Clone());
    }

    sealed class Throwing : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => throw new TimeoutException("secret host");
    }

    sealed class StoppingLifetime : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => new(true);

        public CancellationToken ApplicationStopping => new(true);

        public CancellationToken ApplicationStopped => default;

        public void StopApplication()
        {
        }
    }
}
