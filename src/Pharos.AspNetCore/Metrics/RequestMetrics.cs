using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Pharos.AspNetCore.Metrics;

/// <summary>The three request metrics, by route template, so that paths never explode into series.</summary>
/// <remarks>Cost: no allocation for a handler that completes at once; one state machine for one that suspends.</remarks>
sealed class RequestMetrics : IDisposable
{
    static readonly string[] StatusTexts = [.. Enumerable.Range(0, 600).Select(status => status.ToString(CultureInfo.InvariantCulture))];

    readonly Meter meter = new("Pharos.AspNetCore");
    readonly Counter<long> requests;
    readonly Histogram<double> durations;
    readonly UpDownCounter<long> active;

    public RequestMetrics()
    {
        requests = meter.CreateCounter<long>("http_requests_total", description: "HTTP requests answered.");
        durations = meter.CreateHistogram<double>("http_request_duration_seconds", description: "Time from the request's start to its answer's end.");
        active = meter.CreateUpDownCounter<long>("http_requests_active", description: "HTTP requests being answered now.");
    }

    public void Dispose() => meter.Dispose();

    public Task MeasureAsync(HttpContext context, RequestDelegate next)
    {
        active.Add(1);
        var start = Stopwatch.GetTimestamp();
        Task answer;
        try
        {
            answer = next(context);
        }
        catch
        {
            Record(context, start, hasFailed: true);
            throw;
        }
        if (!answer.IsCompletedSuccessfully) return AwaitAsync(answer, context, start);
        Record(context, start, hasFailed: false);
        return Task.CompletedTask;
    }

    async Task AwaitAsync(Task answer, HttpContext context, long start)
    {
        var hasFailed = true;
        try
        {
            await answer;
            hasFailed = false;
        }
        finally
        {
            Record(context, start, hasFailed);
        }
    }

    void Record(HttpContext context, long start, bool hasFailed)
    {
        active.Add(-1);
        var method = MethodOf(context.Request.Method);
        var endpoint = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "unmatched";
        // An exception on its way out becomes a 500, unless the answer had begun.
        var status = hasFailed && !context.Response.HasStarted ? 500 : context.Response.StatusCode;
        requests.Add(1, new("method", method), new("endpoint", endpoint), new("status", status is >= 0 and < 600 ? StatusTexts[status] : "other"));
        durations.Record(Stopwatch.GetElapsedTime(start).TotalSeconds, new("method", method), new KeyValuePair<string, object?>("endpoint", endpoint));
    }

    /// <summary>Methods come from the client: only the known ones become label values.</summary>
    static string MethodOf(string method) => method switch
    {
        "GET" or "POST" or "PUT" or "DELETE" or "PATCH" or "HEAD" or "OPTIONS" or "TRACE" or "CONNECT" => method,
        _ => "other",
    };
}
