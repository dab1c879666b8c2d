using Microsoft.AspNetCore.Http;
using Pharos.EndToEnd.Answers;
using Pharos.EndToEnd.Processes;

namespace Pharos.EndToEnd.Api;

/// <summary>A real Prometheus and Pharos over the same file, rules and targets, each past its first evaluations. Shared by the tests of a class.</summary>
public sealed class ServerPair : IAsyncLifetime
{
    /// <summary>A counter with an exemplar, a histogram with exemplars, a summary, a gauge with a unit: each kind that an endpoint can tell of.</summary>
    const string Text = """
        # HELP app_requests Requests that were answered.
        # TYPE app_requests counter
        app_requests_total{path="/"} 7 # {trace_id="abc"} 1 1700000000.000
        app_requests_total{path="/orders"} 3
        # TYPE app_seconds histogram
        # UNIT app_seconds seconds
        app_seconds_bucket{le="0.5"} 2 # {trace_id="def"} 0.25
        app_seconds_bucket{le="+Inf"} 3 # {trace_id="ghi"} 4
        app_seconds_sum 5
        app_seconds_count 3
        # TYPE app_sizes summary
        app_sizes{quantile="0.5"} 12
        app_sizes_sum 40
        app_sizes_count 3
        # TYPE app_temperature_celsius gauge
        # UNIT app_temperature_celsius celsius
        app_temperature_celsius 21.5
        # EOF

        """;

    const string Rules = """
        groups:
          - name: alerts
            interval: 1s
            rules:
              - {alert: Fires, expr: app_temperature_celsius > 20, labels: {severity: page}, annotations: {summary: "{{ $value }}"}}
              - {alert: KeepsFiring, expr: app_temperature_celsius > 20, keep_firing_for: 5m}
              - {alert: Waits, expr: app_temperature_celsius > 20, for: 1h}
              - {alert: Sleeps, expr: app_temperature_celsius > 100}
          - name: recordings
            interval: 1s
            limit: 10
            query_offset: 100ms
            labels: {team: shop}
            rules:
              - {record: "path:app_requests:sum", expr: sum by (path) (app_requests_total), labels: {origin: rule}}
              - {record: fails, expr: "app_requests_total * on (job) group_left () {__name__=~'app_sizes_.*'}"}

        """;

    TemporaryFolder? folder;
    LocalServer? target;
    RunningProgram? process;
    PharosProcess? pharos;
    HttpClient? peer;

    /// <summary>Null when the peer is not there: then the tests report themselves skipped.</summary>
    public HttpClient Prometheus => peer ?? throw SkipException();

    public HttpClient Pharos => pharos?.Client ?? throw SkipException();

    public string RuleFile => Path.Combine(folder!.Path, "rules.yml");

    public string TargetAddress => target!.Address;

    public async ValueTask InitializeAsync()
    {
        if (!Peers.Has("prometheus")) return;
        folder = new();
        target = await LocalServer.StartAsync(context =>
        {
            context.Response.ContentType = "application/openmetrics-text; version=1.0.0; charset=utf-8";
            return context.Response.WriteAsync(Text);
        });
        folder.Write("rules.yml", Rules);
        var port = PharosProcess.FreePort();
        var config = $$"""
            global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s, external_labels: {site: here} }
            rule_files: [rules.yml]
            alerting:
              alertmanagers: [{static_configs: [{targets: ["127.0.0.1:1"]}]}]
            scrape_configs:
              - job_name: app
                static_configs: [{targets: ["{{target.Address}}"], labels: {env: test} }]
              - job_name: histograms # Of the peer itself, which has native ones.
                static_configs: [{targets: ["127.0.0.1:{{port}}"]}]
              - job_name: down
                static_configs: [{targets: ["127.0.0.1:1"]}]
              - job_name: dropping
                static_configs: [{targets: ["127.0.0.1:1"]}]
                relabel_configs: [{source_labels: [__address__], regex: ".*", action: drop}]

            """;
        process = await Peers.StartAsync("prometheus", $"http://127.0.0.1:{port}/-/ready", $"--config.file={folder.Write("prometheus.yml", config)}", $"--storage.tsdb.path={folder.Path}/peer", $"--web.listen-address=127.0.0.1:{port}",
            "--enable-feature=exemplar-storage,native-histograms,promql-experimental-functions", "--web.enable-remote-write-receiver", "--log.level=error");
        peer = new() { BaseAddress = new($"http://127.0.0.1:{port}/") };
        // What was a feature flag is a key of the configuration since 3.9.
        pharos = await PharosProcess.StartAsync(new($"http://127.0.0.1:{port = PharosProcess.FreePort()}/"), folder.Path,
            ["serve", $"--config.file={folder.Write("own.yml", config.Replace("global: {", "global: {scrape_native_histograms: true, ", StringComparison.Ordinal))}", $"--storage.tsdb.path={folder.Data}", $"--web.listen-address=127.0.0.1:{port}"]);
        foreach (var client in (HttpClient[])[peer, pharos.Client])
        {
            await Eventually.HoldsAsync(async () => await AskAsync(client, "count(count_over_time(up[1m]) >= 3)") is { Series.Count: 1 } up && up.Series.Values.Single()[0].Value == 3, () => "all targets were scraped");
            await Eventually.HoldsAsync(async () => await AskAsync(client, "ALERTS{alertname=\"Waits\"} and on () {__name__=\"path:app_requests:sum\",path=\"/\"}") is { Series.Count: 1 }, () => "the rules were evaluated");
            await Eventually.HoldsAsync(async () => (await client.GetStringAsync("api/v1/alertmanagers")).Contains(":1/", StringComparison.Ordinal), () => "the Alertmanager is known");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (pharos is not null) await pharos.DisposeAsync();
        if (process is not null) await process.DisposeAsync();
        if (target is not null) await target.DisposeAsync();
        peer?.Dispose();
        folder?.Dispose();
    }

    static Task<QueryAnswer> AskAsync(HttpClient client, string query) => QueryAnswer.AskAsync(client, "query", new() { ["query"] = query });

    static InvalidOperationException SkipException()
    {
        Peers.Find("prometheus");
        return new("the servers are not started");
    }
}
