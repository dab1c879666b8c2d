using System.Net;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ApplicationParts;
using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Pharos.AspNetCore;
using Pharos.AspNetCore.Metrics;
using Pharos.AspNetCore.Metrics.Requests;

namespace Pharos.Tests.AspNetCore.Metrics.Requests;

public sealed class RequestMetricsTests
{
    [Fact]
    public async Task Requests_are_counted_by_route_template_and_status()
    {
        await using var app = await RunningApplication.StartAsync(Map);
        foreach (var path in (string[])["/orders/1", "/orders/2", "/nothing?x=1", "/slow"]) await app.Client.GetAsync(path, Cancellation);

        var text = await app.MetricsAsync();

        Assert.Contains("http_requests_total{endpoint=\"/orders/{id}\",method=\"GET\",status=\"200\"} 2\n", text, StringComparison.Ordinal);
        Assert.Contains("http_requests_total{endpoint=\"unmatched\",method=\"GET\",status=\"404\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("http_request_duration_seconds_count{endpoint=\"/slow\",method=\"GET\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("http_request_duration_seconds_bucket{endpoint=\"/slow\",method=\"GET\",le=\"0.01\"} 0\n", text, StringComparison.Ordinal);
        Assert.Contains("\nhttp_requests_active 1\n", text, StringComparison.Ordinal); // The scrape itself.
    }

    [Fact]
    public async Task An_exception_counts_as_the_500_that_the_client_saw_under_the_endpoint_that_threw()
    {
        await using var app = await RunningApplication.StartAsync(Map);
        Assert.Equal(HttpStatusCode.InternalServerError, (await app.Client.GetAsync("/broken", Cancellation)).StatusCode);

        Assert.Contains("http_requests_total{endpoint=\"/broken\",method=\"GET\",status=\"500\"} 1\n", await app.MetricsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_handler_of_errors_changes_the_status_and_not_the_endpoint()
    {
        await using var app = await RunningApplication.StartAsync(application =>
        {
            application.UseExceptionHandler(handler => handler.Run(context =>
            {
                context.Response.StatusCode = 503;
                return Task.CompletedTask;
            }));
            Map(application);
        });
        await app.Client.GetAsync("/broken", Cancellation);

        Assert.Contains("http_requests_total{endpoint=\"/broken\",method=\"GET\",status=\"503\"} 1\n", await app.MetricsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_conventional_route_is_told_by_controller_and_action()
    {
        await using var app = await RunningApplication.StartAsync(
            application => application.MapControllerRoute("default", "{controller=Home}/{action=Index}/{id?}"),
            build: builder => builder.Services.AddControllers().ConfigureApplicationPartManager(parts => parts.FeatureProviders.Add(new OneController())));
        foreach (var path in (string[])["/", "/Home/Look/7"]) await app.Client.GetStringAsync(path, Cancellation);

        var text = await app.MetricsAsync();

        Assert.Contains("http_requests_total{endpoint=\"/Home/Index/{id?}\",method=\"GET\",status=\"200\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("http_requests_total{endpoint=\"/Home/Look/{id?}\",method=\"GET\",status=\"200\"} 1\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_that_shall_not_be_timed_are_told_only_while_they_last()
    {
        var end = new TaskCompletionSource();
        await using var app = await RunningApplication.StartAsync(application => application.MapGet("/stream", async (HttpContext context) =>
        {
            await context.Response.WriteAsync("begun");
            await context.Response.Body.FlushAsync();
            await end.Task;
        }).DisableHttpMetrics());
        var stream = await app.Client.GetAsync("/stream", HttpCompletionOption.ResponseHeadersRead, Cancellation);
        var during = await app.MetricsAsync();
        end.SetResult();
        await stream.Content.ReadAsStringAsync(Cancellation);
        await Eventually.HoldsAsync(async () => (await app.MetricsAsync()).Contains("\nhttp_requests_active 1\n", StringComparison.Ordinal), () => "only the scrape itself is active");

        Assert.Contains("\nhttp_requests_active 2\n", during, StringComparison.Ordinal);
        var after = await app.MetricsAsync();
        Assert.Contains("\nhttp_requests_active 1\n", after, StringComparison.Ordinal);
        Assert.DoesNotContain("/stream", after, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/broken", "InvalidOperationException")]
    [InlineData("/broken-later", "TimeoutException")]
    [InlineData("/cancelled", "TaskCanceledException")]
    public async Task An_exception_that_nobody_catches_is_an_error_of_its_type_and_endpoint(string path, string type)
    {
        await using var bare = await RunningApplication.StartAsync(Map);
        await using var handled = await RunningApplication.StartAsync(app =>
        {
            app.UseExceptionHandler(handler => handler.Run(context => context.Response.WriteAsync("sorry")));
            Map(app);
        });
        foreach (var app in (RunningApplication[])[bare, handled])
        {
            Assert.Equal(HttpStatusCode.InternalServerError, (await app.Client.GetAsync(path, Cancellation)).StatusCode);
            Assert.Contains($"\napi_errors_total{{endpoint=\"{path}\",error_type=\"{type}\"}} 1\n", await app.MetricsAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Failures_that_are_answers_and_what_a_client_leaves_behind_are_no_errors()
    {
        using var impatience = new CancellationTokenSource();
        var hasEnded = new TaskCompletionSource();
        await using var app = await RunningApplication.StartAsync(app =>
        {
            app.MapGet("/refused", () => Results.StatusCode(503));
            app.MapGet("/patient", async (HttpContext context) =>
            {
                context.Response.OnCompleted(() => Task.FromResult(hasEnded.TrySetResult()));
                await impatience.CancelAsync();
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
            });
        });
        await app.Client.GetAsync("/refused", Cancellation);
        await app.Client.GetAsync("/nowhere", Cancellation);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => app.Client.GetAsync("/patient", impatience.Token));
        await hasEnded.Task.WaitAsync(Patience.Limit, Cancellation);

        Assert.DoesNotContain("\napi_errors_total{", await app.MetricsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_method_of_the_clients_own_making_is_no_label_value()
    {
        await using var app = await RunningApplication.StartAsync(Map);
        await app.Client.SendAsync(new(new HttpMethod("BREW"), "/orders/1"), Cancellation);

        var text = await app.MetricsAsync();

        Assert.Contains("method=\"other\",status=\"405\"} 1\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("BREW", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http_", "requests_active", "http_requests_total{", "http_request_duration_seconds_count{", "http_requests_active 1")]
    [InlineData("api_", "active_requests", "api_requests_total{", "api_request_duration_seconds_count{", "api_active_requests 1")]
    [InlineData("", "requests_active", "\nrequests_total{", "\nrequest_duration_seconds_count{", "\nrequests_active 1")]
    public async Task Every_name_of_request_metrics_in_the_guides_can_be_had(string prefix, string activeName, params string[] expected)
    {
        await using var app = await RunningApplication.StartAsync(Map, options => (options.Metrics.Requests.Prefix, options.Metrics.Requests.ActiveName) = (prefix, activeName));
        await app.Client.GetAsync("/orders/1", Cancellation);

        var text = await app.MetricsAsync();

        Assert.All(expected, name => Assert.Contains(name, text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task OpenTelemetrys_conventions()
    {
        await using var app = await RunningApplication.StartAsync(Map, options => options.Metrics.Requests.Naming = RequestNaming.OpenTelemetry);
        await app.Client.GetAsync("/orders/1", Cancellation);
        await app.Client.GetAsync("/broken", Cancellation);

        var text = await app.MetricsAsync();

        const string Common = "network_protocol_name=\"http\",network_protocol_version=\"1.1\",url_scheme=\"http\"";
        Assert.Contains($"http_server_request_duration_seconds_count{{http_request_method=\"GET\",http_response_status_code=\"200\",http_route=\"/orders/{{id}}\",{Common}}} 1\n", text, StringComparison.Ordinal);
        Assert.Contains($"http_server_request_duration_seconds_count{{error_type=\"500\",http_request_method=\"GET\",http_response_status_code=\"500\",http_route=\"/broken\",{Common}}} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("http_server_active_requests{http_request_method=\"GET\",url_scheme=\"http\"} 1\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("http_requests_total", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_names_of_prometheus_net()
    {
        await using var app = await RunningApplication.StartAsync(Map, options => options.Metrics.Requests.Naming = RequestNaming.PrometheusNet);
        await app.Client.GetAsync("/orders/1", Cancellation);

        var text = await app.MetricsAsync();

        Assert.Contains("http_requests_received_total{code=\"200\",endpoint=\"/orders/{id}\",method=\"GET\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("http_request_duration_seconds_bucket{code=\"200\",endpoint=\"/orders/{id}\",method=\"GET\",le=\"32.768\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("http_requests_in_progress{endpoint=\"/metrics\",method=\"GET\"} 1\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ten_thousand_routes_make_no_more_series_than_allowed()
    {
        await using var app = await RunningApplication.StartAsync(application =>
        {
            for (var i = 0; i < 10_000; i++) application.MapGet($"/r{i}", (RequestDelegate)(context => Task.CompletedTask));
        }, options => options.Metrics.MaxSeriesPerInstrument = 50);
        for (var i = 0; i < 200; i++) await app.Client.GetAsync($"/r{i * 50}", Cancellation);

        var text = await app.MetricsAsync();

        Assert.Equal(51, text.Split("\nhttp_requests_total{").Length - 1);
        Assert.Contains("http_requests_total{endpoint=\"other\",method=\"other\",status=\"other\"} 150\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_of_the_guides_for_logins_caches_errors_and_the_application()
    {
        await using var app = await RunningApplication.StartAsync(configure: options => (options.ServiceVersion, options.Environment) = ("1.2.3", "staging"));
        var metrics = app.Services.GetRequiredService<ApplicationMetrics>();
        metrics.LoginSucceeded();
        metrics.LoginFailed(LoginFailure.WrongPassword);
        metrics.LoginFailed(LoginFailure.AccountLocked);
        metrics.CacheHit("redis");
        metrics.CacheMiss("memory");
        metrics.ApiError("Timeout", "/orders/{id}");

        var text = await app.MetricsAsync();

        Assert.All(
            (string[])[
                "auth_attempts_total{result=\"success\"} 1", "auth_attempts_total{result=\"failed\"} 1", "auth_attempts_total{result=\"locked\"} 1",
                "auth_failures_total{reason=\"wrong_password\"} 1", "auth_failures_total{reason=\"account_locked\"} 1", "cache_hits_total{cache_type=\"redis\"} 1",
                "cache_misses_total{cache_type=\"memory\"} 1", "api_errors_total{endpoint=\"/orders/{id}\",error_type=\"Timeout\"} 1", "app_info{environment=\"staging\",version=\"1.2.3\"} 1",
                "process_cpu_seconds_total ", "process_resident_memory_bytes ", "process_start_time_seconds ", "dotnet_thread_pool_threads ", "dotnet_gc_collections_total{",
            ],
            line => Assert.Contains($"\n{line}", text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Outgoing_requests_are_timed()
    {
        await using var app = await RunningApplication.StartAsync(Map);
        await app.Client.GetAsync("/orders/1", Cancellation);

        Assert.Contains("http_client_request_duration_seconds_count{http_request_method=\"GET\",http_response_status_code=\"200\"", await app.MetricsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_hosts_in_one_process_count_each_for_itself()
    {
        await using var first = await RunningApplication.StartAsync(Map);
        await using var second = await RunningApplication.StartAsync(Map);
        await first.Client.GetAsync("/orders/1", Cancellation);

        Assert.Contains("endpoint=\"/orders/{id}\"", await first.MetricsAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("endpoint=\"/orders/{id}\"", await second.MetricsAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RequestNaming.Pharos, false)]
    [InlineData(RequestNaming.Pharos, true)]
    [InlineData(RequestNaming.OpenTelemetry, true)]
    [InlineData(RequestNaming.PrometheusNet, true)]
    public void Measuring_a_request_allocates_nothing(RequestNaming naming, bool suspends)
    {
        var pending = new TaskCompletionSource().Task;
        RequestDelegate answer = suspends ? _ => pending : _ => Task.CompletedTask;
        using var meters = new OwnMeters();
        var options = new MetricsOptions { Requests = { Naming = naming } };
        using var collector = new MeterCollector(options, TimeProvider.System, NullLogger<MeterCollector>.Instance, meters);
        var recorder = new RequestMetrics(meters, options).Recorder;
        var response = new CompletingResponse();
        var context = new DefaultHttpContext();
        context.Features.Set<IHttpResponseFeature>(response);
        context.Request.Method = "GET";
        var application = new ApplicationMetrics(meters, new PharosOptions());
        void Request()
        {
            MeasuredRequest.AnswerAsync(recorder, application, context, answer);
            response.Complete();
        }
        for (var i = 0; i < 100; i++) Request();

        Assert.Equal(0, Allocations.OfQuietest(() =>
        {
            for (var i = 0; i < 1_000; i++) Request();
        }));
    }


    /// <summary>Nested types are no controllers by themselves.</summary>
    sealed class OneController : IApplicationFeatureProvider<ControllerFeature>
    {
        public void PopulateFeature(IEnumerable<ApplicationPart> parts, ControllerFeature feature) => feature.Controllers.Add(typeof(HomeController).GetTypeInfo());
    }

    public sealed class HomeController : ControllerBase
    {
        public string Index() => "home";

        public string Look(int id) => $"looked at {id}";
    }

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    static void Map(WebApplication app)
    {
        app.MapGet("/orders/{id}", (int id) => $"order {id}");
        app.MapGet("/slow", async () => await Task.Delay(20));
        app.MapGet("/broken", string () => throw new InvalidOperationException("broken"));
        app.MapGet("/broken-later", async Task () =>
        {
            await Task.Yield();
            throw new TimeoutException();
        });
        app.MapGet("/cancelled", async () => await Task.FromCanceled(new CancellationToken(canceled: true)));
    }

    /// <summary>Calls back at the end of an answer, as servers do.</summary>
    sealed class CompletingResponse : HttpResponseFeature
    {
        Func<object, Task>? callback;
        object? state;

        public override void OnCompleted(Func<object, Task> callback, object state) => (this.callback, this.state) = (callback, state);

        public void Complete() => _ = callback!(state!);
    }
}
