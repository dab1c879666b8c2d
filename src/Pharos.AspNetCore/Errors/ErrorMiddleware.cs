using Microsoft.AspNetCore.Http;

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
