using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Pharos.AspNetCore.Metrics;

namespace Pharos.AspNetCore;

/// <summary>Three calls that make a service observable: register, use, map.</summary>
public static class PharosExtensions
{
    /// <summary>Collects the measurements of every <see cref="System.Diagnostics.Metrics.Meter"/> from now on.</summary>
    public static IHostApplicationBuilder AddPharos(this IHostApplicationBuilder builder, Action<PharosOptions>? configure = null)
    {
        var section = builder.Configuration.GetSection(PharosOptions.Section);
        builder.Services.AddOptions<PharosOptions>().Configure(options =>
        {
            // By hand, so that trimming needs no reflection.
            options.MetricsPath = section[nameof(PharosOptions.MetricsPath)] ?? options.MetricsPath;
            options.MaxSeriesPerInstrument = section[nameof(PharosOptions.MaxSeriesPerInstrument)] is { } max
                ? int.Parse(max, System.Globalization.CultureInfo.InvariantCulture)
                : options.MaxSeriesPerInstrument;
            configure?.Invoke(options);
        });
        builder.Services.AddSingleton(services => new MeterCollector(services.GetRequiredService<IOptions<PharosOptions>>().Value));
        builder.Services.AddSingleton<RequestMetrics>();
        builder.Services.AddSingleton<ProcessMetrics>();
        return builder;
    }

    /// <summary>Measures every request. Stands before what answers them.</summary>
    public static IApplicationBuilder UsePharos(this IApplicationBuilder app)
    {
        var requests = app.ApplicationServices.GetRequiredService<RequestMetrics>();
        _ = app.ApplicationServices.GetRequiredService<MeterCollector>();
        _ = app.ApplicationServices.GetRequiredService<ProcessMetrics>();
        return app.Use(next => context => requests.MeasureAsync(context, next));
    }

    /// <summary>Maps the exposition, at <c>/metrics</c> unless set otherwise.</summary>
    public static IEndpointConventionBuilder MapPharos(this IEndpointRouteBuilder routes)
    {
        var collector = routes.ServiceProvider.GetRequiredService<MeterCollector>();
        _ = routes.ServiceProvider.GetRequiredService<ProcessMetrics>();
        var path = routes.ServiceProvider.GetRequiredService<IOptions<PharosOptions>>().Value.MetricsPath;
        return routes.MapGet(path, context => MetricsEndpoint.WriteAsync(context, collector)).WithDisplayName("metrics");
    }
}
