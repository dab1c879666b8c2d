using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Pharos.EndToEnd.Answers;
using Pharos.EndToEnd.Processes;

namespace Pharos.EndToEnd.Alerting;

/// <summary>Ways that prove themselves: drills and heartbeats of a real server, over kills.</summary>
public sealed class ProofTests : IAsyncDisposable
{
    readonly TemporaryFolder folder = new();
    readonly HookServer hooks = new();
    readonly int port = PharosProcess.FreePort();

    [Fact]
    public async Task A_fire_drill_goes_through_every_routed_receiver_and_what_it_showed_outlives_a_kill()
    {
        folder.Write("alertmanager.yml", $$"""
            route: {receiver: team, routes: [{receiver: pager, matchers: [severity=page] }] }
            receivers: [{name: team, webhook_configs: [{url: '{{hooks.Url}}/team' }] }, {name: pager, webhook_configs: [{url: 'http://127.0.0.1:1/' }] }, {name: spare, webhook_configs: [{url: '{{hooks.Url}}/spare' }] }]
            """);
        folder.Write("pharos.yml", $"drills: {{every: 7d, at: '{DateTimeOffset.UtcNow.AddHours(12).ToString("HH:mm", CultureInfo.InvariantCulture)}', receivers: [team]}}");
        var first = await StartAsync();
        Assert.Empty(hooks.At("/team")); // A start sends nothing.
        Assert.Contains("webhook[0] of receiver team was never proven", string.Join('\n', await FindingsAsync(first)), StringComparison.Ordinal);
        (await first.Client.PostAsync("api/v1/alerting/drills/hold", null)).EnsureSuccessStatusCode();
        await Eventually.HoldsAsync(async () => !(await FindingsAsync(first)).Any(finding => finding.Contains("receiver team", StringComparison.Ordinal)), () => "a way that was proven is no finding any more");
        await first.SignalAsync("KILL");
        await first.DisposeAsync();

        await using var second = await StartAsync();
        var drills = await GetAsync(second, "alerting/drills");
        var receivers = (await GetAsync(second, "alerting/receivers")).GetProperty("receivers").EnumerateArray().ToDictionary(one => one.GetProperty("name").GetString()!);

        Assert.Equal(["firing", "resolved"], hooks.At("/team").Select(body => body.GetProperty("status").GetString()!));
        Assert.All(hooks.At("/team"), body => Assert.Contains("fire drill", body.GetProperty("commonAnnotations").GetProperty("summary").GetString(), StringComparison.Ordinal));
        Assert.Empty(hooks.At("/spare"));
        Assert.True(drills.GetProperty("held").EnumerateArray().Single().GetProperty("isOk").GetBoolean());
        Assert.Equal("drill True", $"{receivers["team"].GetProperty("lastProof").GetProperty("kind")} {receivers["team"].GetProperty("lastProof").TryGetProperty("provenAt", out _)}");
        Assert.Equal("ok", receivers["team"].GetProperty("integrations")[0].GetProperty("state").GetString());
        await Eventually.HoldsAsync(
            async () => (await FindingsAsync(second)).Contains("webhook[0] of receiver pager was never proven"),
            () => "the way that no drill tries is a finding");
    }

    [Fact]
    public async Task A_heartbeat_that_stays_away_is_told_once_over_a_kill_and_ends_when_it_comes_and_own_ones_go_out()
    {
        folder.Write("alertmanager.yml", $$"""
            route: {receiver: team, group_by: [heartbeat], group_wait: 100ms, group_interval: 1s}
            receivers: [{name: team, webhook_configs: [{url: '{{hooks.Url}}/team' }] }]
            """);
        folder.Write("pharos.yml", $$"""
            heartbeats:
              send: [{url: '{{hooks.Url}}/beat', every: 1s, method: POST}]
              expect: [{name: backup, every: 4s, grace: 1s, labels: {severity: page} }, {name: nightly, every: 1d}]
            """);
        var first = await StartAsync();
        await Eventually.HoldsAsync(() => hooks.At("/team").Count >= 1 && hooks.At("/beat").Count >= 2, () => first.Output);
        await Eventually.HoldsAsync(() => NotifyLog.HasRows(folder.Data), () => "what was told is on disk");
        await first.SignalAsync("KILL");
        await first.DisposeAsync();

        await using var second = await StartAsync();
        var beats = hooks.At("/beat").Count;
        await Eventually.HoldsAsync(() => hooks.At("/beat").Count >= beats + 3, () => $"three beats, and as many intervals of the group, have passed\n{second.Output}");
        Assert.Equal("firing HeartbeatMissing backup page", Told(0));
        Assert.Single(hooks.At("/team"));
        var shown = (await GetAsync(second, "alerting/heartbeats")).GetProperty("expected").EnumerateArray().ToDictionary(one => one.GetProperty("name").GetString()!);
        Assert.Equal((true, false), (shown["backup"].TryGetProperty("missingSince", out _), shown["nightly"].TryGetProperty("missingSince", out _)));
        using var elsewhere = new HttpRequestMessage(HttpMethod.Get, "api/v1/alerting/heartbeat/backup") { Headers = { { "Sec-Fetch-Site", "cross-site" } } };
        Assert.Equal(403, (int)(await second.Client.SendAsync(elsewhere)).StatusCode);
        Assert.Equal(404, (int)(await second.Client.GetAsync("api/v1/alerting/heartbeat/unknown")).StatusCode);
        Assert.Contains("pharos_heartbeat_missing{heartbeat=\"backup\"} 1", await second.Client.GetStringAsync("metrics"), StringComparison.Ordinal);

        (await second.Client.GetAsync("api/v1/alerting/heartbeat/backup")).EnsureSuccessStatusCode();

        await Eventually.HoldsAsync(() => hooks.At("/team").Count >= 2, () => second.Output);
        Assert.Equal("resolved HeartbeatMissing backup page", Told(1));
    }

    public async ValueTask DisposeAsync()
    {
        await hooks.DisposeAsync();
        folder.Dispose();
    }

    string Told(int place)
    {
        var (body, labels) = (hooks.At("/team")[place], hooks.At("/team")[place].GetProperty("commonLabels"));
        return $"{body.GetProperty("status").GetString()} {labels.GetProperty("alertname").GetString()} {labels.GetProperty("heartbeat").GetString()} {labels.GetProperty("severity").GetString()}";
    }

    Task<PharosProcess> StartAsync() => PharosProcess.StartAsync(
        new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/")), folder.Path,
        ["serve", folder.Path, "--listen", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"), "--data", folder.Data]);

    static async Task<IReadOnlyList<string>> FindingsAsync(PharosProcess pharos) =>
        [.. (await GetAsync(pharos, "status/findings")).GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("message").GetString()!)];

    static async Task<JsonElement> GetAsync(PharosProcess pharos, string path) => (await pharos.Client.GetFromJsonAsync<JsonElement>($"api/v1/{path}")).GetProperty("data");
}
