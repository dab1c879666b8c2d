using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Pharos.AspNetCore.Health;

/// <summary>Answers the three probes: <c>status</c>, <c>checks</c> with a yes or no for each, and <c>details</c> with durations and reasons.</summary>
/// <remarks>503 when the answer is no. A failing optional check is a no in <c>checks</c> and leaves the status as it is.</remarks>
sealed class HealthEndpoints(HealthCheckService service, HealthMetrics metrics, HealthOptions options, StartupSignal startup, IHostApplicationLifetime lifetime, TimeProvider time)
{
    readonly HealthProbe live = new(service, static check => check.Tags.Contains(HealthTags.Live), metrics, options.CacheFor, time);

    // What has no tag of ours belongs to readiness.
    readonly HealthProbe ready = new(service, static check => check.Tags.Contains(HealthTags.Ready) || !(check.Tags.Contains(HealthTags.Live) || check.Tags.Contains(HealthTags.Startup)), metrics, options.CacheFor, time);

    readonly HealthProbe started = new(service, static check => check.Tags.Contains(HealthTags.Startup), metrics, options.CacheFor, time);

    public async Task LiveAsync(HttpContext context)
    {
        var report = await live.RunAsync(context.RequestAborted);
        var isAlive = report.Status != HealthStatus.Unhealthy;
        await AnswerAsync(context, isAlive ? "alive" : "not_alive", isAlive, report);
    }

    public async Task ReadyAsync(HttpContext context)
    {
        var report = await ready.RunAsync(context.RequestAborted);
        // A service that is ending answers what it has, and wants nothing new.
        var isReady = report.Status != HealthStatus.Unhealthy && !lifetime.ApplicationStopping.IsCancellationRequested;
        await AnswerAsync(context, isReady ? "ready" : "not_ready", isReady, report);
    }

    public async Task StartupAsync(HttpContext context)
    {
        var report = await started.RunAsync(context.RequestAborted);
        var isStarted = report.Status != HealthStatus.Unhealthy && lifetime.ApplicationStarted.IsCancellationRequested && startup.Pending.Count == 0;
        await AnswerAsync(context, isStarted ? "started" : "starting", isStarted, report, startup.Pending);
    }

    async Task AnswerAsync(HttpContext context, string status, bool isWell, HealthReport report, IReadOnlyList<string>? waitingFor = null)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("status", status);
            if (waitingFor is { Count: > 0 })
            {
                json.WriteStartArray("waiting_for");
                foreach (var name in waitingFor) json.WriteStringValue(name);
                json.WriteEndArray();
            }
            if (report.Entries.Count > 0) WriteChecks(json, report);
            json.WriteEndObject();
        }
        context.Response.StatusCode = isWell ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = body.WrittenCount;
        context.Response.Headers.CacheControl = "no-store";
        if (!HttpMethods.IsHead(context.Request.Method)) await context.Response.BodyWriter.WriteAsync(body.WrittenMemory, context.RequestAborted);
    }

    void WriteChecks(Utf8JsonWriter json, HealthReport report)
    {
        json.WriteStartObject("checks");
        foreach (var (name, entry) in report.Entries) json.WriteBoolean(name, entry.Status == HealthStatus.Healthy);
        json.WriteEndObject();
        json.WriteNumber("duration_ms", Milliseconds(report.TotalDuration));
        json.WriteStartObject("details");
        foreach (var (name, entry) in report.Entries)
        {
            json.WriteStartObject(name);
            json.WriteString("status", entry.Status switch { HealthStatus.Healthy => "healthy", HealthStatus.Degraded => "degraded", _ => "unhealthy" });
            json.WriteNumber("duration_ms", Milliseconds(entry.Duration));
            if (entry.Description is { Length: > 0 } description && (entry.Exception is null || options.ShowsErrors || description != entry.Exception.Message)) json.WriteString("description", description);
            if (entry.Exception is { } error) json.WriteString("error", options.ShowsErrors ? error.Message : error.GetType().Name);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    static double Milliseconds(TimeSpan duration) => Math.Round(duration.TotalMilliseconds, 3);
}
