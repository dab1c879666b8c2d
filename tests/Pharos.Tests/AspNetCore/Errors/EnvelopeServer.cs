using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Pharos.Tests.AspNetCore.Errors;

/// <summary>Takes envelopes as strictly as the protocol allows: whatever is not exactly right is a fault that the test sees.</summary>
sealed class EnvelopeServer : IAsyncDisposable
{
    readonly WebApplication app;
    readonly ConcurrentQueue<(string Type, JsonElement Payload)> items = new();

    EnvelopeServer(WebApplication app) => this.app = app;

    public ConcurrentQueue<string> Faults { get; } = new();

    /// <summary>What is answered instead of 200, when set.</summary>
    public Func<HttpContext, Task>? Answer { get; set; }

    /// <summary>Sentry's client for .NET does not say what it sends.</summary>
    public bool TakesNoContentType { get; set; }

    public int Posts;

    public string Dsn => app.Urls.First().Replace("http://", "http://0123456789abcdef0123456789abcdef@", StringComparison.Ordinal) + "/prefix/42";

    public static async Task<EnvelopeServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new EnvelopeServer(app);
        app.Run(server.TakeAsync);
        await app.StartAsync();
        return server;
    }

    /// <summary>What has arrived of a type, without the faults of tasks that nobody awaits: the process tells each reporter of those, and they are of other tests.</summary>
    public IReadOnlyList<JsonElement> Of(string type) => [.. items.Where(item => item.Type == type && !IsUnobserved(item.Payload)).Select(item => item.Payload)];

    public async Task<JsonElement> NextAsync(string type, int index = 0)
    {
        await Eventually.HoldsAsync(() => !Faults.IsEmpty || Of(type).Count > index, $"{type} number {index} arrives");
        Assert.Empty(Faults);
        return Of(type)[index];
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    async Task TakeAsync(HttpContext context)
    {
        Interlocked.Increment(ref Posts);
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        if (Answer is { } answer)
        {
            await answer(context);
            return;
        }
        try
        {
            Read(context.Request, body.ToArray());
            await context.Response.WriteAsync("{}");
        }
        catch (Exception fault)
        {
            Faults.Enqueue(fault.Message);
            context.Response.StatusCode = 400;
        }
    }

    void Read(HttpRequest request, byte[] body)
    {
        Require(request.Method == "POST" && request.Path == "/prefix/api/42/envelope/", $"{request.Method} {request.Path}");
        Require(request.ContentType == "application/x-sentry-envelope" || (TakesNoContentType && request.ContentType is null), $"content type {request.ContentType}");
        Require(request.Headers["X-Sentry-Auth"].ToString().Contains("sentry_key=0123456789abcdef0123456789abcdef", StringComparison.Ordinal), "the key is missing");
        Require(request.Headers.ContentEncoding == "gzip", "not compressed");
        using var plain = new MemoryStream();
        using (var gzip = new GZipStream(new MemoryStream(body), CompressionMode.Decompress)) gzip.CopyTo(plain);
        ReadOnlySpan<byte> rest = plain.ToArray();
        var header = Line(ref rest);
        Require(header.GetProperty("sdk").GetProperty("name").GetString() is { Length: > 0 }, "sdk is missing");
        Require(header.GetProperty("sent_at").TryGetDateTimeOffset(out _), "sent_at is no moment");
        while (rest.Length > 0)
        {
            var item = Line(ref rest);
            var length = item.GetProperty("length").GetInt32();
            Require(length <= rest.Length, "the payload is shorter than its length");
            var payload = JsonDocument.Parse(rest[..length].ToArray()).RootElement;
            rest = rest[length..];
            Require(rest.Length == 0 || rest[0] == '\n', "no line feed after the payload");
            rest = rest.Length == 0 ? rest : rest[1..];
            var type = item.GetProperty("type").GetString()!;
            if (type is "event" or "transaction")
            {
                var id = payload.GetProperty("event_id").GetString()!;
                Require(id.Length == 32 && id.All(char.IsAsciiHexDigitLower), "event_id is not 32 lower-case hex digits");
                Require(header.GetProperty("event_id").GetString() == id, "the header has another event_id");
                var moment = payload.GetProperty("timestamp");
                Require(moment.ValueKind == JsonValueKind.Number || moment.TryGetDateTimeOffset(out _), "timestamp is neither seconds nor a moment");
            }
            items.Enqueue((type, payload));
        }
    }

    static bool IsUnobserved(JsonElement report) => report.TryGetProperty("exception", out var exception)
        && exception.GetProperty("values").EnumerateArray().Any(value => value.TryGetProperty("mechanism", out var mechanism) && mechanism.GetProperty("type").GetString() == "TaskScheduler.UnobservedTaskException");

    static JsonElement Line(ref ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOf((byte)'\n');
        Require(end > 0, "a header line without end");
        var line = JsonDocument.Parse(rest[..end].ToArray()).RootElement;
        rest = rest[(end + 1)..];
        return line;
    }

    static void Require(bool holds, string fault)
    {
        if (!holds) throw new FormatException(fault);
    }
}
