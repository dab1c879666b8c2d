using System.Globalization;
using Pharos.EndToEnd.Processes;

namespace Pharos.EndToEnd.Answers;

/// <summary>The real Prometheus scrapes a target and writes on into Pharos; another Pharos scrapes the same target: all three answer alike.</summary>
public sealed class SameAnswersTests
{
    const string Selector = "{job=\"fixed\",__name__!~\"up|scrape_.*\"}";

    static readonly string[] Queries =
    [
        "requests_total", "temperature{room=~\"r[0-2]\"}", "temperature{room!~\"r[0-2]\",floor=\"0\"}", "{__name__=~\"temp.*|odd\"}", "requests_total offset 1m", "requests_total @ end()",
        "temperature > 20", "temperature > bool 20", "temperature * 2 + 1", "-temperature ^ 2", "temperature % 3", "requests_total / 0", "odd", "odd + odd", "odd == odd", "odd >= 0",
        "rate(requests_total[1m])", "increase(requests_total[2m])", "irate(requests_total[1m])", "delta(temperature[1m])", "idelta(temperature[1m])", "deriv(temperature[2m])",
        "resets(requests_total[5m])", "changes(temperature[3m])", "predict_linear(temperature[2m], 600)", "rate(requests_total[30s:5s])", "max_over_time(rate(requests_total[30s])[2m:10s])",
        "avg_over_time(temperature[1m])", "sum_over_time(odd[1m])", "min_over_time(odd[90s])", "max_over_time(odd[90s])", "count_over_time(temperature[1m])", "last_over_time(odd[1m])",
        "stddev_over_time(temperature[2m])", "stdvar_over_time(temperature[2m])", "quantile_over_time(0.9, temperature[2m])", "present_over_time(temperature[1m])", "absent_over_time(nothing[1m])",
        "sum by (path) (rate(requests_total[1m]))", "sum without (status) (requests_total)", "avg(temperature)", "min by (floor) (temperature)", "max by (floor) (temperature)", "count(requests_total)",
        "count_values(\"v\", round(temperature))", "stddev(temperature)", "stdvar by (floor) (temperature)", "quantile(0.75, temperature)", "topk(2, temperature)", "bottomk(3, temperature)", "group(temperature)",
        "histogram_quantile(0.9, rate(latency_seconds_bucket[1m]))", "histogram_quantile(0.5, sum by (le) (rate(latency_seconds_bucket[2m])))", "histogram_quantile(0.99, latency_seconds_bucket)",
        "rate(latency_seconds_sum[1m]) / rate(latency_seconds_count[1m])", "requests_total{status=\"500\"} / on (path) requests_total{status=\"200\"}",
        "requests_total{status!=\"200\"} / ignoring (status) group_left requests_total{status=\"200\"}", "temperature and temperature{floor=\"1\"}", "temperature unless temperature{floor=\"1\"}",
        "temperature{room=\"r0\"} or requests_total{path=\"/\"}", "absent(nothing{a=\"b\"})", "absent(temperature)", "scalar(sum(temperature))", "vector(time())", "time() - timestamp(temperature)",
        "label_replace(temperature, \"where\", \"$1-x\", \"room\", \"r(.*)\")", "label_join(temperature, \"both\", \"/\", \"room\", \"floor\")", "sort_desc(temperature)", "clamp(temperature, 17, 22)",
        "clamp_min(odd, 3)", "round(temperature, 0.25)", "abs(odd)", "ceil(temperature)", "floor(temperature)", "exp(temperature / 10)", "ln(temperature)", "log2(requests_total)", "log10(requests_total)",
        "sqrt(temperature)", "sgn(odd)", "sin(temperature)", "atan(odd)", "deg(temperature)", "day_of_week(vector(1e9))", "pi() * 2", "minute(temperature * 1e6)", "temperature offset -30s",
        "sum(temperature) by (floor) > bool on (floor) sum(temperature) by (floor)", "1 + 2 * 3 ^ 2",
    ];

