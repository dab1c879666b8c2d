using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Pharos.AspNetCore.Metrics;

/// <summary>How metrics join the three calls of <see cref="PharosExtensions"/>.</summary>
static class MetricsRegistration
{
    public static void AddPharosMetrics(this IHostApplicationBuilder builder, PharosOptions options)
    {
        builder.Services.AddSingleton(options.Metrics);
        builder.Services.AddSingleton<MeterCollector>();
        builder.Services.AddSingleton<RequestMetrics>();
        builder.Services.AddSingleton<ProcessMetrics>();
    }

    public static void UsePharosMetrics(this IApplicationBuilder app)
    {
        var requests = app.ApplicationServices.GetRequiredService<RequestMetrics>();
        _ = app.ApplicationServices.GetRequiredService<MeterCollector>();
        _ = app.ApplicationServices.GetRequiredService<ProcessMetrics>();
        app.Use(next => context => requests.MeasureAsync(context, next));
    }

    public static void MapPharosMetrics(this IEndpointRouteBuilder routes)
    {
        var collector = routes.ServiceProvider.GetRequiredService<MeterCollector>();
        _ = routes.ServiceProvider.GetRequiredService<ProcessMetrics>();
        var path = routes.ServiceProvider.GetRequiredService<MetricsOptions>().Path;
        routes.MapGet(path, context => MetricsEndpoint.WriteAsync(context, collector)).WithDisplayName("metrics");
    }
}
