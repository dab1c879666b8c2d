using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using BenchmarkDotNet.Attributes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using Pharos.AspNetCore.Metrics;
using Pharos.AspNetCore.Metrics.Exposition;
using CollectorRegistry = Prometheus.CollectorRegistry;
using IMetricFactory = Prometheus.IMetricFactory;

namespace Pharos.Bench.Application;

/// <summary>What a scrape of 10,000 series costs in each format, beside OpenTelemetry's exporter and prometheus-net with the same series.</summary>
[MemoryDiagnoser]
[SuppressMessage("Design", "CA1001", Justification = "GlobalCleanup disposes.")]
public class ExpositionBenchmarks
{
    const int Series = 10_000;

    readonly CollectorRegistry registry = global::Prometheus.Metrics.NewCustomRegistry();
    MeterCollector collector = null!;
    MeterProvider sdk = null!;
    RequestDelegate exporter = null!;

    [GlobalSetup]
    public void Setup()
    {
        var (own, other) = (new BenchMeters(), new BenchMeters());
        collector = new(new MetricsOptions { MaxSeriesPerInstrument = Series, IgnoredMeters = { "System.Runtime" } }, TimeProvider.System, NullLogger<MeterCollector>.Instance, own);
        sdk = Sdk.CreateMeterProviderBuilder().AddMeter("bench.opentelemetry").AddView("*", new MetricStreamConfiguration { CardinalityLimit = Series + 2 })
            .AddPrometheusExporter(options => (options.ScrapeResponseCacheDurationMilliseconds, options.MaxScrapeResponseSizeBytes) = (0, 64 << 20)).Build();
        Fill(own.Create("bench.pharos"));
        Fill(other.Create("bench.opentelemetry"));
        var pipeline = new ApplicationBuilder(new ServiceCollection().BuildServiceProvider());
        pipeline.UseOpenTelemetryPrometheusScrapingEndpoint(sdk, _ => true, null, null, null);
        exporter = pipeline.Build();
        Fill(global::Prometheus.Metrics.WithCustomRegistry(registry));
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        collector.Dispose();
        sdk.Dispose();
    }

    [Benchmark(Description = "Pharos, text 0.0.4")]
    public Task<int> Text() => WriteAsync(ExpositionFormat.Text);

    [Benchmark(Description = "Pharos, OpenMetrics")]
    public Task<int> OpenMetrics() => WriteAsync(ExpositionFormat.OpenMetrics);

    [Benchmark(Description = "Pharos, protobuf")]
    public Task<int> Protobuf() => WriteAsync(ExpositionFormat.Protobuf);

    [Benchmark(Description = "OpenTelemetry's exporter, text", Baseline = true)]
    public async Task<long> OpenTelemetry()
    {
        using var output = new MemoryStream();
        var context = new DefaultHttpContext { Response = { Body = output } };
        await exporter(context);
        return output.Length is > Series and var length ? length : throw new InvalidOperationException($"status {context.Response.StatusCode}, {output.Length} bytes");
    }

    [Benchmark(Description = "prometheus-net, text")]
    public async Task<long> PrometheusNet()
    {
        using var output = new MemoryStream();
        await registry.CollectAndExportAsTextAsync(output);
        return output.Length;
    }

    static void Fill(Meter meter)
    {
        var counter = meter.CreateCounter<long>("bench_requests_total", description: "Requests.");
        for (var i = 0; i < Series; i++) counter.Add(i * 977, new("endpoint", $"/api/v1/orders/{i / 10}"), new("method", i % 2 == 0 ? "GET" : "POST"), new KeyValuePair<string, object?>("status", $"{200 + i % 10}"));
    }

    static void Fill(IMetricFactory metrics)
    {
        var counter = metrics.CreateCounter("bench_requests_total", "Requests.", ["endpoint", "method", "status"]);
        for (var i = 0; i < Series; i++) counter.WithLabels($"/api/v1/orders/{i / 10}", i % 2 == 0 ? "GET" : "POST", $"{200 + i % 10}").Inc(i * 977);
    }

    async Task<int> WriteAsync(ExpositionFormat format)
    {
        using var output = new ByteBuffer();
        await collector.WriteAsync(output, format, CancellationToken.None);
        return output.Length;
    }
}
