using System.Diagnostics.Metrics;
using System.Globalization;
using Pharos.Server.Doors;

namespace Pharos.Server.Hosting;

/// <summary>What the server's doors tell of themselves under Prometheus' names, beside the request metrics that every application has.</summary>
sealed class DoorMetrics : IDisposable
{
    readonly Meter meter = new("Pharos.Doors");
    readonly Counter<long> requests;
    readonly Histogram<double> durations;

    public DoorMetrics()
    {
        requests = meter.CreateCounter<long>("prometheus_http_requests_total", description: "Requests by door and status.");
        durations = meter.CreateHistogram<double>("prometheus_http_request_duration_seconds", null, "Time to answer requests, by door.", null, new() { HistogramBucketBoundaries = [0.1, 0.2, 0.4, 1, 3, 8, 20, 60, 120] });
        meter.CreateObservableGauge("prometheus_build_info", () => new Measurement<int>(1, new("version", ProductVersion.Version), new("revision", ProductVersion.Revision), new("product", "pharos")), null, "Always 1; the labels name the build.");
    }

    /// <summary>Counts a request when it is answered, under the template of its door, so that addresses make no series.</summary>
    public async Task CountAsync(HttpContext context, RequestDelegate next)
    {
        var startedAt = TimeProvider.System.GetTimestamp();
        try
        {
            await next(context);
        }
        finally
        {
            var door = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "";
            var handler = new KeyValuePair<string, object?>("handler", door.StartsWith('/') ? door : "/" + door);
            requests.Add(1, new("code", context.Response.StatusCode.ToString(CultureInfo.InvariantCulture)), handler);
            durations.Record(TimeProvider.System.GetElapsedTime(startedAt).TotalSeconds, handler);
        }
    }

    public void Dispose() => meter.Dispose();
}
