using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Pharos.EndToEnd.Processes;

namespace Pharos.EndToEnd.Alerting;

/// <summary>The server as an Alertmanager: killed in the middle, asked by the real amtool, and given what no client should send.</summary>
public sealed class AlertDoorsTests : IAsyncLifetime
{
    readonly string folder = Directory.CreateTempSubdirectory("pharos-doors-").FullName;
    readonly ConcurrentQueue<string> told = new();
    readonly int port = PharosProcess.FreePort();
    LocalServer hooks = null!;
    volatile int refusal; // Status; 0: everything is taken.

    public async ValueTask InitializeAsync()
    {
        hooks = await LocalServer.StartAsync(TakeAsync);
        File.WriteAllText(Path.Combine(folder, "alertmanager.yml"), $$$$"""
            global: {http_config: {basic_auth: {username: u, password: hush-hush}}}
            route:
              {receiver: team, group_by: [alertname], group_wait: 100ms, group_interval: 1s, routes: [{receiver: other, matchers: [severity=page], continue: true}, {receiver: team}]}
            receivers: [{name: team, webhook_configs: [{url: '{{{{hooks.Url}}}}/hush-path'}]}, {name: other}]
            """);
    }

    [Fact]
    public async Task After_a_kill_what_was_accepted_is_told_and_what_was_told_is_not_told_again()
    {
        var first = await StartAsync();
        await PostAsync(first, "Told");
        await UntilAsync(() => told.Contains("Told"));
        await UntilAsync(() => NotifyLog.HasRows(Path.Combine(folder, "data"))); // Some milliseconds after the answer; a kill in between may tell it again.
        refusal = StatusCodes.Status503ServiceUnavailable;
        await PostAsync(first, "Accepted");
        await first.SignalAsync("KILL");
        await first.DisposeAsync();

        await using var second = await StartAsync();
        refusal = 0; // Only now: what the first one had sent may be read late.
        await UntilAsync(() => told.Contains("Accepted"));
        // Another group passes its wait and its interval: then whatever the others have to tell again is told.
        await PostAsync(second, "Later");
        await UntilAsync(() => told.Contains("Later"));
        await PostAsync(second, "Later", isFiring: false);
        await UntilAsync(() => told.Count(name => name == "Later") == 2);

        Assert.Equal(1, told.Count(name => name == "Told"));
        Assert.Equal(1, told.Count(name => name == "Accepted"));
    }

    [Fact]
    public async Task The_real_amtool_works()
    {
        var amtool = Peers.Find("amtool");
        await using var pharos = await StartAsync();
        string Run(params string[] arguments)
        {
            var (code, output) = Peers.Run(amtool, [], [.. arguments, $"--alertmanager.url={pharos.Url}"]);
            Assert.True(code == 0, $"amtool {string.Join(' ', arguments)}: {output}");
            return output;
        }

        Run("alert", "add", "alertname=Foo", "severity=page", "--annotation=summary=hello");
        Assert.Contains("Foo", Run("alert", "query"), StringComparison.Ordinal);
        Assert.DoesNotContain("Foo", Run("alert", "query", "severity=warn"), StringComparison.Ordinal);
        var id = Run("silence", "add", "alertname=Foo", "--comment=c", "--author=a").Trim().Split('\n')[^1];
        Assert.DoesNotContain("Foo", Run("alert", "query"), StringComparison.Ordinal);
        Assert.Contains("suppressed", Run("alert", "query", "--silenced"), StringComparison.Ordinal);
        Assert.Contains(id, Run("silence", "query", "alertname=Foo"), StringComparison.Ordinal);
        Run("silence", "expire", id);
        Assert.Contains(id, Run("silence", "query", "--expired"), StringComparison.Ordinal);
        Assert.DoesNotContain("hush", Run("config", "show"), StringComparison.Ordinal);
        Assert.Contains("{severity=\"page\"}  continue: true  receiver: other", Run("config", "routes", "show"), StringComparison.Ordinal);
        Assert.Contains("other,team", Run("config", "routes", "test", "severity=page"), StringComparison.Ordinal);
        await Task.CompletedTask;
    }

