using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Pharos.Tests.AspNetCore.Errors;
using Pharos.Tests.AspNetCore.Requests;

namespace Pharos.Tests.AspNetCore.Peers;

/// <summary>The same fault of the same request, reported by this package and by Sentry's own, to a server that takes nothing that is not exactly right.</summary>
public sealed class SameReportsAsSentryTests
{
    static CancellationToken End => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_fault_is_told_as_Sentrys_own_client_tells_it()
    {
        await using var server = await EnvelopeServer.StartAsync();
        server.TakesNoContentType = true;
        await using var theirs = await PeerService.StartAsync(Map, builder => builder.WebHost.UseSentry(options =>
        {
            (options.Dsn, options.Release, options.Environment) = (server.Dsn, "shop@1.2.3", "production");
            options.AutoSessionTracking = false;
            options.DisableUnobservedTaskExceptionCapture(); // Those of other tests.
            options.DisableAppDomainUnhandledExceptionCapture();
        }));
        (await theirs.Client.GetAsync("/orders/7?x=1", End)).Dispose();
        var expected = ShapeOf(await server.NextAsync("event"));
        await using var ownServer = await EnvelopeServer.StartAsync();
        await using var ours = await SomeService.StartAsync(Map, options => (options.ServiceName, options.Errors.Dsn, options.Errors.Release) = ("shop", ownServer.Dsn, "shop@1.2.3"));
        (await ours.Client.GetAsync("/orders/7?x=1", End)).Dispose();

        Assert.Equal(expected, ShapeOf(await ownServer.NextAsync("event")));
    }

    static void Map(WebApplication app) => app.MapGet("/orders/{id}", async (int id) =>
    {
        await Task.Yield();
        if (id > 0) throw new InvalidOperationException("payment failed", new TimeoutException("card terminal"));
        return "paid";
    });

    /// <summary>What groups a report, and what a person looks for in it first.</summary>
    static List<string> ShapeOf(JsonElement report)
    {
        var shape = new List<string>();
        foreach (var key in (string[])["platform", "release", "environment", "transaction"]) shape.Add($"{key} {report.GetProperty(key)}");
        var request = report.GetProperty("request");
        shape.Add($"{request.GetProperty("method")} {new Uri(request.GetProperty("url").GetString()!).AbsolutePath} {request.GetProperty("query_string").GetString()!.TrimStart('?')}");
        foreach (var value in report.GetProperty("exception").GetProperty("values").EnumerateArray())
        {
            // Sentry's client gives no frames of an exception that was never thrown.
            var frames = value.TryGetProperty("stacktrace", out var stack) && stack.ValueKind == JsonValueKind.Object ? stack.GetProperty("frames").EnumerateArray().ToList() : [];
            var last = frames.Count == 0 ? "" : $"{Path.GetFileName(frames[^1].GetProperty("filename").GetString())}:{frames[^1].GetProperty("lineno")} {frames[^1].GetProperty("in_app")}";
            shape.Add($"{value.GetProperty("type").GetString()!.Split('.')[^1]}: {value.GetProperty("value")} {last}");
        }
        return shape;
    }
}
