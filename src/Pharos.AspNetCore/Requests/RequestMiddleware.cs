using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Pharos.AspNetCore.Requests;

/// <summary>Gives every request its id and its log line.</summary>
/// <remarks>Stands outermost, so that whatever logs while answering does so in the request's scope.</remarks>
/// <param name="requestIdKey">Name of the id in that scope.</param>
/// <param name="userIdKey">Name of the user's id in that scope.</param>
sealed class RequestMiddleware(RequestOptions options, string requestIdKey, string userIdKey, ILoggerFactory loggers)
{
    /// <summary>A handler may clear the headers before an error page; at the start of the answer it is too late for that.</summary>
    static readonly Func<object, Task> Answer = static state =>
    {
        var (context, header, id) = ((HttpContext, string, string))state;
        context.Response.Headers[header] = id;
        return Task.CompletedTask;
    };

    readonly ILogger logger = loggers.CreateLogger("Pharos.AspNetCore.Requests");

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var start = Stopwatch.GetTimestamp();
        var isSecondRun = SecondRun.IsUnderWay(context);
        if (!options.Ids)
        {
            await AnswerAsync(context, next, isSecondRun, start);
            return;
        }
        var id = isSecondRun ? context.TraceIdentifier : RequestId.Take(options.TrustIncoming ? context.Request.Headers[options.Header] : default);
        if (!isSecondRun)
        {
            context.TraceIdentifier = id;
            context.Response.OnStarting(Answer, (context, options.Header, id));
        }
        var scope = new RequestScope(context, id, options, requestIdKey, userIdKey);
        RequestScope.Current = scope;
        scope.Mark(context.Features.Get<IHttpActivityFeature>()?.Activity);
        using (logger.BeginScope(scope))
        {
            try
            {
                await AnswerAsync(context, next, isSecondRun, start);
            }
            finally
            {
                scope.End();
            }
        }
    }

    async Task AnswerAsync(HttpContext context, RequestDelegate next, bool isSecondRun, long start)
    {
        var begun = EndpointLabels.Of(context.GetEndpoint()); // Now: a handler of errors puts its own in the place.
        Exception? fault = null;
        try
        {
            await next(context);
        }
        catch (Exception exception)
        {
            fault = exception;
            throw;
        }
        finally
        {
            if (options.Lines && !isSecondRun) WriteLine(context, begun, fault, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
    }

    void WriteLine(HttpContext context, EndpointLabels begun, Exception? fault, double durationMs)
    {
        // What the server will make of an exception on its way out, unless the answer had begun.
        var status = fault is null || context.Response.HasStarted ? context.Response.StatusCode
            : GoneClient.IsCauseOf(fault, context) ? StatusCodes.Status499ClientClosedRequest : StatusCodes.Status500InternalServerError;
        var level = status >= 500 ? LogLevel.Error : context.GetEndpoint()?.Metadata.GetMetadata<QuietEndpoint>() is not null ? LogLevel.Debug : LogLevel.Information;
        if (!logger.IsEnabled(level)) return;
        // The template, never the path: that may hold what concerns nobody, and the line is to be counted by endpoint.
        logger.Log(level, default, new RequestLine(context.Request.Method, EndpointLabels.Of(context, begun).Route, status, Math.Round(durationMs, 3)), null, RequestLine.Format);
    }
}
