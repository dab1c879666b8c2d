using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http;
using Pharos.AspNetCore.Requests;

namespace Pharos.AspNetCore.Metrics.Requests;

/// <summary><c>http_requests_total</c>, <c>http_request_duration_seconds</c>, <c>http_requests_active</c>, under any prefix.</summary>
sealed class PharosRequestRecorder : IRequestRecorder
{
    readonly Counter<long> requests;
    readonly Histogram<double> durations;
    readonly UpDownCounter<long> active;

    public PharosRequestRecorder(Meter meter, RequestMetricsOptions options)
    {
        requests = meter.CreateCounter<long>($"{options.Prefix}requests_total", description: "HTTP requests answered.");
        durations = meter.CreateHistogram<double>($"{options.Prefix}request_duration_seconds", "s", "Time from a request's start to its answer's end.");
        active = meter.CreateUpDownCounter<long>($"{options.Prefix}{options.ActiveName}", description: "HTTP requests being answered now.");
    }

    public void Begin(HttpContext context, EndpointLabels begun) => active.Add(1);

    public void End(HttpContext context, EndpointLabels begun) => active.Add(-1);

    public void Record(HttpContext context, EndpointLabels answered, double seconds)
    {
        var method = RequestLabels.Method(context.Request.Method, "other");
        requests.Add(1, new("method", method), new("endpoint", answered.Route), new KeyValuePair<string, object?>("status", RequestLabels.Status(context)));
        durations.Record(seconds, new("method", method), new KeyValuePair<string, object?>("endpoint", answered.Route));
    }
}
