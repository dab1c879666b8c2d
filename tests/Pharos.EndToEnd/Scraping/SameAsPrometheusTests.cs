using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Pharos.EndToEnd.Answers;
using Pharos.EndToEnd.Processes;

namespace Pharos.EndToEnd.Scraping;

/// <summary>Pharos and a real Prometheus scrape the same targets by the same file and must then know the same.</summary>
public sealed class SameAsPrometheusTests
{
    /// <summary>What formats, escapes, honours and spellings can differ in. (A blank before a name is left out: Prometheus takes it into the name.)</summary>
    const string Awkward = """
        # HELP h_seconds A histogram.
        # TYPE h_seconds histogram
        h_seconds_bucket{le="1"} 1
        h_seconds_bucket{le="2.50"} 2
        h_seconds_bucket{le="1e6"} 2
        h_seconds_bucket{le="+Inf"} 3
        h_seconds_sum 1.5e1
        h_seconds_count 3
        # TYPE s summary
        s{quantile="0.50"} NaN
        s_sum -Inf
        s_count 0
        # TYPE c_total counter
        c_total{path="a\\b\"c\nd\te",job="own",instance="mine",exported_job="taken"} 9007199254740993
        spaced  { a = "1" , b = "2" , }   7
        {"with.dots","label.x"="y"} 5
        drop_me 1
        renamed{env="x"} 1

        """;

    [Fact]
    public async Task Live_and_awkward_targets_come_out_the_same()
    {
        var (exporterPort, prometheusPort) = (PharosProcess.FreePort(), PharosProcess.FreePort());
        await using var exporter = await Peers.StartAsync("prometheus-node-exporter", $"http://127.0.0.1:{exporterPort}/", $"--web.listen-address=127.0.0.1:{exporterPort}", "--web.disable-exporter-metrics");
        var text = Awkward;
        await using var target = await LocalServer.StartAsync(context =>
        {
            context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
            return context.Response.WriteAsync(Volatile.Read(ref text));
        });
        var folder = Directory.CreateTempSubdirectory("pharos-same-").FullName;
        var config = $$$"""
            global: {scrape_interval: 3s, scrape_timeout: 3s}
            scrape_configs:
              - job_name: node
                static_configs: [{targets: ["127.0.0.1:{{{exporterPort}}}"], labels: {env: test} }]
              - job_name: awkward
                static_configs: [{targets: ["{{{target.Address}}}"]}]
                metric_relabel_configs: &rules
                  - {source_labels: [__name__], regex: drop_.*, action: drop}
                  - {source_labels: [env], regex: (x), target_label: environment, replacement: "is-$1"}
                  - {regex: env, action: labeldrop}
              - job_name: honoring
                honor_labels: true
                static_configs: [{targets: ["{{{target.Address}}}"]}]
                metric_relabel_configs: *rules
              - job_name: limited
                sample_limit: 3
                static_configs: [{targets: ["{{{target.Address}}}"]}]
              - job_name: down
                static_configs: [{targets: ["127.0.0.1:1"]}]

            """;
        await File.WriteAllTextAsync(Path.Combine(folder, "prometheus.yml"), config);
        await using var prometheus = await Peers.StartAsync("prometheus", $"http://127.0.0.1:{prometheusPort}/-/ready",
            $"--config.file={folder}/prometheus.yml", $"--storage.tsdb.path={folder}/peer", $"--web.listen-address=127.0.0.1:{prometheusPort}");
        await using var pharos = await PharosProcess.ServeAsync(folder, Path.Combine(folder, "data"));
        using var peer = new HttpClient { BaseAddress = new($"http://127.0.0.1:{prometheusPort}/") };
        foreach (var client in (HttpClient[])[peer, pharos.Client])
        {
            await pharos.UntilAsync(async () => (await QueryAsync(client, "count(count_over_time(up[1m]) >= 3)")).Contains(": 5"), "all five targets were scraped three times");
        }

        // Values of the fixed target to the last digit, with all labels.
        foreach (var job in (string[])["awkward", "honoring", "limited", "down"])
        {
            var query = $"{{job=~\"{job}\",__name__!~\"scrape_duration_seconds|scrape_series_added\"}}";
            Assert.Equal(await QueryAsync(peer, query), await QueryAsync(pharos.Client, query));
        }
        Assert.Equal(await QueryAsync(peer, "{job=\"own\"}"), await QueryAsync(pharos.Client, "{job=\"own\"}"));
        // A live target moves between two scrapes, and the two look at it at different moments: its series, types and counts come to agree.
        await AgreeAsync(client => QueryAsync(client, "count by (__name__, device, cpu, mode, env, instance) ({job=\"node\"})"));
        await AgreeAsync(client => QueryAsync(client, "scrape_samples_scraped"));
        await AgreeAsync(MetadataAsync);
        await AgreeAsync(TargetsAsync);

        // A series that disappears is gone at once for both, though the lookback is five minutes.
        Volatile.Write(ref text, Awkward.Replace("c_total{", "d_total{", StringComparison.Ordinal));
        foreach (var client in (HttpClient[])[peer, pharos.Client])
        {
            await pharos.UntilAsync(async () => (await QueryAsync(client, "{__name__=~\"[cd]_total\",job=\"awkward\"}")).StartsWith("{__name__=d_total,", StringComparison.Ordinal), "the old series was marked stale");
        }
        Assert.Equal(await QueryAsync(peer, "sum_over_time(scrape_series_added{job=\"awkward\"}[5m])"), await QueryAsync(pharos.Client, "sum_over_time(scrape_series_added{job=\"awkward\"}[5m])"));
        Directory.Delete(folder, recursive: true);

        async Task AgreeAsync(Func<HttpClient, Task<string>> ask)
        {
            var (expected, found) = ("", "");
            await Eventually.HoldsAsync(
                async () =>
                {
                    (expected, found) = (await ask(peer), await ask(pharos.Client));
                    return found == expected;
                },
                () => $"both tell the same; Prometheus tells\n{expected}\nand Pharos\n{found}");
        }
    }

