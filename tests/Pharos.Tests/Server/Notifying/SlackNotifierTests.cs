using System.Text.Json.Nodes;
using Pharos.Server.Notifying;

namespace Pharos.Tests.Server.Notifying;

public class SlackNotifierTests
{
    [Fact]
    public async Task The_message_is_the_one_that_Slack_documents()
    {
        using var service = FakeService.Answering(200, "ok");
        await SomeNotification.Notifier("slack", $"{{api_url: {service.Url}, channel: '#ops', fields: [{{title: t, value: v}}]}}").NotifyAsync(SomeNotification.Firing(), TestContext.Current.CancellationToken);

        // docs.slack.dev, legacy secondary attachments.
        var golden = """
            {"channel":"#ops","username":"Alertmanager","attachments":[{"title":"[FIRING:1] High (critical)","title_link":"http://pharos/#/alerts?receiver=ops","text":"",
            "fields":[{"title":"t","value":"v","short":false}],"fallback":"[FIRING:1] High (critical) | http://pharos/#/alerts?receiver=ops","callback_id":"","footer":"","color":"danger",
            "mrkdwn_in":["fallback","pretext","text"]}]}
            """;
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(golden), JsonNode.Parse(service.Requests[0].Body)), service.Requests[0].Body);
    }

    [Fact]
    public async Task A_bot_replaces_the_message_of_the_group()
    {
        using var service = FakeService.Answering(200, """{"ok":true,"channel":"C1","ts":"15.3"}""");
        var notifier = SomeNotification.Notifier("slack", $"{{app_token: $TOKEN, app_url: {service.Url}api/chat.postMessage, channel: '#ops', update_message: true}}");
        var first = await notifier.NotifyAsync(SomeNotification.Firing(), TestContext.Current.CancellationToken);
        await notifier.NotifyAsync(SomeNotification.Resolved(first.State!), TestContext.Current.CancellationToken);

        Assert.Equal(["/api/chat.postMessage", "/api/chat.update"], service.Requests.Select(request => request.Path));
        Assert.All(service.Requests, request => Assert.Equal("Bearer t0ken", request.Authorization));
        var update = JsonNode.Parse(service.Requests[1].Body)!;
        Assert.Equal(("C1", "15.3"), ((string?)update["channel"], (string?)update["ts"]));
    }

    [Theory]
    [InlineData("ratelimited", "Retry")]
    [InlineData("channel_not_found", "Failed")]
    public async Task A_refusal_with_status_200_is_a_refusal(string error, string expected)
    {
        using var service = FakeService.Answering(200, $$"""{"ok":false,"error":"{{error}}"}""");
        var result = await SomeNotification.Notifier("slack", $"{{app_token: x, app_url: {service.Url}, channel: c}}").NotifyAsync(SomeNotification.Firing(), TestContext.Current.CancellationToken);
        Assert.Equal((expected, $"slack refused: {error}"), (result.Outcome.ToString(), result.Reason));
    }

    [Fact]
    public async Task A_message_that_cannot_be_changed_any_more_is_posted_anew()
    {
        using var service = new FakeService((context, count) => FakeService.Write(context, 200, count == 1 ? """{"ok":false,"error":"message_not_found"}""" : """{"ok":true,"channel":"C1","ts":"16.0"}"""));
        var result = await SomeNotification.Notifier("slack", $"{{app_token: x, app_url: {service.Url}api/chat.postMessage, channel: '#ops', update_message: true}}")
            .NotifyAsync(SomeNotification.Resolved("C1 15.3"), TestContext.Current.CancellationToken);

        Assert.Equal(["/api/chat.update", "/api/chat.postMessage"], service.Requests.Select(request => request.Path));
        Assert.Equal((NotifyOutcome.Sent, "C1 16.0"), (result.Outcome, result.State));
        Assert.Null(JsonNode.Parse(service.Requests[1].Body)!["ts"]);
    }

    [Fact]
    public async Task An_address_beside_which_nothing_can_be_changed_is_told_and_only_posted_to()
    {
        using var service = FakeService.Answering(200, """{"ok":true,"channel":"C1","ts":"15.3"}""");
        var yaml = $"{{app_token: x, app_url: {service.Url}relay, channel: c, update_message: true}}";
        Assert.Contains("so that there is no chat.update beside it; each message is posted anew", Assert.Single(SomeNotification.Read("slack", yaml).Faults), StringComparison.Ordinal);
        var notifier = SomeNotification.Notifier("slack", yaml, mayWarn: true);
        await notifier.NotifyAsync(SomeNotification.Firing("C1 15.3"), TestContext.Current.CancellationToken);
        Assert.Equal("/relay", Assert.Single(service.Requests).Path);
    }
}
