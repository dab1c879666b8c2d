using Pharos.Server.Alerting.Notifiers;

namespace Pharos.Tests.Server.Alerting.Notifiers;

/// <summary>Every notifier that speaks HTTP takes a service's answers, good and odd ones, for what they mean.</summary>
public class ServiceAnswerTests
{
    public static TheoryData<string, string, string> Kinds => new()
    {
        { "webhook", "url: URLhook/s3cret", "{}" },
        { "slack", "{api_url: URLhook/s3cret, channel: '#x'}", "{}" },
        { "slack", "{app_token: s3cret, app_url: URLapi/chat.postMessage, channel: '#x'}", "{}" },
        { "pagerduty", "{routing_key: s3cret, url: URLv2/enqueue}", "{}" },
        { "pagerduty", "{service_key: s3cret, url: URLcreate_event.json}", "{}" },
        { "opsgenie", "{api_key: s3cret, api_url: URL}", "{}" },
        { "discord", "webhook_url: URLhook/s3cret", "{}" },
        { "telegram", "{bot_token: s3cret, chat_id: 7, api_url: URL}", "{}" },
        { "msteams", "webhook_url: URLhook/s3cret", "{}" },
        { "msteamsv2", "webhook_url: URLhook/s3cret", "{}" },
    };

    [Theory, MemberData(nameof(Kinds))]
    public async Task Success_is_sent(string kind, string yaml, string global)
    {
        using var service = FakeService.Answering(200, "ok");
        var result = await Send(kind, yaml, global, service.Url);
        Assert.Equal((NotifyOutcome.Sent, 200), (result.Outcome, result.HttpStatus));
        Assert.Single(service.Requests);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Too_many_requests_are_tried_again_when_the_service_says(string kind, string yaml, string global)
    {
        using var service = FakeService.Answering(429, "slow down", "17");
        var result = await Send(kind, yaml, global, service.Url);
        Assert.Equal((NotifyOutcome.Retry, NotifyFault.RateLimited, TimeSpan.FromSeconds(17)), (result.Outcome, result.Fault, result.RetryAfter));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_failing_service_is_tried_again_and_a_refusal_is_not(string kind, string yaml, string global)
    {
        using var failing = FakeService.Answering(503, "\u0000\u0001 garbage <html>");
        Assert.Equal(NotifyOutcome.Retry, (await Send(kind, yaml, global, failing.Url)).Outcome);
        using var refusing = FakeService.Answering(400, "unknown key s3cret");
        var refused = await Send(kind, yaml, global, refusing.Url);
        Assert.Equal(NotifyOutcome.Failed, refused.Outcome);
        Assert.Contains("answered 400", refused.Reason, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task No_answer_holds_a_secret(string kind, string yaml, string global)
    {
        FakeService service = null!;
        service = new((context, _) => FakeService.Write(context, 400, kind is "opsgenie" or "pagerduty" or "telegram" || yaml.Contains("app_token", StringComparison.Ordinal) ? "bad key s3cret" : $"no hook at {service.Url}hook/s3cret"));
        using (service) Assert.DoesNotContain("s3cret", (await Send(kind, yaml, global, service.Url)).Reason, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_cut_connection_is_tried_again(string kind, string yaml, string global)
    {
        using var service = new FakeService((context, _) => FakeService.Cut(context));
        var result = await Send(kind, yaml, global, service.Url);
        Assert.Equal(NotifyOutcome.Retry, result.Outcome);
        Assert.DoesNotContain("s3cret", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_hangs_is_left_after_the_time_of_the_configuration()
    {
        using var service = new FakeService((_, _) => { });
        var result = await Send("webhook", "{url: URLx, timeout: 100ms}", "{}", service.Url);
        Assert.Equal((NotifyOutcome.Retry, "webhook: no answer within 0.1 s"), (result.Outcome, result.Reason));
    }

    [Fact]
    public async Task A_template_that_fails_is_told_as_such_and_nothing_is_sent()
    {
        using var service = FakeService.Answering(200);
        var result = await Send("slack", "{api_url: URLx, title: '{{ .Nope.x }}'}", "{}", service.Url);
        Assert.Equal((NotifyOutcome.Failed, NotifyFault.Template), (result.Outcome, result.Fault));
        Assert.Empty(service.Requests);
    }

    static async Task<NotifyResult> Send(string kind, string yaml, string global, string url) =>
        await SomeNotification.Notifier(kind, yaml.Replace("URL", url, StringComparison.Ordinal), global).NotifyAsync(SomeNotification.Firing(), TestContext.Current.CancellationToken);
}
