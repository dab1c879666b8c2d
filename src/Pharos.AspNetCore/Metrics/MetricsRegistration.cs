using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Pharos.AspNetCore.Metrics.Requests;

namespace Pharos.AspNetCore.Metrics;

/// <summary>How metrics join the three calls of <see cref="PharosExtensions"/>.</summary>
static class MetricsRegistration
{
    public static void AddPharosMetrics(this IHostApplicationBuilder builder, PharosOptions options)
    {
        builder.Services.AddMetrics();
        builder.Services.AddSingleton(options.Metrics);
        builder.Services.AddSingleton<MeterCollector>();
        builder.Services.AddSingleton<RequestMetrics>();
        builder.Services.AddSingleton<ProcessMetrics>();
        builder.Services.AddSingleton<ApplicationMetrics>();
    }

    public static void UsePharosMetrics(this IApplicationBuilder app)
    {
        Start(app.ApplicationServices);
        var options = app.ApplicationServices.GetRequiredService<MetricsOptions>();
        if (!options.Requests.IsEnabled) return;
        var recorder = app.ApplicationServices.GetRequiredService<RequestMetrics>().Recorder;
        var application = app.ApplicationServices.GetRequiredService<ApplicationMetrics>();
        app.Use(next => context => MeasuredRequest.AnswerAsync(recorder, application, context, next));
    }

    public static void MapPharosMetrics(this IEndpointRouteBuilder routes)
    {
        var collector = Start(routes.ServiceProvider);
        var path = routes.ServiceProvider.GetRequiredService<MetricsOptions>().Path;
        routes.MapMethods(path, [HttpMethods.Get, HttpMethods.Head], context => MetricsEndpoint.WriteAsync(context, collector)).WithDisplayName("metrics");
    }

    /// <summary>From now on everything is collected, also what nobody has used yet.</summary>
    static MeterCollector Start(IServiceProvider services)
    {
        _ = services.GetRequiredService<ProcessMetrics>();
        _ = services.GetRequiredService<ApplicationMetrics>();
        return services.GetRequiredService<MeterCollector>();
    }
}
