using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using Pharos.AspNetCore.Metrics;
using Pharos.AspNetCore.Metrics.Exposition;

namespace Pharos.Bench.Application;

/// <summary>What a scrape of 10,000 series costs in each format, beside OpenTelemetry's SDK going through the same series and writing nothing.</summary>
[MemoryDiagnoser]
[SuppressMessage("Design", "CA1001", Justification = "GlobalCleanup disposes.")]
public class ExpositionBenchmarks
{
    const int Series = 10_000;

    readonly NoExport export = new();
    MeterCollector collector = null!;
    MeterProvider sdk = null!;
    BaseExportingMetricReader reader = null!;

    [GlobalSetup]
    public void Setup()
    {
        var (own, other) = (new BenchMeters(), new BenchMeters());
        collector = new(new MetricsOptions { MaxSeriesPerInstrument = Series, IgnoredMeters = { "System.Runtime" } }, TimeProvider.System, NullLogger<MeterCollector>.Instance, own);
        reader = new(export);
        sdk = Sdk.CreateMeterProviderBuilder().AddMeter("bench.opentelemetry").AddView("*", new MetricStreamConfiguration { CardinalityLimit = Series + 2 }).AddReader(reader).Build();
        Fill(own.Create("bench.pharos"));
        Fill(other.Create("bench.opentelemetry"));
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

    [Benchmark(Description = "OpenTelemetry, collected and not written", Baseline = true)]
    public bool OpenTelemetry() => reader.Collect();

    static void Fill(Meter meter)
    {
        var counter = meter.CreateCounter<long>("bench_requests_total", description: "Requests.");
        for (var i = 0; i < Series; i++) counter.Add(i * 977, new("endpoint", $"/api/v1/orders/{i / 10}"), new("method", i % 2 == 0 ? "GET" : "POST"), new KeyValuePair<string, object?>("status", $"{200 + i % 10}"));
    }

    async Task<int> WriteAsync(ExpositionFormat format)
    {
        using var output = new ByteBuffer();
        await collector.WriteAsync(output, format, CancellationToken.None);
        return output.Length;
    }
}
