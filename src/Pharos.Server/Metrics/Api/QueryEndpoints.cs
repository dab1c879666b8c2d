using System.Text.Json;
using Pharos.Model.Reading;
using Pharos.Query.PromQL;
using Pharos.Query.PromQL.Planning;
using Pharos.Query.PromQL.Syntax;
using Pharos.Server.Doors;
using Pharos.Server.Queries;

namespace Pharos.Server.Metrics.Api;

/// <summary><c>/api/v1/query</c>, <c>query_range</c>, <c>format_query</c>, <c>parse_query</c>.</summary>
/// <remarks>
/// <para>Shape: parameters are read on the request's thread, the query runs on the <see cref="QueryScheduler"/>, and the result is written out
/// piece by piece, on the query's thread until the client has to be waited for; the result, and the lease it holds, is released when it is
/// written or the client is gone.</para>
/// <para>Source: Prometheus HTTP API, expression queries; the words of errors are its own (facts).</para>
/// </remarks>
sealed class QueryEndpoints(ISeriesSource source, QueryOptions options, PromQlOptions language, QueryScheduler scheduler, QueryMetrics metrics, TimeProvider time)
{
    /// <summary>Most points of one series that a range query may ask for. Source: Prometheus.</summary>
    const int MaxPoints = 11_000;

    readonly PromQlEngine engine = new(language);

    public void Map(DoorTable doors)
    {
        doors.Map(Door.QueryOrForm("/api/v1/query", "evaluates an expression at one moment"), InstantAsync);
        doors.Map(Door.QueryOrForm("/api/v1/query_range", "evaluates an expression over a span of time"), RangeAsync);
        doors.Map(Door.ReadOrForm("/api/v1/format_query", "an expression in its pretty form"), FormatAsync);
        doors.Map(Door.ReadOrForm("/api/v1/parse_query", "an expression as a syntax tree"), ParseAsync);
    }

    async Task InstantAsync(ApiCall call)
    {
        var limit = call.Limit();
        var atMs = call.Time("time", time.GetUtcNow().ToUnixTimeMilliseconds());
        var (timeout, chosen) = Options(call);
        var query = call["query"];
        await RunAsync(call, timeout, limit, atMs, (limits, cancellation) => chosen.Instant(source, query, atMs, limits, cancellation));
    }

    async Task RangeAsync(ApiCall call)
    {
        var limit = call.Limit();
        var startMs = call.RequiredTime("start");
        var endMs = call.RequiredTime("end");
        if (endMs < startMs) throw ApiFaultException.Parameter("end", "end timestamp must not be before start time");
        if (!ApiTime.TryParseDuration(call["step"], out var stepMs, out var reason)) throw ApiFaultException.Parameter("step", reason);
        if (stepMs <= 0) throw ApiFaultException.Parameter("step", "zero or negative query resolution step widths are not accepted. Try a positive integer");
        if ((endMs - startMs) / stepMs > MaxPoints)
        {
            throw ApiFaultException.BadData("exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)");
        }
        var (timeout, chosen) = Options(call);
        var query = call["query"];
        var expression = PromQlEngine.Parse(query);
        var kind = expression.Kind; // Asked here, because a wrong type is a bad request for Prometheus, not a query that failed.
        if (kind is not (ValueKind.Scalar or ValueKind.Vector)) throw ApiFaultException.Parameter("query", $"invalid expression type \"{kind.Text()}\" for range query, must be Scalar or instant Vector");
        await RunAsync(call, timeout, limit, startMs, (limits, cancellation) => chosen.Range(source, expression, query, startMs, endMs, stepMs, limits, cancellation));
    }

    Task FormatAsync(ApiCall call)
    {
        var pretty = PromQlPrinter.Pretty(PromQlEngine.Parse(call["query"]));
        return call.AnswerAsync(json => json.WriteStringValue(pretty));
    }

    Task ParseAsync(ApiCall call)
    {
        var expression = PromQlEngine.Parse(call["query"]);
        return call.AnswerAsync(json => ExprJson.Write(json, expression));
    }

    async Task RunAsync(ApiCall call, TimeSpan timeout, int limit, long atMs, Func<QueryLimits, CancellationToken, QueryResult> run)
    {
        var wantsStats = call["stats"].Length > 0;
        var waited = TimeSpan.Zero;
        var startedAt = time.GetTimestamp();
        var limits = new QueryLimits { MaxSamples = options.MaxSamples, Timeout = timeout };
        using var result = await scheduler.RunAsync(cancellation => run(limits, cancellation), timeout, call.ClientGone, wait => waited = wait);
        metrics.Answered(waited, result.Stats.Preparing, result.Stats.Evaluating, result.Stats.Sorting, result.Stats.SamplesRead);
        var total = time.GetElapsedTime(startedAt);
        call.Output.Raw("{\"status\":\"success\",\"data\":{"u8);
        await QueryResultJson.WriteAsync(call.Output, result, limit, atMs);
        if (wantsStats) await WriteStatsAsync(call.Output, result.Stats, waited, total);
        call.Output.Raw("}"u8);
        var isCut = limit > 0 && result.SeriesCount > limit && result.Kind is ValueKind.Vector or ValueKind.Matrix;
        await call.EndAsync(isCut && result.SeriesCount > limit ? [.. result.Warnings, "results truncated due to limit"] : result.Warnings, result.Infos);
    }

    (TimeSpan Timeout, PromQlEngine Engine) Options(ApiCall call)
    {
        var timeout = options.Timeout;
        if (call.Duration("timeout") is { } asked) timeout = TimeSpan.FromMilliseconds(Math.Clamp(asked, 0, timeout.TotalMilliseconds));
        if (call["lookback_delta"].Length == 0) return (timeout, engine);
        if (!ApiTime.TryParseDuration(call["lookback_delta"], out var lookbackMs, out var reason)) throw ApiFaultException.BadData($"error parsing lookback delta duration: {reason}");
        return (timeout, lookbackMs <= 0 ? engine : new PromQlEngine(language with { LookbackMs = lookbackMs }));
    }

    static async ValueTask WriteStatsAsync(AnswerBody output, QueryStats stats, TimeSpan waited, TimeSpan total)
    {
        output.Raw(",\"stats\":"u8);
        await using var json = output.Structured();
        json.WriteStartObject();
        json.WriteStartObject("timings");
        json.WriteNumber("evalTotalTime", (stats.Preparing + stats.Evaluating + stats.Sorting).TotalSeconds);
        json.WriteNumber("resultSortTime", stats.Sorting.TotalSeconds);
        json.WriteNumber("queryPreparationTime", stats.Preparing.TotalSeconds);
        json.WriteNumber("innerEvalTime", stats.Evaluating.TotalSeconds);
        json.WriteNumber("execQueueTime", waited.TotalSeconds);
        json.WriteNumber("execTotalTime", total.TotalSeconds);
        json.WriteEndObject();
        json.WriteStartObject("samples");
        json.WriteNumber("totalQueryableSamples", stats.SamplesRead);
        json.WriteNumber("peakSamples", stats.PeakSamples);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
