using System.Collections.Concurrent;
using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pharos.AspNetCore;
using Pharos.AspNetCore.Logs;
using Pharos.EndToEnd.Processes;

namespace Pharos.EndToEnd.Applications;

/// <summary>Sentry's own client for Node and the package report the same error: both reports must have one shape.</summary>
/// <remarks>The client is fetched by <c>npm ci</c> in <c>tests/clients/sentry</c>; without it the test reports itself skipped.</remarks>
public sealed class NodeClientTests : IAsyncLifetime
{
    readonly ConcurrentQueue<JsonElement> events = new();
    WebApplication server = null!;

    static CancellationToken End => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        server = builder.Build();
        server.MapPost("/api/42/envelope/", TakeAsync);
        await server.StartAsync(End);
    }

    public async ValueTask DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task A_report_has_the_shape_of_one_by_the_client_for_Node()
    {
        await RunNodeAsync();
        await ReportAsync();
        var ours = events.Single(report => report.GetProperty("platform").GetString() == "csharp");
        var theirs = events.Single(report => report.GetProperty("platform").GetString() == "node");

        var (our, their) = (Shape(ours), Shape(theirs));
        // What the protocol names alike must be of the same kind in both.
        Assert.Empty(our.Keys.Intersect(their.Keys).Where(path => our[path] != their[path]).Select(path => $"{path}: {our[path]} here, {their[path]} there"));
        string[] needed =
        [
            "event_id", "timestamp", "platform", "level", "release", "environment", "server_name", "sdk.name", "sdk.version", "user.id", "tags.region",
            "contexts.trace.trace_id", "contexts.trace.span_id", "contexts.runtime.name", "contexts.runtime.version", "contexts.os.name",
            "exception.values[].type", "exception.values[].value", "exception.values[].mechanism.type", "exception.values[].mechanism.handled",
            "exception.values[].mechanism.exception_id", "exception.values[].mechanism.parent_id", "exception.values[].mechanism.source",
            "exception.values[].stacktrace.frames[].function", "exception.values[].stacktrace.frames[].module", "exception.values[].stacktrace.frames[].filename",
            "exception.values[].stacktrace.frames[].lineno", "exception.values[].stacktrace.frames[].in_app",
            "breadcrumbs[].timestamp", "breadcrumbs[].category", "breadcrumbs[].message", "breadcrumbs[].level",
        ];
        Assert.Empty(needed.Except(our.Keys));
        Assert.Empty(needed.Except(their.Keys));
        Assert.Equal(Story(theirs), Story(ours));
    }

    /// <summary>What both must tell alike: the order of the exceptions, how they hang together, which frame is the application's.</summary>
    static string Story(JsonElement report)
    {
        var story = new StringBuilder($"{report.GetProperty("level")} {report.GetProperty("release")} {report.GetProperty("environment")}\n");
        foreach (var value in report.GetProperty("exception").GetProperty("values").EnumerateArray())
        {
            var mechanism = value.GetProperty("mechanism");
            var last = value.TryGetProperty("stacktrace", out var stack) ? stack.GetProperty("frames").EnumerateArray().Last().GetProperty("in_app").GetBoolean() : false;
            story.Append($"{value.GetProperty("value")} {mechanism.GetProperty("exception_id")} {(mechanism.TryGetProperty("parent_id", out var parent) ? parent.GetInt32() : -1)} {mechanism.GetProperty("handled")} {last}\n");
        }
        return story.ToString();
    }

    /// <summary>Every path of a document with the kind of its value; items of arrays share one path.</summary>
    static Dictionary<string, string> Shape(JsonElement element)
    {
        var shape = new Dictionary<string, string>(StringComparer.Ordinal);
        Walk(element, "");
        return shape;

        void Walk(JsonElement at, string path)
        {
            // The protocol takes breadcrumbs with or without "values" around them.
            if (path == "breadcrumbs" && at.ValueKind == JsonValueKind.Object) at = at.GetProperty("values");
            if (path.Length > 0) shape[path] = at.ValueKind is JsonValueKind.True or JsonValueKind.False ? "Bool" : at.ValueKind.ToString();
            if (at.ValueKind == JsonValueKind.Object)
            {
                foreach (var property in at.EnumerateObject()) Walk(property.Value, path.Length == 0 ? property.Name : $"{path}.{property.Name}");
            }
            else if (at.ValueKind == JsonValueKind.Array)
            {
                foreach (var item in at.EnumerateArray()) Walk(item, path + "[]");
            }
        }
    }

    string Dsn => server.Urls.First().Replace("http://", "http://0123456789abcdef0123456789abcdef@", StringComparison.Ordinal) + "/42";

    async Task RunNodeAsync()
    {
        var client = Path.Combine(Checkout.Root, "tests", "clients", "sentry");
        Assert.SkipUnless(Directory.Exists(Path.Combine(client, "node_modules", "@sentry", "node")), "the client for Node is not there; run npm ci in tests/clients/sentry");
        using var node = Process.Start(new ProcessStartInfo("node", ["report.mjs", Dsn]) { WorkingDirectory = client, RedirectStandardError = true })!;
        var said = await node.StandardError.ReadToEndAsync(End);
        await node.WaitForExitAsync(End);
        Assert.True(node.ExitCode == 0, said);
    }

    async Task ReportAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.AddPharos(options =>
        {
            (options.Errors.Dsn, options.Errors.Release, options.Environment) = (Dsn, "shop@1.2.3", "production");
            options.Logs.Format = LogFormat.Host;
            options.Errors.Tags["region"] = "eu";
            options.Errors.BeforeSend = report =>
            {
                report.UserId = "user-456";
                return report;
            };
        });
        await using var app = builder.Build();
        app.UsePharos();
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Shop");
        using var trace = new Activity("work").SetIdFormat(ActivityIdFormat.W3C).Start();
        logger.LogInformation("Looked up 7");
        try
        {
            try
            {
                throw new TimeoutException("card terminal");
            }
            catch (TimeoutException cause)
            {
                throw new InvalidOperationException("payment failed", cause);
            }
        }
        catch (InvalidOperationException fault)
        {
            logger.LogError(fault, "Payment failed");
        }
    }

    async Task TakeAsync(HttpContext context)
    {
        await using var body = context.Request.Headers.ContentEncoding == "gzip" ? new GZipStream(context.Request.Body, CompressionMode.Decompress) : context.Request.Body;
        using var text = new StreamReader(body);
        var lines = (await text.ReadToEndAsync(End)).Split('\n');
        // Neither client breaks a payload into lines.
        for (var at = 1; at + 1 < lines.Length; at += 2)
        {
            if (JsonDocument.Parse(lines[at]).RootElement.GetProperty("type").GetString() == "event") events.Enqueue(JsonDocument.Parse(lines[at + 1]).RootElement);
        }
        await context.Response.WriteAsync("{}", End);
    }
}
