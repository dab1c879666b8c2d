using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http;
using Pharos.AspNetCore.Requests;

namespace Pharos.AspNetCore.Metrics.Requests;

/// <summary>The names of prometheus-net's HTTP metrics, so that its dashboards and alerts go on working.</summary>
sealed class PrometheusNetRequestRecorder(Meter meter) : IRequestRecorder
{
    readonly Counter<long> received = meter.CreateCounter<long>("http_requests_received_total", description: "HTTP requests answered.");

    readonly Histogram<double> durations = meter.CreateHistogram("http_request_duration_seconds", "s", "Time from a request's start to its answer's end.", null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [.. Enumerable.Range(0, 16).Select(step => 0.001 * (1 << step))] });

    readonly UpDownCounter<long> inProgress = meter.CreateUpDownCounter<long>("http_requests_in_progress", description: "HTTP requests being answered now.");

    public void Begin(HttpContext context, EndpointLabels begun) => InProgress(context, begun, 1);

    public void End(HttpContext context, EndpointLabels begun) => InProgress(context, begun, -1);

    public void Record(HttpContext context, EndpointLabels answered, double seconds)
    {
        KeyValuePair<string, object?> code = new("code", RequestLabels.Status(context)), method = new("method", RequestLabels.Method(context.Request.Method, "other"));
        KeyValuePair<string, object?> controller = new("controller", answered.Controller), action = new("action", answered.Action), route = new("endpoint", Route(answered));
        received.Add(1, [code, method, controller, action, route]);
        durations.Record(seconds, [code, method, controller, action, route]);
    }

    void InProgress(HttpContext context, EndpointLabels endpoint, int change) => inProgress.Add(change,
    [
        new("method", RequestLabels.Method(context.Request.Method, "other")), new("controller", endpoint.Controller), new("action", endpoint.Action), new("endpoint", Route(endpoint)),
    ]);

    static string Route(EndpointLabels endpoint) => endpoint.IsMatched ? endpoint.Route : "";
}
