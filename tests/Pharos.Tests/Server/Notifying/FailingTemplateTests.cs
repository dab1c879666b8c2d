using System.Net;
using System.Text.RegularExpressions;
using Pharos.Server.Notifying;

namespace Pharos.Tests.Server.Notifying;

/// <summary>A template that parses and fails with the alert of the moment loses no notification, in whichever field it stands.</summary>
public sealed partial class FailingTemplateTests
{
    const string Failing = "'{{ (index .Alerts 5).Labels.team }}'";
    const string Named = "default texts stand in";

    /// <summary>A kind, a receiver with KEY, and the keys that may fail.</summary>
    public static TheoryData<string, string, string> Fields => new()
    {
        { "slack", "{api_url: URLhook, KEY}", "channel message_text username color title title_link pretext text footer fallback callback_id icon_emoji icon_url image_url thumb_url fields actions" },
        { "pagerduty", "{routing_key: key, url: URL, KEY}", "client client_url description source severity class component group details images links" },
        { "opsgenie", "{api_key: key, api_url: URL, KEY}", "message description source entity actions tags note priority details responders" },
        { "discord", "{webhook_url: URL, KEY}", "content title message username avatar_url" },
        { "telegram", "{bot_token: t, chat_id: 7, api_url: URL, KEY}", "message" },
        { "telegram", "{bot_token: t, chat_id: 7, api_url: URL, parse_mode: MarkdownV2, KEY}", "message" },
        { "msteams", "{webhook_url: URL, KEY}", "title summary text" },
        { "msteamsv2", "{webhook_url: URL, KEY}", "title text" },
        { "victorops", "{api_key: key, routing_key: team, api_url: URL, KEY}", "message_type state_message entity_display_name monitoring_tool custom_fields" },
        { "pushover", "{token: t, user_key: u, api_url: URL, KEY}", "title message url url_title device sound priority" },
        { "pushover", "{token: t, user_key: u, api_url: URL, html: true, KEY}", "message" },
        { "webex", "{room_id: room, api_url: URL, http_config: {authorization: {credentials: t}}, KEY}", "message" },
        { "sns", "{topic_arn: 'arn:aws:sns:eu-central-1:1:t', api_url: URL, sigv4: {region: eu-central-1, access_key: id, secret_key: s}, KEY}", "subject message attributes" },
        { "wechat", "{api_url: URL, api_secret: s, corp_id: c, to_tag: ops, KEY}", "message to_user to_party" },
        { "jira", "{api_url: URLrest/api/2/, project: OPS, issue_type: Bug, KEY}", "summary description priority labels fields" },
        { "jira", "{api_url: URLrest/api/3/, project: OPS, issue_type: Bug, KEY}", "description" },
        { "mattermost", "{webhook_url: URL, KEY}", "channel username icon_url icon_emoji fallback color pretext text author_name author_link author_icon title title_link fields thumb_url footer footer_icon image_url type props priority attachments" },
        { "rocketchat", "{api_url: URL, token: t, token_id: i, KEY}", "color title title_link text emoji icon_url image_url thumb_url fields actions" },
        { "ntfy", "{url: URL, topic: t, KEY}", "title message priority tags click icon" },
    };

    /// <summary>What nothing can stand in for.</summary>
    public static TheoryData<string, string, string> Addresses => new()
    {
        { "webhook", "{url: 'URL{{ (index .Alerts 5).Labels.team }}'}", "url" },
        { "slack", $"{{app_token: t, app_url: URLapi/chat.postMessage, channel: {Failing}}}", "channel" },
        { "pagerduty", $"{{routing_key: {Failing}, url: URL}}", "key" },
        { "opsgenie", $"{{api_key: {Failing}, api_url: URL}}", "api_key" },
        { "victorops", $"{{api_key: k, routing_key: {Failing}, api_url: URL}}", "routing_key" },
        { "pushover", $"{{token: {Failing}, user_key: u, api_url: URL}}", "token" },
        { "pushover", $"{{token: t, user_key: {Failing}, api_url: URL}}", "user_key" },
        { "webex", $"{{room_id: {Failing}, api_url: URL, http_config: {{authorization: {{credentials: t}}}}}}", "room_id" },
        { "sns", $"{{topic_arn: {Failing}, api_url: URL, sigv4: {{region: r, access_key: id, secret_key: s}}}}", "topic_arn" },
        { "sns", $"{{phone_number: {Failing}, api_url: URL, sigv4: {{region: r, access_key: id, secret_key: s}}}}", "phone_number" },
        { "wechat", $"{{api_url: URL, api_secret: s, corp_id: c, to_user: {Failing}}}", "to_user" },
        { "jira", $"{{api_url: URLrest/api/2/, project: {Failing}, issue_type: Bug}}", "project" },
        { "rocketchat", $"{{api_url: URL, token: t, token_id: i, channel: {Failing}}}", "channel" },
        { "ntfy", $"{{url: URL, topic: {Failing}}}", "topic" },
    };

