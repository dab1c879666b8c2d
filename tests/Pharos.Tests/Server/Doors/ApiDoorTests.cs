using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Pharos.Server.Doors;
using Pharos.Tests.AspNetCore;

namespace Pharos.Tests.Server.Doors;

public sealed class ApiDoorTests
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

    static async Task<(int Status, string? Kind, string Text)> AnswerAsync(KeptLog log, Func<ApiCall, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var web = builder.Build();
        new ApiDoor("", new KeptLogger<ApiDoor>(log)).MapRead(web, "/door", answer);
        await web.StartAsync(TestContext.Current.CancellationToken);
        using var client = new HttpClient();
        using var response = await client.GetAsync(new Uri($"{web.Urls.Single()}/door?time=never"), TestContext.Current.CancellationToken);
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return ((int)response.StatusCode, body.RootElement.GetProperty("errorType").GetString(), body.RootElement.GetProperty("error").GetString()!);
    }
}
