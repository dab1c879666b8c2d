using System.Text;
using System.Text.Json;
using Pharos.EndToEnd.Answers;
using Pharos.EndToEnd.Processes;

namespace Pharos.EndToEnd.Applications;

/// <summary>A real Prometheus and Pharos scrape Shop in each format and must know the same.</summary>
public sealed class ScrapedByPrometheusTests
{
    [Fact]
    public async Task In_text_OpenMetrics_and_protobuf_both_know_the_same()
    {
        Peers.Find("prometheus");
        await using var shop = await RunningShop.StartAsync("--Pharos:Metrics:Instruments:http_request_duration_seconds:IsNative", "true");
        for (var i = 0; i < 20; i++) (await shop.Client.GetAsync(i % 4 == 0 ? "no/such/page" : "api/products")).Dispose();
        await using var prometheus = await RunningPrometheus.StartAsync(Config(shop.Authority, ""), "--enable-feature=native-histograms");
        using var folder = new TemporaryFolder();
        folder.Write("prometheus.yml", Config(shop.Authority, "scrape_native_histograms: true, "));
        await using var pharos = await PharosProcess.ServeAsync(folder.Path, folder.Data);
        foreach (var client in (HttpClient[])[prometheus.Client, pharos.Client])
        {
            await Eventually.HoldsAsync(async () => (await QueryAsync(client, "count(count_over_time(up[1m]) >= 3) == 3")).Length > 0, () => "all three formats were scraped three times");
        }

        foreach (var query in (string[])[
            "http_requests_total{endpoint!~\"/metrics\"}", "http_request_duration_seconds_bucket{endpoint!~\"/metrics\"}", "http_request_duration_seconds_sum{endpoint!~\"/metrics\"}",
            "app_info", "process_start_time_seconds", "process_max_fds", "up",
        ])
        {
            var expected = await QueryAsync(prometheus.Client, query);
            Assert.NotEmpty(expected);
            Assert.Equal(expected, await QueryAsync(pharos.Client, query));
        }
        // The three formats tell the same of a finished past, to the last digit.
        foreach (var client in (HttpClient[])[prometheus.Client, pharos.Client])
        {
            var byJob = (await QueryAsync(client, "http_request_duration_seconds_bucket{endpoint=\"/api/products\"}")).Split('\n').GroupBy(line => Job(line), line => line.Replace($"job={Job(line)}", "", StringComparison.Ordinal), StringComparer.Ordinal).ToDictionary(group => group.Key, group => string.Join('\n', group), StringComparer.Ordinal);
            Assert.Equal(["openmetrics", "protobuf", "text"], byJob.Keys.Order(StringComparer.Ordinal));
            Assert.Equal(byJob["text"], byJob["openmetrics"]);
            Assert.Equal(byJob["text"], byJob["protobuf"]);
            Assert.Equal("{job=protobuf}: 15", await QueryAsync(client, "histogram_count(sum by (job) (http_request_duration_seconds{endpoint=\"/api/products\"}))"));
        }
        // Out of native buckets the last bit depends on the order of the arithmetic.
        Assert.Equal(
            await QueryAsync(prometheus.Client, "round(histogram_quantile(0.5, http_request_duration_seconds{endpoint=\"/api/products\"}), 1e-9)"),
            await QueryAsync(pharos.Client, "round(histogram_quantile(0.5, http_request_duration_seconds{endpoint=\"/api/products\"}), 1e-9)"));
    }

    [Fact]
    public async Task Prometheus_reads_since_when_counters_and_histograms_count()
    {
        Peers.Find("prometheus");
        await using var shop = await RunningShop.StartAsync("--Pharos:Metrics:WritesCreated", "true");
        for (var i = 0; i < 15; i++) (await shop.Client.GetAsync("api/products")).Dispose();
        await using var prometheus = await RunningPrometheus.StartAsync(Config(shop.Authority, ""), "--enable-feature=created-timestamp-zero-ingestion");
        await Eventually.HoldsAsync(async () => (await QueryAsync(prometheus.Client, "count(count_over_time(up[1m]) >= 3) == 3")).Length > 0, () => "all three formats were scraped three times");

        // It puts a zero where a series began to count, before what it scraped: where nothing tells that, the first value is the least.
        foreach (var metric in (string[])["http_requests_total", "http_request_duration_seconds_count"])
        {
            var least = await QueryAsync(prometheus.Client, $"min by (job) (min_over_time({metric}{{endpoint=\"/api/products\"}}[5m]))");
            Assert.Equal("{job=openmetrics}: 0\n{job=protobuf}: 0\n{job=text}: 15", least);
        }
    }

    [Fact]
    public async Task Promtool_finds_nothing_to_say()
    {
        await using var shop = await RunningShop.StartAsync();
        (await shop.Client.GetAsync("api/products")).Dispose();

        var (code, output) = Peers.Run(Peers.Find("promtool"), Encoding.UTF8.GetBytes(await shop.Client.GetStringAsync("metrics")), "check", "metrics");

        Assert.Equal((0, ""), (code, output));
    }

    static string Config(string target, string more) => $$"""
        global: {scrape_interval: 1s, scrape_timeout: 1s}
        scrape_configs:
          - {job_name: text, scrape_protocols: [PrometheusText0.0.4], static_configs: [{targets: ["{{target}}"]}]}
          - {job_name: openmetrics, scrape_protocols: [OpenMetricsText1.0.0], static_configs: [{targets: ["{{target}}"]}]}
          - {job_name: protobuf, {{more}}scrape_protocols: [PrometheusProto], always_scrape_classic_histograms: true, static_configs: [{targets: ["{{target}}"]}]}

        """;

    static string Job(string line) => line.Split("job=")[1].Split([',', '}'])[0];

    static async Task<string> QueryAsync(HttpClient client, string query)
    {
        using var answer = JsonDocument.Parse(await client.GetStringAsync("/api/v1/query?query=" + Uri.EscapeDataString(query)));
        var lines = answer.RootElement.GetProperty("data").GetProperty("result").EnumerateArray()
            .Select(series => $"{{{string.Join(',', series.GetProperty("metric").EnumerateObject().OrderBy(label => label.Name, StringComparer.Ordinal).Select(label => $"{label.Name}={label.Value.GetString()}"))}}}: {(series.TryGetProperty("value", out var value) ? value[1].GetString() : series.GetProperty("histogram")[1].GetRawText())}");
        return string.Join('\n', lines.Order(StringComparer.Ordinal));
    }
}
