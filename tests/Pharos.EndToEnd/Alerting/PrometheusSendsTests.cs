using System.Globalization;
using System.Text.Json;
using Pharos.EndToEnd.Answers;
using Pharos.EndToEnd.Processes;

namespace Pharos.EndToEnd.Alerting;

/// <summary>A real Prometheus whose <c>alerting</c> section names Pharos: its alerts go through Pharos' routes to a webhook, and end there.</summary>
public sealed class PrometheusSendsTests : IAsyncDisposable
{
    readonly TemporaryFolder folder = new();
    readonly HookServer hooks = new();

    IReadOnlyList<JsonElement> Told => hooks.At("/team");

    [Fact]
    public async Task An_alert_of_Prometheus_is_told_once_when_it_fires_and_once_when_it_ends()
    {
        Peers.Find("prometheus");
        var rules = folder.Write("rules.yml", Rules("vector(42)"));
        var file = folder.Write("alertmanager.yml", $$"""
            route:
              receiver: nobody
              routes: [{matchers: [severity=page, region=eu], receiver: team, group_by: [alertname], group_wait: 100ms, group_interval: 1s}]
            receivers: [{name: nobody}, {name: team, webhook_configs: [{url: '{{hooks.Url}}/team' }] }]
            """);
        var port = PharosProcess.FreePort();
        var address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
        await using var pharos = await PharosProcess.StartAsync(new($"http://{address}/"), folder.Path, ["serve", "--alertmanager", file, "--listen", address, "--data", folder.Data]);
        await using var prometheus = await RunningPrometheus.StartAsync(
            $$"""
            global: {evaluation_interval: 1s, external_labels: {region: eu} }
            rule_files: ['{{rules}}']
            alerting: {alertmanagers: [{static_configs: [{targets: ['{{address}}'] }] }] }
            """,
            "--web.enable-lifecycle", "--rules.alert.resend-delay=2s"); // An alert ends by itself when it was not sent again for four times as long.

        await Eventually.HoldsAsync(() => Told.Count > 0, () => $"the alert reaches the webhook; Pharos wrote:\n{pharos.Output}");
        var first = Told[0];
        var alert = first.GetProperty("alerts").EnumerateArray().Single();
        Assert.Equal("firing team FromPrometheus", $"{first.GetProperty("status").GetString()} {first.GetProperty("receiver").GetString()} {alert.GetProperty("labels").GetProperty("alertname").GetString()}");
        Assert.Equal("it is 42", alert.GetProperty("annotations").GetProperty("summary").GetString());
        Assert.Contains("/graph?g0.expr=vector%2842%29", alert.GetProperty("generatorURL").GetString(), StringComparison.Ordinal);
        await Eventually.HoldsAsync(async () => await SentAsync(prometheus) >= 3, () => "Prometheus has sent the alert again, and again");
        Assert.Single(Told); // That is no news for the webhook.

        File.WriteAllText(rules, Rules("vector(42) > 100"));
        (await prometheus.Client.PostAsync("/-/reload", null)).EnsureSuccessStatusCode();

        await Eventually.HoldsAsync(() => Told.Count >= 2, () => $"the end reaches the webhook; Pharos wrote:\n{pharos.Output}");
        Assert.Equal("resolved", Told[^1].GetProperty("status").GetString());
        Assert.Equal(2, Told.Count);
        var known = JsonDocument.Parse(await pharos.Client.GetStringAsync("api/v2/alerts")).RootElement;
        Assert.Empty(known.EnumerateArray());
    }

    static async Task<int> SentAsync(RunningPrometheus prometheus)
    {
        const string name = "prometheus_notifications_sent_total{";
        var line = (await prometheus.Client.GetStringAsync("metrics")).Split('\n').FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
        return line is null ? 0 : int.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        await hooks.DisposeAsync();
        folder.Dispose();
    }

    static string Rules(string expression) => $$$"""
        groups:
          - name: g
            rules: [{alert: FromPrometheus, expr: '{{{expression}}}', labels: {severity: page}, annotations: {summary: 'it is {{ $value }}'}}]
        """;
}
