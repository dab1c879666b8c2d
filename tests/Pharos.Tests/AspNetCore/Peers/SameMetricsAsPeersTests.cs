using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using Pharos.AspNetCore.Metrics.Requests;
using Prometheus;

namespace Pharos.Tests.AspNetCore.Peers;

/// <summary>The same meters and requests through this package and through those that an application may come from.</summary>
public sealed class SameMetricsAsPeersTests
{
    static CancellationToken End => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Instruments_have_the_names_labels_and_values_that_OpenTelemetrys_exporter_gives_them()
    {
        using var meter = new Meter("peer.test");
        using var provider = Sdk.CreateMeterProviderBuilder().AddMeter(meter.Name).AddPrometheusExporter().Build();
        await using var theirs = await PeerService.StartAsync(app => app.UseOpenTelemetryPrometheusScrapingEndpoint(provider, null, "/metrics", null, null));
        await using var ours = await RunningApplication.StartAsync();
        var orders = meter.CreateCounter<long>("peer.orders", description: "Orders.");
        orders.Add(2, new("kind", "a"), new KeyValuePair<string, object?>("http.method", "GET \"x\"\\"));
        orders.Add(3, new KeyValuePair<string, object?>("kind", "b"));
        meter.CreateCounter<double>("peer.sent", "By").Add(1.5);
        meter.CreateCounter<int>("peer.jobs_total").Add(4);
        meter.CreateUpDownCounter<int>("peer.level").Add(-7);
        meter.CreateObservableGauge("peer.room.temperature", () => 21.25, "Cel");
        var took = meter.CreateHistogram("peer.took", "s", null, null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] });
        foreach (var seconds in (double[])[0.05, 0.1, 0.5, 7]) took.Record(seconds);

        var expected = SeriesOf(await theirs.Client.GetStringAsync("/metrics", End), "peer_");

        Assert.Equal(11, expected.Count);
        Assert.Equal(expected, SeriesOf(await ours.MetricsAsync(), "peer_"));
    }

    [Fact]
    public async Task Requests_are_counted_as_prometheus_net_counts_them()
    {
        var registry = global::Prometheus.Metrics.NewCustomRegistry();
        await using var theirs = await PeerService.StartAsync(app =>
        {
            app.UseRouting();
            app.UseHttpMetrics(options => options.SetMetricFactory(global::Prometheus.Metrics.WithCustomRegistry(registry)));
            Map(app);
        });
        await using var ours = await RunningApplication.StartAsync(Map, options => options.Metrics.Requests.Naming = RequestNaming.PrometheusNet);
        foreach (var client in (HttpClient[])[theirs.Client, ours.Client])
        {
            foreach (var path in (string[])["/orders/7", "/orders/8", "/missing/1", "/"]) (await client.GetAsync(path, End)).Dispose();
            (await client.PostAsync("/orders", null, End)).Dispose();
        }
        // Either counts a request when its answer has gone out already.
        var (expected, found) = (new List<string>(), new List<string>());
        await Eventually.HoldsAsync(() => (expected = Requests(Written(registry))).Count == 8, "prometheus-net has counted all");
        await Eventually.HoldsAsync(() => (found = Requests(ours.MetricsAsync().GetAwaiter().GetResult())).Count == 8, "Pharos has counted all");

        Assert.Equal(expected, found);
    }

    static void Map(WebApplication app)
    {
        app.MapGet("/", () => "home");
        app.MapGet("/orders/{id:int}", (int id) => $"{id}");
        app.MapGet("/missing/{id}", () => Results.NotFound());
        app.MapPost("/orders", () => Results.Created());
    }

    static List<string> Requests(string exposition) => [.. SeriesOf(exposition, "http_requests_received_total"), .. SeriesOf(exposition, "http_request_duration_seconds_count")];

    static string Written(CollectorRegistry registry)
    {
        using var output = new MemoryStream();
        registry.CollectAndExportAsTextAsync(output, End).GetAwaiter().GetResult();
        return Encoding.UTF8.GetString(output.ToArray());
    }

    /// <summary>Name, labels in order of their names, and value of each series. A label without a value is none; the scope of a meter is OpenTelemetry's own.</summary>
    static List<string> SeriesOf(string exposition, string prefix) => [.. exposition.Split('\n').Where(line => line.StartsWith(prefix, StringComparison.Ordinal)).Select(line =>
    {
        var series = Regex.Match(line, """^([\w:]+)(?:\{(.*)\})? (\S+)""");
        var labels = Regex.Matches(series.Groups[2].Value, """(\w+)="((?:[^"\\]|\\.)*)"?""").Select(label => (Name: label.Groups[1].Value, Value: label.Groups[2].Value))
            .Where(label => label.Value.Length > 0 && !label.Name.StartsWith("otel_scope_", StringComparison.Ordinal)).OrderBy(label => label.Name, StringComparer.Ordinal)
            .Select(label => $"{label.Name}={(label.Name == "le" ? Number(label.Value) : label.Value)}");
        return $"{series.Groups[1]} {string.Join(' ', labels)} {Number(series.Groups[3].Value)}";
    }).Order(StringComparer.Ordinal)];

    static string Number(string text) => text == "+Inf" ? text : double.Parse(text, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);
}
