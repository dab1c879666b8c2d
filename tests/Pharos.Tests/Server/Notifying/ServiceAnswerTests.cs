using Pharos.Server.Notifying;


namespace Pharos.Tests.Server.Notifying;

/// <summary>Every notifier that speaks HTTP takes a service's answers, good and odd ones, for what they mean.</summary>
public class ServiceAnswerTests
{
    const string Form = "application/x-www-form-urlencoded";

    /// <summary>A kind, its configuration, and what its service answers when all is well.</summary>
    public static TheoryData<string, string, string> Kinds => new()
    {
        { "webhook", "url: URLhook/s3cret", "ok" },
        { "slack", "{api_url: URLhook/s3cret, channel: '#x'}", "ok" },
        { "slack", "{app_token: s3cret, app_url: URLapi/chat.postMessage, channel: '#x'}", "ok" },
        { "pagerduty", "{routing_key: s3cret, url: URLv2/enqueue}", "ok" },
        { "pagerduty", "{service_key: s3cret, url: URLcreate_event.json}", "ok" },
        { "opsgenie", "{api_key: s3cret, api_url: URL}", "ok" },
        { "discord", "webhook_url: URLhook/s3cret", "ok" },
        { "telegram", "{bot_token: s3cret, chat_id: 7, api_url: URL}", "ok" },
        { "msteams", "webhook_url: URLhook/s3cret", "ok" },
        { "msteamsv2", "webhook_url: URLhook/s3cret", "ok" },
        { "victorops", "{api_key: s3cret, routing_key: team, api_url: URLalert/}", """{"result":"success","entity_id":"x"}""" },
        { "pushover", "{token: s3cret, user_key: user-s3cret, api_url: URL1/messages.json}", """{"status":1,"request":"x"}""" },
        { "webex", "{room_id: room, api_url: URLv1/messages, http_config: {authorization: {credentials: s3cret}}}", """{"id":"x"}""" },
        { "sns", "{topic_arn: 'arn:aws:sns:eu-central-1:1:t', api_url: URL, sigv4: {region: eu-central-1, access_key: id, secret_key: s3cret}}", "<PublishResponse/>" },
        { "wechat", "{api_url: URLcgi-bin/, api_secret: s3cret, corp_id: corp, to_user: me}", """{"errcode":0,"access_token":"token-s3cret","expires_in":7200}""" },
        { "jira", "{api_url: URLrest/api/2/, project: OPS, issue_type: Bug, http_config: {basic_auth: {username: me, password: s3cret}}}", """{"issues":[]}""" },
        { "mattermost", "webhook_url: URLhook/s3cret", "ok" },
        { "rocketchat", "{api_url: URL, token: s3cret, token_id: id-s3cret}", """{"success":true}""" },
        { "incidentio", "{url: URLalerts, alert_source_token: s3cret}", "{}" },
        { "ntfy", "{url: URL, topic: s3cret}", """{"id":"x"}""" },
        { "ntfy", "{url: URL, topic: t, token: s3cret}", """{"id":"x"}""" },
    };

    static string TypeOf(string kind) => kind is "pushover" or "sns" ? Form : "application/json";

