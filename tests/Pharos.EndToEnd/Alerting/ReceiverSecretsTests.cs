using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text;
using Microsoft.AspNetCore.Http;
using Pharos.EndToEnd.Processes;

namespace Pharos.EndToEnd.Alerting;

/// <summary>Every kind of receiver with its secrets, and a service that refuses and says back all it was sent: the server shows none of them anywhere.</summary>
public sealed class ReceiverSecretsTests : IAsyncDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("pharos-secrets-").FullName;
    readonly ConcurrentDictionary<string, string> asked = new();

    [Fact]
    public async Task No_secret_of_a_receiver_is_shown_when_its_service_says_it_back()
    {
        await using var service = await LocalServer.StartAsync(EchoAsync);
        var kinds = Receivers.Replace("URL", service.Url, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(folder, "alertmanager.yml"), $"route: {{receiver: all, group_wait: 10ms}}\nreceivers:\n  - name: all\n{kinds}");
        var expected = kinds.Split('\n').Count(line => line.Contains("_configs", StringComparison.Ordinal));
        var port = PharosProcess.FreePort();
        await using var pharos = await PharosProcess.StartAsync(
            new($"http://127.0.0.1:{port}/"), folder, ["serve", "--alertmanager", "alertmanager.yml", "--listen", $"127.0.0.1:{port}", "--data", Path.Combine(folder, "data")]);

        (await pharos.Client.PostAsJsonAsync("api/v2/alerts", new[] { new { labels = new { alertname = "A" }, endsAt = DateTimeOffset.UtcNow.AddHours(1) } })).EnsureSuccessStatusCode();
        await pharos.UntilAsync(() => Task.FromResult(asked.Count >= expected), $"only {string.Join(' ', asked.Keys)} were asked");
        await pharos.UntilAsync(async () => Occurrences(await pharos.Client.GetStringAsync("api/v1/alerting/ledger?limit=1000"), "refused") >= expected, "not every refusal is in the ledger");
        await pharos.Client.PostAsync("api/v1/alerting/receivers/all/test", null);

        foreach (var door in (string[])["api/v2/status", "api/v2/receivers", "api/v1/alerting/receivers", "api/v1/alerting/ledger?limit=1000", "api/v1/alerting/routes", "api/v1/alerting/drills", "api/v1/alerting/why?filter=alertname%3D%22A%22", "api/v2/alerts/groups"])
        {
            var shown = await pharos.Client.GetStringAsync(door);
            Assert.True(!shown.Contains("hush", StringComparison.OrdinalIgnoreCase), $"{door}: {Around(shown)}");
        }
        Assert.True(!pharos.Output.Contains("hush", StringComparison.OrdinalIgnoreCase), Around(pharos.Output));
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    const string Receivers = """
            webhook_configs: [{url: 'URL/webhook/hush-hook'}]
            slack_configs: [{api_url: 'URL/slack/hush-slack', channel: c}]
            pagerduty_configs: [{url: 'URL/pagerduty', routing_key: hush-routing}]
            opsgenie_configs: [{api_url: 'URL/opsgenie', api_key: hush-genie}]
            discord_configs: [{webhook_url: 'URL/discord/hush-discord'}]
            telegram_configs: [{api_url: 'URL/telegram', bot_token: 'hush:bot', chat_id: 1}]
            msteams_configs: [{webhook_url: 'URL/msteams/hush-teams'}]
            msteamsv2_configs: [{webhook_url: 'URL/msteamsv2/hush-teams?sig=a%2Fb'}]
            victorops_configs: [{api_url: 'URL/victorops', api_key: 'hush /key', routing_key: r}]
            pushover_configs: [{api_url: 'URL/pushover', token: 'hush token', user_key: hush-user}]
            webex_configs: [{api_url: 'URL/webex', room_id: r, http_config: {authorization: {credentials: hush-bot}}}]
            sns_configs: [{api_url: 'URL/sns', topic_arn: a, sigv4: {region: r, access_key: a, secret_key: hush-aws}, http_config: {http_headers: {X-Key: {secrets: [hush-header]}}}}]
            wechat_configs: [{api_url: 'URL/wechat/', api_secret: 'hush+secret', corp_id: c}]
            jira_configs: [{api_url: 'URL/jira/rest/api/2/', project: P, issue_type: Bug, http_config: {basic_auth: {username: me, password: hush-jira}}}]
            mattermost_configs: [{webhook_url: 'URL/mattermost/hush-matter'}]
            rocketchat_configs: [{api_url: 'URL/rocketchat', token: hush-rocket, token_id: hush-id}]
            incidentio_configs: [{url: 'URL/incidentio', alert_source_token: hush-incident}]
            ntfy_configs: [{url: 'URL/ntfy', topic: hush-topic, token: tk_hush}]
        """;

    static int Occurrences(string text, string word) => text.Split(word).Length - 1;

    static string Around(string text) => text.IndexOf("hush", StringComparison.OrdinalIgnoreCase) is var at and >= 0 ? text[Math.Max(0, at - 300)..Math.Min(text.Length, at + 100)] : "";

    /// <summary>Answers with everything that came.</summary>
    async Task EchoAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync();
        var headers = string.Join(' ', context.Request.Headers.Where(header => header.Key is "Authorization" or "X-Key" || header.Key.StartsWith("X-Auth", StringComparison.Ordinal) || header.Key.StartsWith("X-User", StringComparison.Ordinal)).Select(header => header.Value.ToString()));
        asked[context.Request.Path.Value!.Split('/')[1]] = body;
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        await context.Response.WriteAsync($"refused {headers} {context.Request.Path.ToUriComponent()}{context.Request.QueryString} {body}");
    }
}
