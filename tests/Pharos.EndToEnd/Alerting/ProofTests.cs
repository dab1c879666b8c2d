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
        (await first.Client.PostAsync("api/v1/alerting/drills/hold", null)).EnsureSuccessStatusCode();
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
            async () => (await GetAsync(second, "status/findings")).GetProperty("findings").EnumerateArray().Any(finding => finding.GetProperty("message").GetString() == "webhook[0] of receiver pager was never proven"),
            () => "the way that no drill tries is a finding");
    }

    public async ValueTask DisposeAsync()
    {
        await hooks.DisposeAsync();
        folder.Dispose();
    }

    Task<PharosProcess> StartAsync() => PharosProcess.StartAsync(
        new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/")), folder.Path,
        ["serve", folder.Path, "--listen", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"), "--data", folder.Data]);

    static async Task<JsonElement> GetAsync(PharosProcess pharos, string path) => (await pharos.Client.GetFromJsonAsync<JsonElement>($"api/v1/{path}")).GetProperty("data");
}
