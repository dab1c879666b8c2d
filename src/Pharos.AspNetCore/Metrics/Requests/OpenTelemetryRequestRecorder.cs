using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http;
using Pharos.AspNetCore.Requests;

namespace Pharos.AspNetCore.Metrics.Requests;

/// <summary>OpenTelemetry's semantic conventions for HTTP servers.</summary>
/// <remarks>Source: semantic conventions 1.23 and later, which are stable. Status codes of 500 and above are their own error type.</remarks>
sealed class OpenTelemetryRequestRecorder(Meter meter) : IRequestRecorder
{
    readonly Histogram<double> durations = meter.CreateHistogram("http.server.request.duration", "s", "Time from a request's start to its answer's end.", null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] });

    readonly UpDownCounter<long> active = meter.CreateUpDownCounter<long>("http.server.active_requests", "{request}", "HTTP requests being answered now.");

    public void Begin(HttpContext context, EndpointLabels begun) => Active(context, 1);

    public void End(HttpContext context, EndpointLabels begun) => Active(context, -1);

    public void Record(HttpContext context, EndpointLabels answered, double seconds)
    {
        var status = RequestLabels.Status(context);
        // Empty values are no labels: a request without route or fault has none of them.
        durations.Record(seconds,
        [
            new("http.request.method", RequestLabels.Method(context.Request.Method, "_OTHER")), new("http.response.status_code", status), new("http.route", answered.IsMatched ? answered.Route : ""),
            new("network.protocol.name", "http"), new("network.protocol.version", RequestLabels.ProtocolVersion(context.Request.Protocol)), new("url.scheme", RequestLabels.Scheme(context.Request.Scheme)),
            new("error.type", context.Response.StatusCode >= 500 ? status : ""),
        ]);
    }

    void Active(HttpContext context, int change) =>
        active.Add(change, new("http.request.method", RequestLabels.Method(context.Request.Method, "_OTHER")), new KeyValuePair<string, object?>("url.scheme", RequestLabels.Scheme(context.Request.Scheme)));
}
