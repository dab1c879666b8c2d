using System.Text.Encodings.Web;
using System.Text.Json;
using Pharos.Server.Access;
using Pharos.Server.Doors;

namespace Pharos.Server.Hosting;

/// <summary>What every request passes before it reaches a room: one form of the path, headers, other sites, login, and what becomes of an unexpected fault.</summary>
sealed partial class RequestPipeline(WebOptions options, WebAccess access, DoorMetrics metrics, ILogger<RequestPipeline> logger)
{
    static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }; // Sent as JSON, never into a page.

    readonly SiteGuard sites = new(options);

    public void Use(IApplicationBuilder app)
    {
        app.Use(metrics.CountAsync); // Outermost, so that refused requests count, too.
        app.Use(CatchAsync);
        app.Use(PathAsync); // Before all that looks at paths.
        app.Use(GuardAsync);
        app.UseResponseCompression();
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
            await RefuseAsync(context, error.StatusCode, "bad_data", error.Message);
        }
        catch (Exception error)
        {
            RequestFailed(logger, context.Request.Method, context.Request.Path, context.TraceIdentifier, error);
            await RefuseAsync(context, StatusCodes.Status500InternalServerError, "internal", ApiDoor.InternalText(context));
        }
    }

    async Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        foreach (var (name, value) in access.Config.Headers) headers[name] = value;
        if (sites.Refusal(context.Request) is { } reason)
        {
            await RefuseAsync(context, StatusCodes.Status403Forbidden, "forbidden", reason);
            return;
        }
        if (!access.Gate.IsOpen && await access.Gate.AdmitsAsync(context.Request.Headers.Authorization, context.RequestAborted) is not true and var answer)
        {
            if (answer is null)
            {
                headers.RetryAfter = "1";
                await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, "unavailable", "too many logins are being checked; try again in a second");
                return;
            }
            headers.WWWAuthenticate = "Basic";
            await RefuseAsync(context, StatusCodes.Status401Unauthorized, "unauthorized", "name or password is missing or wrong");
            return;
        }
        await next(context);
    }

    /// <summary>Cleans the path and takes the prefix off, so that an address means the same however it is written, to who judges it and to who answers it.</summary>
    Task PathAsync(HttpContext context, RequestDelegate next)
    {
        context.Request.Path = RequestPath.Clean(context.Request.Path.Value ?? "");
        if (options.RoutePrefix.Length > 0 && context.Request.Path.StartsWithSegments(options.RoutePrefix, StringComparison.Ordinal, out var rest))
        {
            context.Request.PathBase = options.RoutePrefix;
            context.Request.Path = rest.HasValue ? rest : "/";
        }
        return next(context);
    }

    /// <summary>What lies outside the prefix is not ours, but the bare root leads there.</summary>
    Task TurnAwayAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.PathBase.HasValue) return next(context);
        if (context.Request.Path == "/") context.Response.Redirect($"{options.ExternalPath}/");
        else context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    /// <summary>The shape of all faults of the Prometheus API, which scripts and people both can read.</summary>
    static async Task RefuseAsync(HttpContext context, int status, string type, string message)
    {
        if (context.Response.HasStarted)
        {
            context.Abort(); // Half an answer must not look like a whole one.
            return;
        }
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync($"{{\"status\":\"error\",\"errorType\":\"{type}\",\"error\":{JsonSerializer.Serialize(message, Readable)}}}\n");
    }

    [LoggerMessage(LogLevel.Error, "{Method} {Path} failed (id {Id})")]
    static partial void RequestFailed(ILogger logger, string method, string path, string id, Exception error);
}
