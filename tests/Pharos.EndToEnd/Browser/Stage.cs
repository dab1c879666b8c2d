using System.Text.Json;
using Pharos.EndToEnd.Browser;
using Pharos.EndToEnd.Processes;

[assembly: AssemblyFixture(typeof(Stage))]

namespace Pharos.EndToEnd.Browser;

/// <summary>One server with a folder, a target that answers, one that does not, rules in every state; and a browser.</summary>
/// <remarks>No test changes it.</remarks>
public sealed class Stage : ServedStage
{
    ToyService? toy;

    /// <summary>The address of the target that nobody listens on.</summary>
    public string Gone { get; } = $"127.0.0.1:{PharosProcess.FreePort()}";

    /// <summary>The address of the target that answers.</summary>
    public string Toy => toy!.Address;

    protected override string Everything => "the alert fires and a rate can be computed";

    protected override async Task PrepareAsync()
    {
        toy = await ToyService.StartAsync();
        WriteFolder();
    }

    protected override ValueTask DisposePeersAsync() => toy?.DisposeAsync() ?? ValueTask.CompletedTask;

    void WriteFolder()
    {
        File.WriteAllText(Path.Combine(Folder, "prometheus.yml"), $$"""
            global:
              scrape_interval: 1s
              evaluation_interval: 1s
            rule_files: [ alerts.yml ]
            scrape_configs:
              - job_name: toy
                basic_auth: { username: pharos, password: not-to-be-shown }
                static_configs:
                  - { targets: [ '{{Toy}}' ], labels: { room: nursery } }
                  - { targets: [ '127.0.0.1:1' ], labels: { room: cellar } }
                relabel_configs:
                  - { source_labels: [ room ], regex: cellar, action: drop }
                  - { source_labels: [ __address__ ], regex: '(.*):.*', target_label: host }
              - job_name: gone
                static_configs: [ { targets: [ '{{Gone}}' ] } ]

            """);
        File.WriteAllText(Path.Combine(Folder, "alerts.yml"), """
            groups:
              - name: toys
                rules:
                  - record: job:up:avg
                    expr: avg by (job) (up)
                  - alert: TargetGone
                    expr: up == 0
                    for: 1s
                    labels: { severity: critical }
                    annotations: { summary: '{{ $labels.job }} does not answer', runbook_url: 'https://runbooks.example/gone' }
                  - alert: TooWarm
                    expr: toy_temperature_celsius > 20
                    for: 1h
                    labels: { severity: warning }
                  - alert: TooCold
                    expr: toy_temperature_celsius < 0
              - name: broken
                rules:
                  - record: toys:joined
                    expr: toy_requests_total * on (path) toy_requests_total

            """);
    }

    protected override async Task<bool> IsEverythingThereAsync()
    {
        var alerts = await JsonAsync("api/v1/alerts");
        var isFiring = alerts.GetProperty("data").GetProperty("alerts").EnumerateArray().Any(alert => alert.GetProperty("state").GetString() == "firing");
        // Ten seconds of data, so that a graph of a minute has a line.
        var counted = await JsonAsync("api/v1/query?query=count_over_time(toy_temperature_celsius[1m]) > 10");
        return isFiring && counted.GetProperty("data").GetProperty("result").GetArrayLength() > 0;
    }

    async Task<JsonElement> JsonAsync(string address)
    {
        using var answer = await Client.GetAsync(new Uri(address, UriKind.Relative));
        if (!answer.IsSuccessStatusCode) throw new HttpRequestException($"{address}: {(int)answer.StatusCode}");
        using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return document.RootElement.Clone();
    }
}
