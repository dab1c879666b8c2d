using System.Text.Encodings.Web;
using System.Text.Json;
using Pharos.Server.Hosting.Access;

namespace Pharos.Server.Hosting;

/// <summary>What every request passes before it reaches a room: headers, login, other sites, prefix, and what becomes of an unexpected fault.</summary>
sealed partial class RequestPipeline(ServeOptions options, WebAccess access, DoorMetrics metrics, ILogger<RequestPipeline> logger)
{
    static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }; // Sent as JSON, never into a page.

    readonly SiteGuard sites = new(options);

    public void Use(IApplicationBuilder app)
    {
        app.Use(metrics.CountAsync); // Outermost, so that refused requests count, too.
        app.Use(CatchAsync);
        app.Use(GuardAsync);
        app.UseResponseCompression();
        if (options.RoutePrefix.Length > 0) app.Use(TakePrefixAsync);
    }

    /// <summary>A fault of ours is told to the client without its inside, and to the log with it; a client that went away is nobody's fault.</summary>
    async Task CatchAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            context.Response.StatusCode = 499; // Only for the log: nobody reads the answer.
        }
        catch (BadHttpRequestException error)
        {
            await RefuseAsync(context, error.StatusCode, "bad_data", error.Message);
        }
        catch (Exception error)
        {
            RequestFailed(logger, context.Request.Method, context.Request.Path, error);
            await RefuseAsync(context, StatusCodes.Status500InternalServerError, "internal", "the request failed; the log says why");
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

    /// <summary>Strips the prefix; what lies outside is not ours, but the bare root leads there.</summary>
    Task TakePrefixAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Path.StartsWithSegments(options.RoutePrefix, StringComparison.Ordinal, out var rest))
        {
            context.Request.PathBase = context.Request.PathBase.Add(options.RoutePrefix);
            context.Request.Path = rest.HasValue ? rest : "/";
            return next(context);
        }
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

    [LoggerMessage(LogLevel.Error, "{Method} {Path} failed")]
    static partial void RequestFailed(ILogger logger, string method, string path, Exception error);
}