    [Theory, MemberData(nameof(Fields))]
    public async Task A_field_that_fails_is_replaced_and_named_in_what_is_sent(string kind, string yaml, string keys)
    {
        var faults = new List<string>();
        foreach (var key in keys.Split(' '))
        {
            using var service = Service(kind);
            var result = await Send(kind, yaml.Replace("KEY", $"{key}: {ValueOf(kind, key)}", StringComparison.Ordinal), service.Url);
            var sent = string.Join('\n', service.Requests.Select(request => WebUtility.UrlDecode(request.Body)));
            if (result.Outcome != NotifyOutcome.Sent) faults.Add($"{key}: {result.Reason}");
            else if (result.Flaws.Count == 0 || !sent.Contains(Named, StringComparison.Ordinal)) faults.Add($"{key}: told of nothing: {sent}");
            else if (!sent.Contains("High", StringComparison.Ordinal)) faults.Add($"{key}: the alert is lost: {sent}");
            else if (sent.Contains("MarkdownV2", StringComparison.Ordinal)) faults.Add($"{key}: what stands in is no Markdown: {sent}");
            var written = service.Requests.Count(request => request.Method != "GET" && !request.Path.EndsWith("/search", StringComparison.Ordinal));
            if (written != 1) faults.Add($"{key}: sent {written} times");
        }
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Theory, MemberData(nameof(Addresses))]
    public async Task An_address_that_fails_is_a_failed_attempt_named_as_such(string kind, string yaml, string key)
    {
        using var service = Service(kind);
        var result = await Send(kind, yaml, service.Url);

        Assert.Equal((NotifyOutcome.Failed, NotifyFault.Template), (result.Outcome, result.Fault));
        Assert.Contains($"{key} cannot be rendered: template: :1:", result.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain(service.Requests, request => request.Method != "GET");
    }

    [Fact]
    public async Task What_stands_in_is_the_programs_own_default_with_the_reason_behind_it()
    {
        using var service = Service("ntfy");
        await Send("ntfy", $"{{url: URL, topic: t, title: {Failing}, message: 'Mine: {{{{ .Status }}}}'}}", service.Url);

        var body = Assert.Single(service.Requests).Body;
        Assert.Contains("\"title\":\"[FIRING:1] High (critical)\"", body, StringComparison.Ordinal);
        Assert.Contains("\"message\":\"Mine: firing\\n\\n(Pharos: default texts stand in, because a template of this receiver failed: title: template: :1:", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text", 2)]
    [InlineData("html", 1)]
    [InlineData("subject", 2)]
    [InlineData("x-team", 2)]
    public async Task A_mail_goes_out_with_the_default_and_says_so(string key, int parts)
    {
        using var server = new FakeMailServer();
        var own = key is "text" or "html" ? $"{key}: {Failing}" : $"text: plain, headers: {{{key}: {Failing}}}";
        var result = await Send("email", $"{{to: ops@example.org, from: p@example.org, require_tls: false, smarthost: '127.0.0.1:{server.Port}', {own}}}", "");

        Assert.Equal((NotifyOutcome.Sent, ""), (result.Outcome, result.Reason));
        Assert.StartsWith($"{(key == "subject" ? "Subject" : key == "x-team" ? "X-Team" : key)}: template: ", Assert.Single(result.Flaws), StringComparison.Ordinal);
        var mail = SoftEnd().Replace(server.Message, "");
        Assert.Contains("Subject: [FIRING:1] High (critical)", mail, StringComparison.Ordinal);
        Assert.Equal(parts, mail.Split(Named).Length - 1);
        Assert.Contains($"<p>(Pharos: {Named}", mail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mail_whose_addressee_fails_is_not_sent()
    {
        using var server = new FakeMailServer();
        var result = await Send("email", $"{{to: {Failing}, from: p@example.org, require_tls: false, smarthost: '127.0.0.1:{server.Port}'}}", "");

        Assert.Equal((NotifyOutcome.Failed, NotifyFault.Template), (result.Outcome, result.Fault));
        Assert.Contains("to cannot be rendered", result.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("MAIL", server.Commands);
    }

    /// <summary>Templates written to do harm: each ends, and the page arrives all the same.</summary>
    [Theory]
    [InlineData("{{ range $i := 2000000000 }}{{ end }}", "steps")]
    [InlineData("{{ $x := \"0123456789\" }}{{ range $i := 24 }}{{ $x = printf \"%s%s\" $x $x }}{{ end }}{{ $x }}", "error calling printf")]
    [InlineData("{{ range $i := 900000 }}{{ printf \"%0100d\" $i }}{{ end }}", "limit")]
    [InlineData("{{ define \"x\" }}{{ template \"x\" . }}{{ end }}{{ template \"x\" . }}", "depth")]
    public async Task A_template_that_would_never_end_is_stopped_and_the_others_are_not_touched(string template, string reason)
    {
        using var service = Service("ntfy");
        var result = await Send("ntfy", $"{{url: URL, topic: t, title: '{template}', message: 'Mine: {{{{ .Status }}}}', tags: '{template}'}}", service.Url);

        Assert.Equal(NotifyOutcome.Sent, result.Outcome);
        Assert.Contains(reason, result.Flaws[0], StringComparison.Ordinal);
        var body = Assert.Single(service.Requests).Body;
        Assert.Contains("Mine: firing", body, StringComparison.Ordinal);
        Assert.Contains("[FIRING:1] High", body, StringComparison.Ordinal);
    }

    static FakeService Service(string kind) => FakeService.Answering(
        200,
        kind switch
        {
            "wechat" => """{"errcode":0,"access_token":"t","expires_in":7200}""",
            "jira" => """{"issues":[]}""",
            "rocketchat" => """{"success":true}""",
            _ => "ok",
        },
        type: kind is "pushover" or "sns" ? "application/x-www-form-urlencoded" : "application/json");

    /// <summary>The failing template where the key wants it.</summary>
    static string ValueOf(string kind, string key) => (kind, key) switch
    {
        (_, "fields") when kind == "jira" => $"{{customfield_1: {{value: {Failing}}}}}",
        (_, "fields") => $"[{{title: a, value: {Failing}}}]",
        (_, "actions") when kind != "opsgenie" => $"[{{type: button, text: {Failing}, url: 'http://x/'}}]",
        (_, "details" or "custom_fields" or "attributes") => $"{{firing: {Failing}}}",
        (_, "responders") => $"[{{name: {Failing}, type: team}}]",
        (_, "images") => $"[{{src: {Failing}}}]",
        (_, "links") => $"[{{href: {Failing}, text: x}}]",
        (_, "labels") => $"[a, {Failing}]",
        (_, "props") => $"{{card: {Failing}}}",
        ("mattermost", "priority") => $"{{priority: {Failing}}}",
        (_, "attachments") => $"[{{title: {Failing}, fields: [{{title: a, value: {Failing}}}]}}]",
        _ => Failing,
    };

    static async Task<NotifyResult> Send(string kind, string yaml, string url) =>
        await SomeNotification.Notifier(kind, yaml.Replace("URL", url, StringComparison.Ordinal), mayWarn: true).NotifyAsync(SomeNotification.Firing(), TestContext.Current.CancellationToken);

    [GeneratedRegex("=\r\n")]
    private static partial Regex SoftEnd();
}
