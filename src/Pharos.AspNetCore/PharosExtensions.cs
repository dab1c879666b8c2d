using System.Buffers;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Pharos.AspNetCore.CriticalAlerts;
using Pharos.AspNetCore.Database;
using Pharos.AspNetCore.Errors;
using Pharos.AspNetCore.Health;
using Pharos.AspNetCore.Logs;
using Pharos.AspNetCore.Metrics;
using Pharos.AspNetCore.Metrics.Exposition;
using Pharos.AspNetCore.Redaction;
using Pharos.AspNetCore.Requests;
using Pharos.AspNetCore.Settings;
using Pharos.AspNetCore.Tracing;

namespace Pharos.AspNetCore;

/// <summary>Three calls that make a service observable: register, use, map.</summary>
public static class PharosExtensions
{
    /// <summary>Key of what a pipeline knows of itself; branches inherit it.</summary>
    const string UsedMark = "Pharos.AspNetCore";

    static readonly ConditionalWeakTable<IEndpointRouteBuilder, object> Mapped = [];

    /// <summary>Registers everything that is switched on. Settings come from the configuration section <c>Pharos</c>, then from <paramref name="configure"/>.</summary>
    /// <exception cref="InvalidOperationException">It was called before: two sets of settings cannot both hold.</exception>
    public static IHostApplicationBuilder AddPharos(this IHostApplicationBuilder builder, Action<PharosOptions>? configure = null)
    {
        if (builder.Services.Any(service => service.ServiceType == typeof(PharosOptions))) throw new InvalidOperationException("AddPharos was called twice; call it once, with all settings");
        var options = PharosOptions.Read(builder.Configuration, builder.Environment, configure);
        builder.Services.AddSingleton(options);
        builder.Services.AddHostedService<SettingsFaults>();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(new Redactor(options.Redaction));
        builder.AddPharosLogs(options);
        builder.AddPharosRequests(options);
        builder.AddPharosTracing(options);
        builder.AddPharosErrors(options);
        builder.AddPharosCriticalAlerts(options);
        builder.AddPharosMetrics(options);
        builder.AddPharosDatabase(options);
        builder.AddPharosHealth(options);
        return builder;
    }

    /// <summary>Gives every request its trace, id, log line, measurement and, when it fails, report. Stands first, before what answers them.</summary>
    /// <exception cref="InvalidOperationException"><see cref="AddPharos"/> was not called, or this was called before: every request would be counted twice.</exception>
    public static IApplicationBuilder UsePharos(this IApplicationBuilder app)
    {
        RequireAdded(app.ApplicationServices, nameof(UsePharos));
        if (!app.Properties.TryAdd(UsedMark, true)) throw new InvalidOperationException("UsePharos was called twice; call it once, before everything that answers requests");
        app.UsePharosTracing();
        var keys = app.ApplicationServices.GetRequiredService<LogOptions>().Keys;
        app.UsePharosRequests(keys.RequestId, keys.UserId);
        app.UsePharosMetrics();
        app.UsePharosErrors();
        app.UsePharosDatabase();
        return app;
    }

    /// <summary>Maps the exposition at <c>/metrics</c> and the probes below <c>/health</c>. What is returned takes conventions for all endpoints at once, such as <c>RequireHost</c>.</summary>
    /// <exception cref="InvalidOperationException"><see cref="AddPharos"/> was not called, or this was called before for the same routes: no path may have two answers.</exception>
    public static IEndpointConventionBuilder MapPharos(this IEndpointRouteBuilder routes)
    {
        RequireAdded(routes.ServiceProvider, nameof(MapPharos));
        if (!Mapped.TryAdd(routes, UsedMark)) throw new InvalidOperationException("MapPharos was called twice for the same routes; call it once");
        var group = routes.MapGroup("").WithMetadata(QuietEndpoint.Mark);
        group.MapPharosMetrics();
        group.MapPharosHealth();
        return group;
    }

    /// <summary>
    /// Writes what a scrape would get now, as <c>io.prometheus.client.MetricFamily</c> messages, each behind its length: for programs that push their metrics,
    /// or show them at a door of their own.
    /// </summary>
    /// <exception cref="InvalidOperationException"><see cref="AddPharos"/> was not called.</exception>
    public static async ValueTask WriteMetricFamiliesAsync(this IServiceProvider services, IBufferWriter<byte> output, CancellationToken cancellation = default)
    {
        RequireAdded(services, nameof(WriteMetricFamiliesAsync));
        using var buffer = new ByteBuffer();
        await services.GetRequiredService<MeterCollector>().WriteAsync(buffer, ExpositionFormat.Protobuf, cancellation);
        output.Write(buffer.Written.Span);
    }

    static void RequireAdded(IServiceProvider services, string caller)
    {
        if (services.GetService<PharosOptions>() is null) throw new InvalidOperationException($"{caller} needs what AddPharos registers; call builder.AddPharos() before builder.Build()");
    }
}
