using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Pharos.AspNetCore.Redaction;
using Pharos.AspNetCore.Requests;

namespace Pharos.AspNetCore.Tracing;

/// <summary>How traces join the three calls of <see cref="PharosExtensions"/>.</summary>
static class TracingRegistration
{
    public static void AddPharosTracing(this IHostApplicationBuilder builder, PharosOptions options)
    {
        var tracing = options.Tracing;
        tracing.Console ??= builder.Environment.IsDevelopment() && !TraceExport.HasEndpoint(tracing);
        builder.Services.AddSingleton(tracing);
        if (!TraceExport.IsWanted(tracing) && !options.ReportsTransactions) return;
        // ASP.NET Core leaves the tags of its spans to instrumentation packages unless told so before the host is built.
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);
        if (!TraceExport.IsWanted(tracing)) return;
        builder.Services.AddSingleton<TraceExport>(services => new TraceExport(options, services.GetRequiredService<Redactor>()));
        builder.Services.AddHostedService(services => services.GetRequiredService<TraceExport>());
    }

    public static void UsePharosTracing(this IApplicationBuilder app)
    {
        // Made now, so that what runs between here and the start of the host is traced too.
        var export = app.ApplicationServices.GetService<TraceExport>();
        if (export is null && !app.ApplicationServices.GetRequiredService<PharosOptions>().ReportsTransactions) return;
        app.Use(next => context => context.Features.Get<IHttpActivityFeature>()?.Activity is { IsAllDataRequested: true } activity && !SecondRun.IsUnderWay(context) ? AnswerAsync(activity, context, next) : next(context));
    }

    /// <summary>Adds what ASP.NET Core 10 leaves out of its spans: route, status, and whether it failed.</summary>
    static async Task AnswerAsync(Activity activity, HttpContext context, RequestDelegate next)
    {
        var begun = context.GetEndpoint();
        if (begun is not null) Describe(activity, context, begun);
        try
        {
            await next(context);
            End(activity, context.Response.StatusCode);
        }
        catch (Exception fault) when (!GoneClient.IsCauseOf(fault, context))
        {
            activity.SetTag("error.type", fault.GetType().FullName);
            // Unless the answer had begun, the server makes this of it.
            End(activity, context.Response.HasStarted ? context.Response.StatusCode : StatusCodes.Status500InternalServerError);
            throw;
        }
        finally
        {
            // Where UseRouting stands behind, the endpoint is known by now only.
            if (begun is null && EndpointLabels.EndpointOf(context) is { } answered) Describe(activity, context, answered);
        }
    }

    static void End(Activity activity, int status)
    {
        activity.SetTag("http.response.status_code", status);
        if (status >= 500) activity.SetStatus(ActivityStatusCode.Error);
    }

    static void Describe(Activity activity, HttpContext context, Endpoint endpoint)
    {
        if (endpoint.Metadata.GetMetadata<QuietEndpoint>() is not null)
        {
            // Scrapes and probes would be most of all traces, and nobody looks at them.
            activity.IsAllDataRequested = false;
            activity.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }
        else if (EndpointLabels.Of(endpoint) is { IsMatched: true } labels)
        {
            // Without it every path would be an operation of its own.
            activity.SetTag("http.route", labels.Route);
            activity.DisplayName = $"{context.Request.Method} {labels.Route}";
        }
    }
}
