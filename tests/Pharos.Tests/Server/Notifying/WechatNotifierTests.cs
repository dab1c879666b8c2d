using System.Text.Json.Nodes;
using Pharos.Server.Notifying;

namespace Pharos.Tests.Server.Notifying;

public class WechatNotifierTests
{
    const string Yaml = "{api_url: URLcgi-bin/, api_secret: 's e', corp_id: corp, agent_id: '7', to_party: '1|2', message_type: markdown, message: '# {{ .Status }}'}";

    /// <summary>developer.work.weixin.qq.com, "Get access_token", "Send application messages".</summary>
    [Fact]
    public async Task A_token_is_fetched_once_and_used_for_each_message()
    {
        using var service = FakeService.Answering(200, """{"errcode":0,"errmsg":"ok","access_token":"t&1","expires_in":7200}""");
        var notifier = SomeNotification.Notifier("wechat", Yaml.Replace("URL", service.Url, StringComparison.Ordinal));
        await notifier.NotifyAsync(SomeNotification.Firing(), TestContext.Current.CancellationToken);
        await notifier.NotifyAsync(SomeNotification.Resolved(), TestContext.Current.CancellationToken);

        Assert.Equal(
            ["GET /cgi-bin/gettoken?corpid=corp&corpsecret=s%20e", "POST /cgi-bin/message/send?access_token=t%261", "POST /cgi-bin/message/send?access_token=t%261"],
            service.Requests.Select(request => $"{request.Method} {request.Path}"));
        var golden = """{"text":{"content":""},"markdown":{"content":"# firing"},"toparty":"1|2","agentid":"7","safe":"0","msgtype":"markdown"}""";
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(golden), JsonNode.Parse(service.Requests[1].Body)), service.Requests[1].Body);
    }

    [Fact]
    public async Task An_outdated_token_is_replaced_within_the_attempt()
    {
        using var service = new FakeService((context, count) => FakeService.Write(context, 200, count switch
        {
            1 or 4 => $$"""{"errcode":0,"access_token":"t{{count}}","expires_in":7200}""",
            3 => """{"errcode":42001,"errmsg":"access_token expired"}""",
            _ => """{"errcode":0}""",
        }));
        var notifier = SomeNotification.Notifier("wechat", Yaml.Replace("URL", service.Url, StringComparison.Ordinal));
        await notifier.NotifyAsync(SomeNotification.Firing(), TestContext.Current.CancellationToken);
        var second = await notifier.NotifyAsync(SomeNotification.Firing(), TestContext.Current.CancellationToken);

        Assert.Equal(NotifyOutcome.Sent, second.Outcome);
        Assert.EndsWith("access_token=t4", service.Requests[^1].Path, StringComparison.Ordinal);
        Assert.Equal(5, service.Requests.Count);
    }

    [Theory]
    [InlineData(81013, "Failed", "None", "wechat refused with code 81013: nobody of hidden")]
    [InlineData(45009, "Retry", "RateLimited", "wechat refused with code 45009: nobody of hidden")]
    [InlineData(-1, "Retry", "Service", "wechat refused with code -1: nobody of hidden")]
    [InlineData(40014, "Retry", "Service", "wechat refused with code 40014: nobody of hidden")]
    public async Task A_refusal_with_status_200_is_a_refusal(int code, string outcome, string fault, string reason)
    {
        using var service = new FakeService((context, count) => FakeService.Write(context, 200, count == 1 ? """{"access_token":"tok"}""" : $$"""{"errcode":{{code}},"errmsg":"nobody of tok"}"""));
        var result = await SomeNotification.Notifier("wechat", Yaml.Replace("URL", service.Url, StringComparison.Ordinal)).NotifyAsync(SomeNotification.Firing(), TestContext.Current.CancellationToken);
        Assert.Equal((outcome, reason.Replace("hidden", "<secret>", StringComparison.Ordinal)), (result.Outcome.ToString(), result.Reason));
        if (fault != "None") Assert.Equal(fault, result.Fault.ToString());
    }

    [Fact]
    public async Task A_wrong_secret_is_not_tried_again()
    {
        using var service = FakeService.Answering(200, """{"errcode":40001,"errmsg":"invalid credential s e"}""");
        var result = await SomeNotification.Notifier("wechat", Yaml.Replace("URL", service.Url, StringComparison.Ordinal)).NotifyAsync(SomeNotification.Firing(), TestContext.Current.CancellationToken);
        Assert.Equal((NotifyOutcome.Failed, "wechat refused with code 40001: invalid credential <secret>"), (result.Outcome, result.Reason));
    }
}
