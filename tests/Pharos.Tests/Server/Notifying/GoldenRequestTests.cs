using System.Net;
using System.Text.Json.Nodes;

namespace Pharos.Tests.Server.Notifying;

/// <summary>One request per service, written from its documentation: method, address, headers, body.</summary>
public class GoldenRequestTests
{
    /// <summary>help.victorops.com, REST Endpoint Integration Guide: POST .../alert/KEY/ROUTING_KEY with message_type, entity_id and so on.</summary>
    [Fact]
    public async Task VictorOps()
    {
        var request = await SentAsync("victorops", "{api_key: key, routing_key: 'db team', api_url: URLalert, message_type: WARNING, state_message: down, custom_fields: {runbook: 'http://x'}}", "{}");
        Is(request, "POST", "/alert/key/db%20team", $$"""
            {"message_type":"WARNING","entity_id":"{{Hash}}","entity_display_name":"[FIRING:1] High (critical)","state_message":"down","monitoring_tool":"Alertmanager","runbook":"http://x"}
            """);
    }

    [Theory]
    [InlineData("loud", true, "CRITICAL")]
    [InlineData("INFO", true, "INFO")]
    [InlineData("INFO", false, "RECOVERY")]
    public async Task VictorOps_opens_by_one_of_three_words_and_recovers_by_one(string written, bool isFiring, string sent)
    {
        var request = await SentAsync("victorops", $"{{api_key: key, routing_key: r, api_url: URL, message_type: {written}}}", "{}", isFiring: isFiring);
        Assert.Equal(sent, (string?)JsonNode.Parse(request.Body)!["message_type"]);
    }

    /// <summary>pushover.net/api, "Pushing Messages" and "Message Priority": a form; 2 needs retry and expire in seconds.</summary>
    [Fact]
    public async Task Pushover()
    {
        var request = await SentAsync("pushover", "{token: t, user_key: u, api_url: URL1/messages.json, message: ' a & b ', url_title: More, device: phone, sound: siren, retry: 30s, ttl: 1h, html: true}", "{}", "application/x-www-form-urlencoded");
        Assert.Equal(("POST", "/1/messages.json"), (request.Method, request.Path));
        Assert.Equal(
            "device=phone expire=3600 html=1 message=a & b priority=2 retry=30 sound=siren title=[FIRING:1] High (critical) token=t ttl=3600 url=http://pharos/#/alerts?receiver=ops url_title=More user=u",
            string.Join(' ', FormOf(request.Body).Select(field => $"{field.Key}={field.Value}")));
    }

    [Theory]
    [InlineData("message: ''", "message", "(no details)")] // Empty ones are refused.
    [InlineData("message: 'X1100'", "message", "1024")]
    [InlineData("title: 'X300'", "title", "250")]
    public async Task Pushover_gets_no_more_than_it_takes_and_no_empty_message(string part, string field, string expected)
    {
        var yaml = $"{{token: t, user_key: u, api_url: URL, {part.Replace("X1100", new string('x', 1100), StringComparison.Ordinal).Replace("X300", new string('x', 300), StringComparison.Ordinal)}}}";
        var sent = FormOf((await SentAsync("pushover", yaml, "{}", "application/x-www-form-urlencoded")).Body)[field];
        Assert.Equal(expected, int.TryParse(expected, out _) ? $"{sent.Length}" : sent);
    }

