using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Pharos.EndToEnd.Browser;
using Pharos.EndToEnd.Processes;

[assembly: AssemblyFixture(typeof(RoutedStage))]

namespace Pharos.EndToEnd.Browser;

/// <summary>A server that routes its alerts: some notify, some are held back in each way there is, some receivers work and some do not.</summary>
/// <remarks>A test that changes something does it to an alert of its own.</remarks>
public sealed class RoutedStage : ServedStage
{
    ToyReceiver? receiver;

    /// <summary>The id of the silence that was there before any page was opened.</summary>
    public string SilenceId { get; private set; } = "";

    protected override string Everything => "all alerts are in their groups, one was notified, and it is known why the others were not";

    protected override async Task PrepareAsync()
    {
        receiver = await ToyReceiver.StartAsync();
        WriteFolder();
    }

    /// <summary>The alerts come after the silence, so that the silenced one was never told.</summary>
    protected override async Task ServedAsync()
    {
        SilenceId = await SilenceAsync("DiskFull", "disk is being replaced");
        WriteRules();
        using var answer = await Client.PostAsync("-/reload", null);
        answer.EnsureSuccessStatusCode();
    }

    protected override ValueTask DisposePeersAsync() => receiver?.DisposeAsync() ?? ValueTask.CompletedTask;

    void WriteRules() => File.WriteAllText(Path.Combine(Folder, "alerts.yml"), """
            groups:
              - name: shop
                rules:
                  - { alert: Outage, expr: vector(7), labels: { severity: critical, cluster: eu1 }, annotations: { summary: 'The shop answers nobody' } }
                  - { alert: DiskFull, expr: vector(97) > 90, labels: { severity: critical, cluster: us1, team: db }, annotations: { summary: 'The disk is full' } }
                  - { alert: HighLatency, expr: vector(0.9), labels: { severity: warning, cluster: eu1 } }
                  - { alert: ClusterDown, expr: vector(1), labels: { cluster: ap1 } }
                  - { alert: PodsMissing, expr: vector(3), labels: { severity: critical, cluster: ap1 } }
                  - { alert: CableLoose, expr: vector(1), labels: { severity: critical, cluster: eu2, rack: a4 } }
                  - { alert: Unheard, expr: vector(1), labels: { service: broken } }

            """);

    void WriteFolder()
    {
        File.WriteAllText(Path.Combine(Folder, "prometheus.yml"), """
            global: { evaluation_interval: 1s }
            rule_files: [ alerts.yml ]

            """);
        File.WriteAllText(Path.Combine(Folder, "alerts.yml"), "groups: []\n");
        File.WriteAllText(Path.Combine(Folder, "alertmanager.yml"), $$"""
            route:
              receiver: catch-all
              group_by: [ alertname, cluster ]
              group_wait: 200ms
              group_interval: 1s
              repeat_interval: 1h
              routes:
                - { matchers: [ 'service="broken"' ], receiver: broken }
                - matchers: [ 'severity="critical"' ]
                  receiver: pager
                  routes:
                    - { matchers: [ 'team=~"db|storage"' ], receiver: db-team, group_by: [ '...' ], continue: true }
                - { matchers: [ 'severity="warning"' ], receiver: chat, mute_time_intervals: [ always ] }
            time_intervals:
              - { name: always, time_intervals: [ { weekdays: [ 'sunday:saturday' ] } ] }
            inhibit_rules:
              - { source_matchers: [ 'alertname="ClusterDown"' ], target_matchers: [ 'severity="critical"' ], equal: [ cluster ] }
            receivers:
              - { name: catch-all, webhook_configs: [ { url: '{{receiver!.Url}}good' } ] }
              - { name: pager, webhook_configs: [ { url: '{{receiver.Url}}good' } ] }
              - { name: db-team, webhook_configs: [ { url: '{{receiver.Url}}good' } ] }
              - { name: chat, webhook_configs: [ { url: '{{receiver.Url}}good' } ] }
              - { name: broken, webhook_configs: [ { url: '{{receiver.Url}}refused' } ] }
              - { name: unused }

            """);
        // Half a day away, so that no drill comes in between.
        File.WriteAllText(Path.Combine(Folder, "pharos.yml"), $$"""
            drills: { every: 7d, at: '{{DateTimeOffset.UtcNow.AddHours(12).ToString("HH:mm", CultureInfo.InvariantCulture)}}' }
            heartbeats: { expect: [ { name: nightly-backup, every: 1d } ] }

            """);
    }

    async Task<string> SilenceAsync(string alertName, string comment)
    {
        using var answer = await Client.PostAsJsonAsync("api/v2/silences", new
        {
            matchers = new[] { new { name = "alertname", value = alertName, isRegex = false, isEqual = true } },
            startsAt = DateTimeOffset.UtcNow,
            endsAt = DateTimeOffset.UtcNow.AddHours(3),
            createdBy = "mira",
            comment,
        });
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("silenceID").GetString()!;
    }

    async Task<JsonElement> JsonAsync(string address)
    {
        using var answer = await Client.GetAsync(address);
        if (!answer.IsSuccessStatusCode) throw new HttpRequestException($"{address}: {(int)answer.StatusCode}");
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    protected override async Task<bool> IsEverythingThereAsync()
    {
        if ((await JsonAsync("api/v2/alerts/groups")).GetArrayLength() != 7 || receiver!.Taken == 0) return false;
        foreach (var (alert, reason) in new[] { ("DiskFull", "silenced"), ("PodsMissing", "inhibited"), ("HighLatency", "muted"), ("Unheard", "receiver-failing") })
        {
            var why = await JsonAsync($"api/v1/alerting/why?filter=alertname%3D{alert}");
            if (why.GetProperty("data").GetProperty("reason").GetString() != reason) return false;
        }
        return true;
    }
}
