using System.Text.Json;
using Pharos.EndToEnd.Answers;
using Pharos.EndToEnd.Processes;

namespace Pharos.EndToEnd.Alerting;

/// <summary>A real Alertmanager gets what a real server sends it.</summary>
public sealed class AlertmanagerTests : IAsyncDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("pharos-alertmanager-").FullName;
    readonly List<RunningProgram> started = [];
    readonly HttpClient http = new();

    [Fact]
    public async Task Alerts_of_rules_arrive_at_a_static_and_at_a_discovered_Alertmanager_and_end_there()
    {
        var (first, second, own) = (PharosProcess.FreePort(), PharosProcess.FreePort(), PharosProcess.FreePort());
        await StartAlertmanagerAsync(first);
        await StartAlertmanagerAsync(second);
        Write("prometheus.yml", $$"""
            global:
              evaluation_interval: 1s
              external_labels: {region: eu}
            rule_files: [rules.yml]
            alerting:
              alertmanagers:
                - static_configs: [{targets: ["127.0.0.1:{{first}}"]}]
                - file_sd_configs: [{files: [managers.json]}]
                  alert_relabel_configs: [{action: replace, target_label: via, replacement: discovered}]
            """);
        Write("managers.json", $$"""[{"targets": ["127.0.0.1:{{second}}"]}]""");
        Write("rules.yml", """
            groups:
              - name: g
                rules:
                  - alert: AlwaysHigh
                    expr: vector(42)
                    labels: {severity: page}
                    annotations: {summary: "it is {{ $value }}"}
            """);
        await using var pharos = await PharosProcess.StartAsync(new($"http://127.0.0.1:{own}/"), folder,
            ["serve", folder, "--listen", $"127.0.0.1:{own}", "--data", Path.Combine(folder, "data")]);

        var direct = await AlertAsync(first);
        var discovered = await AlertAsync(second);

        Assert.Equal("""{"alertname":"AlwaysHigh","region":"eu","severity":"page"}""", Sorted(direct.GetProperty("labels")));
        Assert.Equal("""{"alertname":"AlwaysHigh","region":"eu","severity":"page","via":"discovered"}""", Sorted(discovered.GetProperty("labels")));
        Assert.Equal("it is 42", direct.GetProperty("annotations").GetProperty("summary").GetString());
        Assert.Contains("/graph?g0.expr=vector%2842%29&g0.tab=1", direct.GetProperty("generatorURL").GetString());
        var managers = JsonDocument.Parse(await http.GetStringAsync($"http://127.0.0.1:{own}/api/v1/alertmanagers")).RootElement.GetProperty("data");
        Assert.Equal(2, managers.GetProperty("activeAlertmanagers").GetArrayLength());

        Write("rules.yml", """
            groups:
              - name: g
                rules:
                  - alert: AlwaysHigh
                    expr: vector(42) > 100
                    labels: {severity: page}
            """);
        (await http.PostAsync($"http://127.0.0.1:{own}/-/reload", null)).EnsureSuccessStatusCode();

        await Eventually.HoldsAsync(async () => (await AlertsAsync(first)).Count == 0 && (await AlertsAsync(second)).Count == 0, () => "the resolved alert to leave both Alertmanagers");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var program in started) await program.DisposeAsync();
        http.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    static string Sorted(JsonElement labels) =>
        JsonSerializer.Serialize(labels.EnumerateObject().OrderBy(label => label.Name, StringComparer.Ordinal).ToDictionary(label => label.Name, label => label.Value.GetString()));

    async Task StartAlertmanagerAsync(int port)
    {
        Write("alertmanager.yml", "route: {receiver: none}\nreceivers: [{name: none}]\n");
        started.Add(await Peers.StartAsync("prometheus-alertmanager", $"http://127.0.0.1:{port}/-/ready",
            $"--config.file={folder}/alertmanager.yml", $"--storage.path={folder}/am-{port}", $"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address="));
    }

    void Write(string name, string text) => File.WriteAllText(Path.Combine(folder, name), text);

    async Task<JsonElement> AlertAsync(int port)
    {
        JsonElement found = default;
        await Eventually.HoldsAsync(
            async () =>
            {
                found = (await AlertsAsync(port)).FirstOrDefault();
                return found.ValueKind == JsonValueKind.Object;
            },
            () => $"an alert at the Alertmanager on port {port}");
        return found;
    }

    async Task<List<JsonElement>> AlertsAsync(int port) =>
        [.. JsonDocument.Parse(await http.GetStringAsync($"http://127.0.0.1:{port}/api/v2/alerts")).RootElement.EnumerateArray()];
}
