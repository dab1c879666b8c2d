using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Pharos.AspNetCore.Requests;

namespace Pharos.AspNetCore.Errors;

/// <summary>Reports what a request throws, then lets it go on its way.</summary>
sealed class ErrorMiddleware(ErrorReporter reporter, ErrorOptions options)
{
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var trail = new BreadcrumbTrail(options.MaxBreadcrumbs, context);
        BreadcrumbTrail.Current = trail;
        try
        {
            await next(context);
            // A handler of the application's own has answered for it, and .NET then logs nothing: as long as the client saw a failure, somebody should hear of it.
            if (context.Response.StatusCode >= 500 && context.Features.Get<IExceptionHandlerFeature>() is { Error: { } handled }) reporter.ReportHandled(handled, "aspnetcore");
        }
        catch (Exception exception) when (Report(context, exception))
        {
            throw;
        }
        finally
        {
            trail.End();
        }
    }

    /// <summary>Runs as a filter, before the stack is unwound: what the exception passed through is still as it was. Never catches.</summary>
    bool Report(HttpContext context, Exception exception)
    {
        if (!GoneClient.IsCauseOf(exception, context)) reporter.ReportUnhandled(exception, "aspnetcore");
        return false;
    }
}
