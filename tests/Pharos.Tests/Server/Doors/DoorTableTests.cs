using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Pharos.Server.Doors;
using Pharos.Tests.AspNetCore;
using Pharos.Tests.Server.Hosting;

namespace Pharos.Tests.Server.Doors;

public sealed class DoorTableTests
{
    [Fact]
    public async Task What_broke_inside_is_told_to_the_log_alone_under_an_id_that_the_answer_names()
    {
        using var log = new KeptLog();
        var (status, kind, text) = await AnswerAsync(log, _ => throw new InvalidDataException("/secret/path is broken"));

        Assert.Equal((500, "internal"), (status, kind));
        Assert.StartsWith("the request failed for a reason that the log tells under id ", text, StringComparison.Ordinal);
        var id = text.Split(' ')[^1];
        Assert.True(id.Length >= 8, id);
        Assert.Equal(1, log.Lines.Count(line => line.Contains(id, StringComparison.Ordinal)));
        var (_, _, again) = await AnswerAsync(log, _ => throw new IOException("disk /secret"));
        Assert.NotEqual(text, again);
        Assert.DoesNotContain("secret", text + again, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_caller_did_wrong_is_told_as_clearly_as_ever()
    {
        using var log = new KeptLog();

        Assert.Equal((404, "not_found", "no target x"), await AnswerAsync(log, _ => throw ApiFaultException.NotFound("no target x")));
        Assert.Equal((400, "bad_data", "invalid parameter \"time\": invalid time value for 'time': cannot parse \"never\" to a valid timestamp"), await AnswerAsync(log, call =>
        {
            call.Time("time", 0);
            return call.AnswerAsync();
        }));
        Assert.Empty(log.Lines);
    }

    [Theory]
    [InlineData(1_025)]
    [InlineData(long.MaxValue)]
    public async Task A_body_that_is_larger_than_the_door_takes_is_refused_before_it_comes(long bytes)
    {
        await using var web = await StartAsync(doors => doors.Map(Door.Push("/door", "a door") with { Body = new(1_024, 1 << 20) }, call => call.ReadBodyAsync()));
        using var client = await RawClient.SendAsync(new(web.Urls.Single()), $"POST /door HTTP/1.1\r\nContent-Length: {bytes}\r\nExpect: 100-continue");

        var answer = await client.ReadAsync();

        Assert.StartsWith("HTTP/1.1 413", answer, StringComparison.Ordinal);
        Assert.EndsWith("body of more than 1024 bytes\n", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Prometheus", "application/json", "{\"status\":\"error\",\"errorType\":\"not_found\",\"error\":\"no <target> \\\"x\\\"\"}")]
    [InlineData("Alertmanager", "application/json", "\"no <target> \\\"x\\\"\"")]
    [InlineData("Text", "text/plain; charset=utf-8", "no <target> \"x\"\n")]
    [InlineData("Page", "text/html; charset=utf-8", "<!doctype html><title>404</title><p>no &lt;target&gt; &quot;x&quot;</p>\n")]
    public async Task A_fault_has_the_form_of_its_door(string format, string contentType, string body)
    {
        await using var web = await StartAsync(doors => doors.Map(
            Door.Read("/door", "a door") with { Faults = Enum.Parse<FaultFormat>(format) }, _ => throw ApiFaultException.NotFound("no <target> \"x\"")));
        using var client = new HttpClient { DefaultRequestHeaders = { { "Accept", "text/html" } } };
        using var answer = await client.GetAsync(new Uri($"{web.Urls.Single()}/door"), TestContext.Current.CancellationToken);

        Assert.Equal((404, contentType, body), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.ToString(), await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
    }

    [Theory]
    [InlineData(true, 503, "the disk is full")]
    [InlineData(false, 500, "the request failed for a reason that the log tells under id ")]
    public async Task What_the_disk_refuses_is_told_only_to_who_brought_it(bool changesState, int status, string begins)
    {
        using var log = new KeptLog();
        await using var web = await StartAsync(doors => doors.Map(Door.Text("/door", "a door") with { ChangesState = changesState }, _ => throw new IOException("the disk is full")), log);
        using var client = new HttpClient();
        using var answer = await client.GetAsync(new Uri($"{web.Urls.Single()}/door"), TestContext.Current.CancellationToken);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.StartsWith(begins, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(changesState ? 0 : 1, log.Lines.Count);
    }

    [Fact]
    public async Task Sixty_four_streams_are_open_the_next_is_refused_and_a_place_is_free_when_one_ends()
    {
        await using var web = await StartAsync(doors =>
        {
            doors.Map(Door.Read("/live", "goes on") with { Load = LoadClass.Stream }, async call =>
            {
                await call.Context.Response.Body.FlushAsync(call.ClientGone);
                await Task.Delay(Timeout.Infinite, call.ClientGone);
            });
            doors.Map(Door.Read("/door", "ends"), call => call.AnswerAsync());
        });
        var address = new Uri(web.Urls.Single());
        var open = new List<RawClient>();
        for (var i = 0; i < OpenStreams.Most; i++)
        {
            open.Add(await RawClient.SendAsync(address, "GET /live HTTP/1.1"));
            Assert.StartsWith("HTTP/1.1 200", await open[^1].ReadAsync(), StringComparison.Ordinal);
        }
        using var client = new HttpClient { BaseAddress = address };

        using var refused = await client.GetAsync("live", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.Equal(503, (int)refused.StatusCode);
        Assert.Contains("64 answers that go on are open", await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal("{\"status\":\"success\"}", await client.GetStringAsync("door", TestContext.Current.CancellationToken));

        open[0].Dispose();
        await Eventually.HoldsAsync(
            async () =>
            {
                using var next = await client.GetAsync("live", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
                return next.IsSuccessStatusCode;
            },
            () => "the place of the one that left is free");
        open.ForEach(one => one.Dispose());
    }

    static async Task<WebApplication> StartAsync(Action<DoorTable> map, KeptLog? log = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var web = builder.Build();
        map(SomeDoors.On(web, log is null ? null : new KeptLogger<DoorTable>(log)));
        await web.StartAsync(TestContext.Current.CancellationToken);
        return web;
    }

    static async Task<(int Status, string? Kind, string Text)> AnswerAsync(KeptLog log, Func<ApiCall, Task> answer)
    {
        await using var web = await StartAsync(doors => doors.Map(Door.Read("/door", "a door"), answer), log);
        using var client = new HttpClient();
        using var response = await client.GetAsync(new Uri($"{web.Urls.Single()}/door?time=never"), TestContext.Current.CancellationToken);
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return ((int)response.StatusCode, body.RootElement.GetProperty("errorType").GetString(), body.RootElement.GetProperty("error").GetString()!);
    }
}