    /// <summary>developer.webex.com, Create a Message: Bearer token, roomId, markdown of at most 7439 bytes.</summary>
    [Fact]
    public async Task Webex()
    {
        var request = await SentAsync("webex", "{room_id: 'Y2lz', api_url: URLv1/messages, message: '**{{ .Status }}**', http_config: {authorization: {credentials: bot}}}", "{}");
        Is(request, "POST", "/v1/messages", """{"markdown":"**firing**","roomId":"Y2lz"}""");
        Assert.Equal("Bearer bot", request.Authorization);
        var cut = await SentAsync("webex", $"{{room_id: r, api_url: URL, message: {new string('ü', 5000)}, http_config: {{authorization: {{credentials: bot}}}}}}", "{}");
        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount((string)JsonNode.Parse(cut.Body)!["markdown"]!), 7430, 7439);
    }

    /// <summary>developer.rocket.chat, Post Message: X-Auth-Token and X-User-Id, channel, avatar, emoji, attachments with fields and actions.</summary>
    [Fact]
    public async Task RocketChat()
    {
        var request = await SentAsync("rocketchat", "{api_url: URL, token: t, token_id: i, channel: '#ops', emoji: ':fire:', icon_url: 'http://i', text: x, short_fields: true, fields: [{title: a, value: b}, {title: c, value: d, short: false}], actions: [{text: Look, url: 'http://l'}]}", """{"success":true}""");
        Is(request, "POST", "/api/v1/chat.postMessage", """
            {"channel":"#ops","emoji":":fire:","avatar":"http://i","attachments":[{"title":"[FIRING:1] High (critical)","title_link":"http://pharos/#/alerts?receiver=ops","text":"x","color":"red",
            "fields":[{"short":true,"title":"a","value":"b"},{"short":false,"title":"c","value":"d"}],"actions":[{"type":"button","text":"Look","url":"http://l","is_webview":false,"msg_in_chat_window":false}]}]}
            """);
        Assert.Equal(("t", "i"), (request.Headers["X-Auth-Token"], request.Headers["X-User-Id"]));
    }

    /// <summary>developers.mattermost.com, Incoming webhooks and Message attachments.</summary>
    [Fact]
    public async Task Mattermost()
    {
        var request = await SentAsync("mattermost", "{webhook_url: URLhooks/x, channel: town, icon_emoji: ghost, text: body, pretext: pre, footer: foot, fields: [{title: a, value: b, short: true}], priority: {priority: urgent, requested_ack: true, persistent_notifications: true}, props: {card: c}}", "ok");
        Is(request, "POST", "/hooks/x", """
            {"channel":"town","username":"Alertmanager","icon_emoji":"ghost","attachments":[{"fallback":"[FIRING:1] High (critical) | http://pharos/#/alerts?receiver=ops","color":"danger","pretext":"pre","text":"body",
            "title":"[FIRING:1] High (critical)","title_link":"http://pharos/#/alerts?receiver=ops","fields":[{"title":"a","value":"b","short":true}],"footer":"foot"}],
            "props":{"card":"c"},"priority":{"priority":"urgent","requested_ack":true,"persistent_notifications":true}}
            """);
    }

    [Theory]
    [InlineData("loud", """{"priority":"standard"}""")]
    [InlineData("Important", """{"priority":"important","requested_ack":true}""")]
    public async Task Mattermost_is_not_asked_for_what_its_priority_does_not_allow(string written, string sent)
    {
        var request = await SentAsync("mattermost", $"{{webhook_url: URL, priority: {{priority: {written}, requested_ack: true, persistent_notifications: true}}}}", "ok");
        Assert.Equal(sent, JsonNode.Parse(request.Body)!["priority"]!.ToJsonString());
    }

    /// <summary>docs.incident.io, Alert sources, Prometheus Alertmanager: Bearer token, the payload of a webhook.</summary>
    [Fact]
    public async Task IncidentIo()
    {
        var request = await SentAsync("incidentio", "{url: URLv2/alert_events/alertmanager/x, alert_source_token: t}", "{}");
        var body = JsonNode.Parse(request.Body)!;
        Assert.Equal(("POST", "/v2/alert_events/alertmanager/x", "Bearer t"), (request.Method, request.Path, request.Authorization));
        Assert.Equal(("1", "firing", "{}:{alertname=\"High\"}", 0), ((string?)body["version"], (string?)body["status"], (string?)body["groupKey"], (int)body["truncatedAlerts"]!));
        Assert.Equal("High", (string?)body["alerts"]![0]!["labels"]!["alertname"]);
    }

    /// <summary>Alertmanager 0.34, example of route labels: the rendered labels of the route stand in the payload of a webhook.</summary>
    [Fact]
    public async Task Webhooks_are_told_the_labels_of_the_route()
    {
        using var service = FakeService.Answering(200);
        var routeLabels = Pharos.Model.Labels.LabelSet.From(("reason", "{{ .GroupLabels.alertname }}"), ("text", "because {{ routeLabels \"reason\" }}"), ("bad", "{{ .Nope }}"));
        var result = await SomeNotification.Notifier("webhook", $"url: {service.Url}").NotifyAsync(SomeNotification.Firing() with { RouteLabels = routeLabels }, TestContext.Current.CancellationToken);
        var sent = JsonNode.Parse(Assert.Single(service.Requests).Body)!["routeLabels"]!;
        Assert.Equal(("", "High", "because High"), (result.Reason, (string?)sent["reason"], (string?)sent["text"]));
        Assert.StartsWith("<error expanding template: ", (string?)sent["bad"], StringComparison.Ordinal);
    }

    /// <summary>docs.ntfy.sh/publish, "Publish as JSON": to the root of the server, priority a number from 1 to 5.</summary>
    [Fact]
    public async Task Ntfy()
    {
        var request = await SentAsync("ntfy", "{url: URL, topic: disks, token: tk_1, message: down, tags: 'warning, db', icon: 'http://i/a.png', markdown: true}", "{}");
        Is(request, "POST", "/", """
            {"topic":"disks","title":"[FIRING:1] High (critical)","message":"down","priority":4,"tags":["warning","db"],"click":"http://pharos/#/alerts?receiver=ops","icon":"http://i/a.png","markdown":true}
            """);
        Assert.Equal("Bearer tk_1", request.Authorization);
    }

    [Theory]
    [InlineData("urgent", 5)]
    [InlineData("9", 5)]
    [InlineData("min", 1)]
    [InlineData("nonsense", null)]
    public async Task Ntfy_takes_names_and_numbers_of_priorities(string written, int? sent)
    {
        var request = await SentAsync("ntfy", $"{{url: URL, topic: t, priority: {written}}}", "{}");
        Assert.Equal(sent, (int?)JsonNode.Parse(request.Body)!["priority"]);
    }

    /// <summary>developer.pagerduty.com, Events API v2: custom_details is an object of any depth.</summary>
    [Fact]
    public async Task Details_of_PagerDuty_keep_their_shape()
    {
        var request = await SentAsync("pagerduty", "{routing_key: k, url: URL, details: {firing: none, nested: {'{{ .Status }}': ['{{ len .Alerts }}', {deep: '{a: b}'}, 1.5, no, ~]}}}", "{}");
        var details = JsonNode.Parse(request.Body)!["payload"]!["custom_details"]!;
        Assert.Equal("none", (string?)details["firing"]);
        Assert.Equal("""{"firing":[1,{"deep":{"a":"b"}},1.5,"no",null]}""", details["nested"]!.ToJsonString());
    }

    static string Hash => Pharos.Server.Notifying.ServiceClient.KeyOf(SomeNotification.Firing().GroupKey);

    static SortedDictionary<string, string> FormOf(string body) =>
        new(body.Split('&').Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => WebUtility.UrlDecode(pair[1]), StringComparer.Ordinal), StringComparer.Ordinal);

    static void Is(FakeService.Received request, string method, string path, string json)
    {
        Assert.Equal((method, path), (request.Method, request.Path));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(json), JsonNode.Parse(request.Body)), request.Body);
    }

    static async Task<FakeService.Received> SentAsync(string kind, string yaml, string answer, string type = "application/json", bool isFiring = true)
    {
        using var service = FakeService.Answering(200, answer, type: type);
        var result = await SomeNotification.Notifier(kind, yaml.Replace("URL", service.Url, StringComparison.Ordinal))
            .NotifyAsync(isFiring ? SomeNotification.Firing() : SomeNotification.Resolved(), TestContext.Current.CancellationToken);
        Assert.Equal("", result.Reason);
        return Assert.Single(service.Requests);
    }
}