    [Theory, MemberData(nameof(Kinds))]
    public async Task Success_is_sent(string kind, string yaml, string answer)
    {
        using var service = FakeService.Answering(200, answer, type: TypeOf(kind));
        var result = await Send(kind, yaml, service.Url);
        Assert.Equal((NotifyOutcome.Sent, 200, ""), (result.Outcome, result.HttpStatus, result.Reason));
        Assert.Equal(kind is "wechat" or "jira" ? 2 : 1, service.Requests.Count); // WeChat fetches a token, Jira searches first.
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Too_many_requests_are_tried_again_when_the_service_says(string kind, string yaml, string _)
    {
        using var service = FakeService.Answering(429, "slow down", "17", TypeOf(kind));
        var result = await Send(kind, yaml, service.Url);
        Assert.Equal((NotifyOutcome.Retry, NotifyFault.RateLimited, TimeSpan.FromSeconds(17)), (result.Outcome, result.Fault, result.RetryAfter));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_failing_service_is_tried_again_and_a_refusal_is_not(string kind, string yaml, string _)
    {
        using var failing = FakeService.Answering(503, "\u0000\u0001 garbage <html>", type: TypeOf(kind));
        Assert.Equal(NotifyOutcome.Retry, (await Send(kind, yaml, failing.Url)).Outcome);
        using var refusing = FakeService.Answering(400, "unknown key s3cret", type: TypeOf(kind));
        var refused = await Send(kind, yaml, refusing.Url);
        Assert.Equal(NotifyOutcome.Failed, refused.Outcome);
        Assert.Contains("answered 400", refused.Reason, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task No_answer_holds_a_secret(string kind, string yaml, string _)
    {
        FakeService service = null!;
        var isInAddress = yaml.Contains("hook/s3cret", StringComparison.Ordinal);
        service = new((context, _) => FakeService.Write(context, 400, isInAddress ? $"no hook at {service.Url}hook/s3cret" : "bad key s3cret"), TypeOf(kind));
        using (service)
        {
            var reason = (await Send(kind, yaml, service.Url)).Reason;
            Assert.Matches("answered 400: .*(no hook at|bad key)", reason); // What the service says is told,
            Assert.DoesNotContain("s3cret", reason, StringComparison.Ordinal); // but for that.
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_cut_connection_is_tried_again(string kind, string yaml, string _)
    {
        using var service = new FakeService((context, _) => FakeService.Cut(context), TypeOf(kind));
        var result = await Send(kind, yaml, service.Url);
        Assert.Equal(NotifyOutcome.Retry, result.Outcome);
        Assert.DoesNotContain("s3cret", result.Reason, StringComparison.Ordinal);
    }

    /// <summary>The caller's deadline is what ends it; the caller makes another attempt of that.</summary>
    [Theory, MemberData(nameof(Kinds))]
    public async Task A_service_that_hangs_is_left_when_the_caller_says(string kind, string yaml, string _)
    {
        using var service = new FakeService((_, _) => { }, TypeOf(kind));
        using var deadline = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Send(kind, yaml, service.Url, deadline.Token));
    }

    /// <summary>Each of the notifiers takes its texts from the same bounded run of templates.</summary>
    [Theory, MemberData(nameof(Kinds))]
    public async Task A_template_without_an_end_is_stopped_and_the_default_text_is_sent(string kind, string yaml, string answer)
    {
        var part = kind switch
        {
            "slack" or "msteams" or "msteamsv2" or "mattermost" or "rocketchat" => "text",
            "pagerduty" => "description",
            "jira" => "summary",
            "victorops" => "state_message",
            _ => "message",
        };
        if (kind is "webhook" or "incidentio") return; // They have none.
        using var service = FakeService.Answering(200, answer, type: TypeOf(kind));
        var endless = $"{part}: '{{{{ define \"x\" }}}}{{{{ template \"x\" . }}}}{{{{ template \"x\" . }}}}{{{{ end }}}}{{{{ template \"x\" . }}}}'";
        var result = await Send(kind, yaml.StartsWith('{') ? $"{yaml[..^1]}, {endless}}}" : $"{yaml}\n{endless}", service.Url);
        Assert.Equal((NotifyOutcome.Sent, ""), (result.Outcome, result.Reason));
        Assert.Contains("exceeded maximum template depth", Assert.Single(result.Flaws), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_hangs_is_left_after_the_time_of_the_configuration()
    {
        using var service = new FakeService((_, _) => { });
        var result = await Send("webhook", "{url: URLx, timeout: 100ms}", service.Url);
        Assert.Equal((NotifyOutcome.Retry, "webhook: no answer within 0.1 s"), (result.Outcome, result.Reason));
    }

    static async Task<NotifyResult> Send(string kind, string yaml, string url, CancellationToken? cancellation = null) =>
        await SomeNotification.Notifier(kind, yaml.Replace("URL", url, StringComparison.Ordinal)).NotifyAsync(SomeNotification.Firing(), cancellation ?? TestContext.Current.CancellationToken);
}
