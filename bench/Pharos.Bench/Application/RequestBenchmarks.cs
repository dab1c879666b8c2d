using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using Pharos.AspNetCore;
using Pharos.AspNetCore.Metrics;
using Pharos.AspNetCore.Metrics.Requests;
using Prometheus;

namespace Pharos.Bench.Application;

/// <summary>What measuring a request costs: nothing listening, this package, OpenTelemetry's SDK behind the same middleware and the same three instruments,
/// and prometheus-net with its own middleware and three metrics.</summary>
/// <remarks>The server's part is a feature that keeps one callback and calls it, as Kestrel does at the end of an answer. <see cref="AllocationsCommand"/> counts bytes on the real one.</remarks>
[MemoryDiagnoser]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[CategoriesColumn]
[SuppressMessage("Design", "CA1001", Justification = "GlobalCleanup disposes.")]
public class RequestBenchmarks
{
    readonly CompletingResponse response = new();
    readonly DefaultHttpContext context = new();
    readonly TaskCompletionSource answered = new();
    MeterCollector collector = null!;
    MeterProvider sdk = null!;
    RequestDelegate bare = null!, pharos = null!, openTelemetry = null!, bareSuspended = null!, pharosSuspended = null!, openTelemetrySuspended = null!;
    RequestDelegate prometheusNet = null!, prometheusNetSuspended = null!;

    [GlobalSetup]
    public void Setup()
    {
        context.Features.Set<IHttpResponseFeature>(response);
        context.Request.Method = "GET";
        context.SetEndpoint(new RouteEndpoint(_ => Task.CompletedTask, RoutePatternFactory.Parse("/orders/{id}"), 0, null, "orders"));
        var (own, other) = (new BenchMeters(), new BenchMeters());
        collector = new(new MetricsOptions(), TimeProvider.System, NullLogger<MeterCollector>.Instance, own);
        var ownRecorder = new PharosRequestRecorder(own.Create("bench.pharos"), new());
        var otherRecorder = new PharosRequestRecorder(other.Create("bench.opentelemetry"), new());
        sdk = Sdk.CreateMeterProviderBuilder().AddMeter("bench.opentelemetry").AddReader(new BaseExportingMetricReader(new NoExport())).Build();
        var pending = answered.Task;
        bare = _ => Task.CompletedTask;
        bareSuspended = _ => pending;
        var application = new ApplicationMetrics(own, new PharosOptions());
        (pharos, pharosSuspended) = (Measured(ownRecorder, application, bare), Measured(ownRecorder, application, bareSuspended));
        (openTelemetry, openTelemetrySuspended) = (Measured(otherRecorder, application, bare), Measured(otherRecorder, application, bareSuspended));
        (prometheusNet, prometheusNetSuspended) = (ByPrometheusNet(bare), ByPrometheusNet(bareSuspended));
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        collector.Dispose();
        sdk.Dispose();
    }

    [Benchmark(Description = "bare"), BenchmarkCategory("completes at once")]
    public bool Bare() => Request(bare);

    [Benchmark(Description = "Pharos"), BenchmarkCategory("completes at once")]
    public bool Pharos() => Request(pharos);

    [Benchmark(Description = "OpenTelemetry", Baseline = true), BenchmarkCategory("completes at once")]
    public bool OpenTelemetry() => Request(openTelemetry);

    [Benchmark(Description = "bare"), BenchmarkCategory("suspends")]
    public bool BareSuspended() => Request(bareSuspended);

    [Benchmark(Description = "Pharos"), BenchmarkCategory("suspends")]
    public bool PharosSuspended() => Request(pharosSuspended);

    [Benchmark(Description = "OpenTelemetry", Baseline = true), BenchmarkCategory("suspends")]
    public bool OpenTelemetrySuspended() => Request(openTelemetrySuspended);

    [Benchmark(Description = "prometheus-net"), BenchmarkCategory("completes at once")]
    public bool PrometheusNet() => Request(prometheusNet);

    [Benchmark(Description = "prometheus-net"), BenchmarkCategory("suspends")]
    public bool PrometheusNetSuspended() => Request(prometheusNetSuspended);

    static RequestDelegate ByPrometheusNet(RequestDelegate next)
    {
        var pipeline = new ApplicationBuilder(new ServiceCollection().BuildServiceProvider());
        pipeline.UseHttpMetrics(options => options.SetMetricFactory(global::Prometheus.Metrics.WithCustomRegistry(global::Prometheus.Metrics.NewCustomRegistry())));
        pipeline.Run(next);
        return pipeline.Build();
    }

    static RequestDelegate Measured(PharosRequestRecorder recorder, ApplicationMetrics application, RequestDelegate next) => context => MeasuredRequest.AnswerAsync(recorder, application, context, next);

    bool Request(RequestDelegate pipeline)
    {
        var answer = pipeline(context);
        response.Complete();
        return answer.IsCompleted; // Not the task: one that never ends would be awaited.
    }

    sealed class CompletingResponse : HttpResponseFeature
    {
        Func<object, Task>? callback;
        object? state;

        public override void OnCompleted(Func<object, Task> callback, object state) => (this.callback, this.state) = (callback, state);

        public void Complete()
        {
            _ = callback?.Invoke(state!);
            callback = null;
        }
    }
}
