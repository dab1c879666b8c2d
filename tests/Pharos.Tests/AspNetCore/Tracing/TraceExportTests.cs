using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Pharos.AspNetCore;
using Pharos.AspNetCore.Redaction;
using Pharos.AspNetCore.Tracing;
using Pharos.Tests.AspNetCore.Requests;

namespace Pharos.Tests.AspNetCore.Tracing;

/// <remarks>Environment variables are the process's: nothing else may run beside those tests.</remarks>
[Collection(nameof(TraceExportTests))]
[CollectionDefinition(nameof(TraceExportTests), DisableParallelization = true)]
public sealed class TraceExportTests
{
    static CancellationToken End => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(OtlpProtocol.Grpc)]
    [InlineData(OtlpProtocol.HttpProtobuf)]
    public async Task A_request_its_own_spans_and_the_call_it_makes_are_one_trace_in_two_services(OtlpProtocol protocol)
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        using var source = new ActivitySource("Shop.Work");
        void Trace(PharosOptions options)
        {
            (options.Tracing.Endpoint, options.Tracing.Protocol) = (protocol == OtlpProtocol.Grpc ? receiver.Grpc : receiver.Http, protocol);
            options.Tracing.SampleRatio = 1;
            options.Tracing.Headers["x-tenant"] = "a b";
        }
        var inner = await SomeService.StartAsync(app => app.MapGet("/stock/{item}", (string item) => item), options => { Trace(options); options.ServiceName = "stock"; });
        var outer = await SomeService.StartAsync(
            app => app.MapGet("/orders/{id}", async (int id, HttpContext context, IHttpClientFactory clients) =>
            {
                using var work = source.StartActivity("reserve");
                return await clients.CreateClient("stock").GetStringAsync("/stock/tea?token=t1", context.RequestAborted);
            }),
            options =>
            {
                Trace(options);
                (options.ServiceName, options.ServiceVersion, options.Environment) = ("orders", "1.2.3", "staging");
                options.Tracing.Sources.Add("Shop.*");
            },
            builder => builder.Services.AddHttpClient("stock", client => client.BaseAddress = inner.Client.BaseAddress));
        using var asked = new HttpRequestMessage(HttpMethod.Get, "/orders/7?api_key=k1") { Headers = { { "traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" } } };
        (await outer.Client.SendAsync(asked, End)).EnsureSuccessStatusCode();
        await outer.Client.GetAsync("/metrics", End);
        await outer.DisposeAsync();
        await inner.DisposeAsync();
        var spans = (await receiver.WaitAsync(4)).Where(span => span.TraceId == "0af7651916cd43dd8448eb211c80319c").ToList();

        // One process has both services here: both export all spans, so each is looked at once, as its own service tells it.
        var server = spans.First(span => span.Name == "GET /orders/{id}" && span.Resource["service.name"] == "orders");
        var work = spans.First(span => span.Name == "reserve");
        var client = spans.First(span => span.Scope == "System.Net.Http" && span.ParentId == work.SpanId);
        var called = spans.First(span => span.Name == "GET /stock/{item}");
        Assert.Equal("b7ad6b7169203331", server.ParentId);
        Assert.Equal(server.SpanId, work.ParentId);
        Assert.Equal(client.SpanId, called.ParentId);
        Assert.Equal("GET /orders/{id} 200", $"{server.Attributes["http.request.method"]} {server.Attributes["http.route"]} {server.Attributes["http.response.status_code"]}");
        Assert.Equal("orders 1.2.3 staging staging", $"{server.Resource["service.name"]} {server.Resource["service.version"]} {server.Resource["deployment.environment.name"]} {server.Resource["deployment.environment"]}");
        Assert.DoesNotContain(receiver.Spans, span => span.Attributes.Values.Any(value => value.Contains("k1", StringComparison.Ordinal) || value.Contains("t1", StringComparison.Ordinal) || value == "/metrics"));
        Assert.All(receiver.Headers, headers => Assert.Equal("a b", headers["x-tenant"]));
    }

    [Theory]
    [InlineData("production", null, 0.1)]
    [InlineData("staging", null, 1)]
    [InlineData("eu", null, 0.25)]
    [InlineData("production", 0.5, 0.5)]
    public void The_share_is_that_of_the_environment_unless_set(string environment, double? set, double expected)
    {
        var options = new PharosOptions { Environment = environment };
        options.Tracing.SampleRatio = set;
        options.Tracing.SampleRatios["EU"] = 0.25;

        Assert.Equal(expected, TraceExport.RatioOf(options));
    }

    [Fact]
    public async Task A_share_of_zero_keeps_only_what_was_kept_elsewhere()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using (var service = await SomeService.StartAsync(app => app.MapGet("/", () => "ok"), options => (options.Tracing.Endpoint, options.Tracing.SampleRatio) = (receiver.Grpc, 0)))
        {
            foreach (var parent in new[] { null, "00-11111111111111111111111111111111-b7ad6b7169203331-00", "00-22222222222222222222222222222222-b7ad6b7169203331-01" })
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, "/");
                if (parent is not null) request.Headers.Add("traceparent", parent);
                await service.Client.SendAsync(request, End);
            }
        }

        Assert.Equal([new string('2', 32)], (await receiver.WaitAsync(1)).Where(span => span.Scope == "Microsoft.AspNetCore").Select(span => span.TraceId));
    }

    [Theory]
    [InlineData(503)]
    [InlineData(400)]
    [InlineData(0)]
    public async Task A_receiver_that_refuses_or_is_gone_costs_no_request(int status)
    {
        using var nobody = new ClosedPort();
        await using var receiver = await OtlpReceiver.StartAsync();
        receiver.Refuse = status;
        var endpoint = status == 0 ? new Uri($"http://127.0.0.1:{nobody.Number}/") : receiver.Http;
        var service = await SomeService.StartAsync(app => app.MapGet("/", () => "ok"), options => (options.Tracing.Endpoint, options.Tracing.Protocol, options.Tracing.SampleRatio) = (endpoint, OtlpProtocol.HttpProtobuf, 1));
        Assert.Equal("ok", await service.Client.GetStringAsync("/", End));
        var start = Environment.TickCount64;
        await service.DisposeAsync();

        Assert.InRange(Environment.TickCount64 - start, 0, (long)Patience.Limit.TotalMilliseconds);
    }

    [Fact]
    public async Task Variables_of_OpenTelemetry_are_obeyed()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        var set = new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.Http.ToString(), ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf", ["OTEL_SERVICE_NAME"] = "named",
            ["OTEL_RESOURCE_ATTRIBUTES"] = "team=blue", ["OTEL_TRACES_SAMPLER"] = "always_on", ["OTEL_EXPORTER_OTLP_HEADERS"] = "x-key=v",
        };
        foreach (var (name, value) in set) Environment.SetEnvironmentVariable(name, value);
        try
        {
            await using (var service = await SomeService.StartAsync(app => app.MapGet("/", () => "ok"), options => options.Tracing.SampleRatio = 0)) await service.Client.GetStringAsync("/", End);
            Environment.SetEnvironmentVariable("OTEL_SDK_DISABLED", "true");
            Assert.False(TraceExport.IsWanted(new TracingOptions()));
        }
        finally
        {
            foreach (var name in set.Keys.Append("OTEL_SDK_DISABLED")) Environment.SetEnvironmentVariable(name, null);
        }

        var span = (await receiver.WaitAsync(1)).First(span => span.Scope == "Microsoft.AspNetCore");
        Assert.Equal("named blue v", $"{span.Resource["service.name"]} {span.Resource["team"]} {receiver.Headers.First()["x-key"]}");
        Assert.False(TraceExport.IsWanted(new TracingOptions()));
    }

    [Fact]
    public void The_console_has_a_line_a_span()
    {
        var console = new StringWriter();
        var options = new PharosOptions();
        (options.Tracing.Console, options.Tracing.SampleRatio) = (true, 1);
        options.Tracing.Sources.Add("Shop.Console");
        using var source = new ActivitySource("Shop.Console");
        using (new TraceExport(options, new Redactor(new()), console))
        {
            using var activity = source.StartActivity("reserve");
            activity?.SetStatus(ActivityStatusCode.Error);
        }

        Assert.Matches(@"^span [0-9a-f]{8} [0-9a-f]{4}>[0-9a-f]{4} +\d+\.\d\d ms  Shop\.Console  reserve ERROR\r?\n$", console.ToString());
    }
}
