using Pharos.Server.Access;
using Pharos.Server.Doors;

namespace Pharos.Server.Hosting;

/// <summary>What every request passes before it reaches a room: one form of the path, headers, routing, the guards, and what becomes of an unexpected fault.</summary>
sealed partial class RequestPipeline(WebOptions options, WebAccess access, AccessGuard guard, DoorMetrics metrics, ILogger<RequestPipeline> logger)
{
    /// <summary>Answers a request that any listener took, from the start of the host on.</summary>
    public RequestDelegate Whole { get; private set; } = _ => throw new InvalidOperationException("BUG: a request came before the host was started");

    public void Use(IApplicationBuilder app)
    {
        app.Use(next => Whole = next); // First, so that all that follows is in it.
        app.Use(metrics.CountAsync); // Outermost, so that refused requests count, too.
        app.Use(CatchAsync);
        app.Use(PathAsync); // Before all that looks at paths.
        app.Use(HeadAsync);
        app.UseResponseCompression();
        app.UseRouting();
        app.Use(PortPolicy.KeepAsync);
        app.Use(guard.JudgeAsync); // Before anything is answered, read or changed.
        if (options.RoutePrefix.Length > 0) app.Use(TurnAwayAsync);
    }

    /// <summary>A fault of ours is told to the client without its inside, and to the log with it; a client that went away is nobody's fault.</summary>
    async Task CatchAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (Exception error) when (context.RequestAborted.IsCancellationRequested && error is OperationCanceledException or IOException)
        {
            if (!context.Response.HasStarted) context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest; // Only for the figures: nobody reads the answer.
            else context.Abort();
        }
        catch (BadHttpRequestException error)
        {
            await new Fault(error.StatusCode, FaultKind.BadData.Word(), error.Message).AnswerAsync(context, DoorTable.Of(context.GetEndpoint()).Faults);
        }
        catch (Exception error)
        {
            RequestFailed(logger, context.Request.Method, context.Request.Path, context.TraceIdentifier, error);
            await Fault.Internal(context).AnswerAsync(context, DoorTable.Of(context.GetEndpoint()).Faults);
        }
    }

    Task HeadAsync(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        foreach (var (name, value) in access.Config.Headers) headers[name] = value;
        return next(context);
    }

    /// <summary>Cleans the path and takes the prefix off, so that an address means the same however it is written, to who judges it and to who answers it.</summary>
    Task PathAsync(HttpContext context, RequestDelegate next)
    {
        context.Request.Path = RequestPath.Clean(context.Request.Path.Value ?? "");
        if (options.RoutePrefix.Length > 0 && ArrivalPort.Of(context) is null && context.Request.Path.StartsWithSegments(options.RoutePrefix, StringComparison.Ordinal, out var rest))
        {
            context.Request.PathBase = options.RoutePrefix;
            context.Request.Path = rest.HasValue ? rest : "/";
        }
        return next(context);
    }

    /// <summary>What lies outside the prefix is not ours, but the bare root leads there.</summary>
    Task TurnAwayAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.PathBase.HasValue || ArrivalPort.Of(context) is not null) return next(context); // An API lies at the root of its own port.
        context.SetEndpoint(null); // A door of that path would be counted.
        if (context.Request.Path == "/") context.Response.Redirect($"{options.ExternalPath}/");
        else context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    [LoggerMessage(LogLevel.Error, "{Method} {Path} failed (id {Id})")]
    static partial void RequestFailed(ILogger logger, string method, string path, string id, Exception error);
}