    [Fact]
    public async Task Instant_and_range_queries_agree_within_a_billionth()
    {
        Peers.Find("prometheus");
        await using var target = await FixedTarget.StartAsync(scrapers: 2);
        using var writtenFolder = new TemporaryFolder();
        using var scrapingFolder = new TemporaryFolder();
        writtenFolder.Write("prometheus.yml", "scrape_configs: []\n");
        scrapingFolder.Write("prometheus.yml", Config(target));
        await using var written = await PharosProcess.ServeAsync(writtenFolder.Path, writtenFolder.Data);
        await using var scraping = await PharosProcess.ServeAsync(scrapingFolder.Path, scrapingFolder.Data);
        await using var prometheus = await RunningPrometheus.StartAsync(Config(target) + $"remote_write:\n  - url: {written.Url}api/v1/write\n    queue_config: {{batch_send_deadline: 200ms}}\n");
        foreach (var server in (HttpClient[])[prometheus.Client, scraping.Client])
        {
            // Prometheus looks for targets five seconds after its start; the first sample must not be over by then.
            await Eventually.HoldsAsync(async () => await QueryAnswer.AskAsync(server, "query", new() { ["query"] = "up{job=\"fixed\"} == 1" }) is { Series.Count: 1 }, () => "the target is scraped");
        }
        target.Begin();
        var counted = "";
        foreach (var server in (HttpClient[])[prometheus.Client, scraping.Client, written.Client])
        {
            await Eventually.HoldsAsync(async () =>
            {
                var answer = await AskAsync(server, "count_over_time(requests_total{path=\"/\",status=\"200\"}[1h])", target.EndMs);
                counted = answer.Series.Count == 0 ? answer.Kind : answer.Series.First().Value[0].Value.ToString(CultureInfo.InvariantCulture);
                return counted == FixedTarget.Samples.ToString(CultureInfo.InvariantCulture);
            }, () => $"all {FixedTarget.Samples} samples are at {server.BaseAddress}, now {counted}");
            await Eventually.HoldsAsync(async () => await AskAsync(server, $"count({Selector})", target.EndMs) is { Series.Count: 1 }, () => "all series have arrived");
        }

        var differences = new List<string>();
        foreach (var query in Queries)
        {
            await CompareAsync("query", query, new() { ["query"] = query, ["time"] = Seconds(target.EndMs) });
            await CompareAsync("query", query, new() { ["query"] = query, ["time"] = Seconds(target.StartMs + 150_001) });
            await CompareAsync("query_range", query, new() { ["query"] = query, ["start"] = Seconds(target.StartMs - 20_000), ["end"] = Seconds(target.EndMs + 30_000), ["step"] = "7s" });
        }
        Assert.True(differences.Count == 0, string.Join('\n', differences));

        async Task CompareAsync(string path, string query, Dictionary<string, string> form)
        {
            var expected = await QueryAnswer.AskAsync(prometheus.Client, path, form);
            foreach (var (name, server) in new[] { ("scraped", scraping.Client), ("written", written.Client) })
            {
                if ((await QueryAnswer.AskAsync(server, path, form)).DifferenceFrom(expected) is { } difference) differences.Add($"{name}, {path}, {query}: {difference}");
            }
        }
    }

    static Task<QueryAnswer> AskAsync(HttpClient server, string query, long atMs) => QueryAnswer.AskAsync(server, "query", new() { ["query"] = query, ["time"] = Seconds(atMs) });

    static string Config(FixedTarget target) => $$"""
        global: {scrape_interval: 200ms, scrape_timeout: 200ms}
        scrape_configs:
          - job_name: fixed
            static_configs: [{targets: ["{{target.Address}}"]}]

        """;

    static string Seconds(long ms) => (ms / 1000.0).ToString(CultureInfo.InvariantCulture);
}