    [Fact]
    public async Task A_test_a_drill_and_the_reason_are_had_on_the_command_line()
    {
        await using var pharos = await StartAsync();
        await PostAsync(pharos, "Shown");
        await UntilAsync(() => told.Contains("Shown"));

        var test = await PharosProcess.RunAsync(folder, "alert", "test", "team", "--url", $"{pharos.Url}");
        var unknown = await PharosProcess.RunAsync(folder, "alert", "test", "nobody", "--url", $"{pharos.Url}");
        var why = await PharosProcess.RunAsync(folder, "why", "alertname=\"Shown\"", "--url", $"{pharos.Url}");

        var drill = await PharosProcess.RunAsync(folder, "alert", "drill", "--url", $"{pharos.Url}");
        refusal = StatusCodes.Status403Forbidden;
        var refused = await PharosProcess.RunAsync(folder, "alert", "drill", "--url", $"{pharos.Url}");

        Assert.Equal((0, "The fire drill was taken by the one integration there is.\n"), (drill.ExitCode, drill.Output));
        Assert.Contains("PharosFireDrill", told);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("webhook[0] of team: ", refused.Output, StringComparison.Ordinal);
        Assert.Equal((0, true), (test.ExitCode, test.Output.StartsWith("team webhook[0]: ok, status 200", StringComparison.Ordinal)));
        Assert.Contains("PharosTest", told);
        Assert.Equal(1, unknown.ExitCode);
        Assert.Contains("there are: team, other", unknown.Error, StringComparison.Ordinal);
        Assert.Contains("Shown", why.Output, StringComparison.Ordinal);
        Assert.Contains("took it with status 200: 1 firing", why.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("alerts", "{", 400)]
    [InlineData("alerts", "{}", 400)]
    [InlineData("alerts", "[1]", 400)]
    [InlineData("alerts", "[{\"labels\":{}}]", 400)]
    [InlineData("alerts", "[{\"labels\":{\"a\":1}}]", 400)]
    [InlineData("alerts", "[{\"labels\":{\"\":\"x\"}}]", 400)]
    [InlineData("alerts", "[{\"labels\":{\"a\":\"b\"},\"startsAt\":\"yesterday\"}]", 400)]
    [InlineData("alerts", "[{\"labels\":{\"a\":\"b\"},\"startsAt\":\"2030-01-01T00:00:00Z\",\"endsAt\":\"2020-01-01T00:00:00Z\"}]", 400)]
    [InlineData("silences", "{\"matchers\":[],\"startsAt\":\"2030-01-01T00:00:00Z\",\"endsAt\":\"2030-02-01T00:00:00Z\",\"createdBy\":\"a\",\"comment\":\"b\"}", 400)]
    [InlineData("silences", "{\"matchers\":[{\"name\":\"a\",\"value\":\"\",\"isRegex\":false}],\"endsAt\":\"2030-02-01T00:00:00Z\"}", 400)]
    [InlineData("silences", "{\"matchers\":[{\"name\":\"a\",\"value\":\"(\",\"isRegex\":true}],\"endsAt\":\"2030-02-01T00:00:00Z\"}", 400)]
    [InlineData("silences", "{\"matchers\":[{\"name\":\"a\",\"value\":\"b\",\"isRegex\":false}],\"endsAt\":\"2020-02-01T00:00:00Z\"}", 400)]
    [InlineData("silences", "{\"matchers\":[{\"name\":\"a\",\"value\":\"\\ud800\",\"isRegex\":false}],\"endsAt\":\"2999-02-01T00:00:00Z\"}", 400)]
    [InlineData("silences", "{\"id\":\"2f4ae1f6-3b0c-4a3e-9d49-5e3f6f7a0001\",\"matchers\":[{\"name\":\"a\",\"value\":\"b\",\"isRegex\":false}],\"endsAt\":\"2999-02-01T00:00:00Z\"}", 404)]
    public async Task What_cannot_be_is_refused_with_a_reason(string door, string body, int status)
    {
        await using var pharos = await StartAsync();
        var answer = await pharos.Client.PostAsync($"api/v2/{door}", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(JsonValueKind.String, (await answer.Content.ReadFromJsonAsync<JsonElement>()).ValueKind);
    }

    public async ValueTask DisposeAsync()
    {
        await hooks.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    Task<PharosProcess> StartAsync() => PharosProcess.StartAsync(
        new($"http://127.0.0.1:{port}/"), folder, ["serve", "--alertmanager", "alertmanager.yml", "--listen", $"127.0.0.1:{port}", "--data", Path.Combine(folder, "data")]);

    static async Task PostAsync(PharosProcess pharos, string name, bool isFiring = true)
    {
        var alert = new { labels = new { alertname = name }, startsAt = DateTimeOffset.UtcNow.AddMinutes(-1), endsAt = DateTimeOffset.UtcNow.AddHours(isFiring ? 1 : 0) };
        (await pharos.Client.PostAsJsonAsync("api/v2/alerts", new[] { alert })).EnsureSuccessStatusCode();
    }

    async Task TakeAsync(HttpContext context)
    {
        using var body = await JsonDocument.ParseAsync(context.Request.Body);
        if (refusal != 0) context.Response.StatusCode = refusal;
        else told.Enqueue(body.RootElement.GetProperty("groupLabels").GetProperty("alertname").GetString()!);
    }

    static Task UntilAsync(Func<bool> isSo, [CallerArgumentExpression(nameof(isSo))] string what = "") => Eventually.HoldsAsync(isSo, what);
}