    /// <summary>The result of an instant query, a line a series: labels in order, then the value.</summary>
    static async Task<string> QueryAsync(HttpClient client, string query)
    {
        using var answer = JsonDocument.Parse(await client.GetStringAsync("api/v1/query?query=" + Uri.EscapeDataString(query)));
        var lines = answer.RootElement.GetProperty("data").GetProperty("result").EnumerateArray()
            .Select(series => $"{{{Labels(series.GetProperty("metric"))}}}: {series.GetProperty("value")[1].GetString()}");
        return string.Join('\n', lines.Order(StringComparer.Ordinal));
    }

    static async Task<string> MetadataAsync(HttpClient client)
    {
        using var answer = JsonDocument.Parse(await client.GetStringAsync("api/v1/metadata"));
        var lines = answer.RootElement.GetProperty("data").EnumerateObject().Select(family => $"{family.Name}: {string.Join(" | ", family.Value.EnumerateArray().Select(one => $"{one.GetProperty("type")} {one.GetProperty("unit")} {one.GetProperty("help")}").Order(StringComparer.Ordinal))}");
        return string.Join('\n', lines.Order(StringComparer.Ordinal));
    }

    static async Task<string> TargetsAsync(HttpClient client)
    {
        using var answer = JsonDocument.Parse(await client.GetStringAsync("api/v1/targets?state=active"));
        var lines = answer.RootElement.GetProperty("data").GetProperty("activeTargets").EnumerateArray()
            .Select(target => $"{target.GetProperty("scrapePool")} {target.GetProperty("scrapeUrl")} {target.GetProperty("health")} {target.GetProperty("scrapeInterval")} {target.GetProperty("scrapeTimeout")} {Labels(target.GetProperty("labels"))} from {Labels(target.GetProperty("discoveredLabels"))}");
        return string.Join('\n', lines.Order(StringComparer.Ordinal));
    }

    static string Labels(JsonElement labels) =>
        string.Join(',', labels.EnumerateObject().OrderBy(label => label.Name, StringComparer.Ordinal).Select(label => $"{label.Name}={label.Value.GetString()}"));
}
