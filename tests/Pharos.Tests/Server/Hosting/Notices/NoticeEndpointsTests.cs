using System.Net;
using System.Text.Json;
using Pharos.Tests.Server.Metrics.Api;

namespace Pharos.Tests.Server.Hosting.Notices;

public sealed class NoticeEndpointsTests
{
    [Fact]
    public async Task A_reload_that_fails_is_told_once_with_its_time_and_is_over_after_one_that_works()
    {
        await using var server = await RunningServer.StartAsync();
        using var live = await FollowAsync(server);
        using var lines = new StreamReader(await live.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        Assert.Empty((await server.GetAsync("/api/v1/notifications")).Body.GetProperty("data").EnumerateArray());

        await server.ReloadAsync("scrape_configs: [\n");
        var first = Assert.Single((await server.GetAsync("/api/v1/notifications")).Body.GetProperty("data").EnumerateArray()).ToString();
        await server.ReloadAsync("still: wrong\n");
        var second = Assert.Single((await server.GetAsync("/api/v1/notifications")).Body.GetProperty("data").EnumerateArray()).ToString();
        await server.ReloadAsync("scrape_configs: []\n");

        Assert.Equal(first, second);
        Assert.Equal($"data: {first}", await lines.ReadLineAsync(TestContext.Current.CancellationToken));
        Assert.Equal("", await lines.ReadLineAsync(TestContext.Current.CancellationToken));
        var over = JsonDocument.Parse((await lines.ReadLineAsync(TestContext.Current.CancellationToken))!["data: ".Length..]).RootElement;
        Assert.Equal(("Configuration reload has failed.", false), (over.GetProperty("text").GetString(), over.GetProperty("active").GetBoolean()));
    }

    [Fact]
    public async Task More_listeners_than_allowed_get_nothing_and_the_end_of_the_server_ends_the_others()
    {
        await using var server = await RunningServer.StartAsync(options => options with { MaxNoticeSubscribers = 1, Web = options.Web with { EnableQuit = true } });
        using var live = await FollowAsync(server);
        Assert.Equal((HttpStatusCode.OK, "text/event-stream"), (live.StatusCode, live.Content.Headers.ContentType!.ToString()));
        using var second = await FollowAsync(server);
        Assert.Equal(HttpStatusCode.NoContent, second.StatusCode);

        using var quit = await server.Client.PostAsync("/-/quit", content: null, TestContext.Current.CancellationToken);

        Assert.Contains("Pharos is shutting down", await live.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    static Task<HttpResponseMessage> FollowAsync(RunningServer server) =>
        server.Client.GetAsync("/api/v1/notifications/live", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
}
