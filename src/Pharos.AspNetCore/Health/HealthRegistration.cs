using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Pharos.AspNetCore.Health;

/// <summary>How health joins the calls of <see cref="PharosExtensions"/>.</summary>
static class HealthRegistration
{
    static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static void AddPharosHealth(this IHostApplicationBuilder builder, PharosOptions options)
    {
        builder.Services.AddSingleton<StartupSignal>(); // The application takes it by constructor, whatever is switched off.
        if (!options.Health.IsEnabled) return;
        builder.Services.AddSingleton(options.Health);
        builder.Services.AddSingleton<HealthMetrics>();
        builder.Services.AddSingleton<IHealthCheckPublisher>(services => services.GetRequiredService<HealthMetrics>());
        builder.Services.AddSingleton<HealthEndpoints>();
        builder.Services.AddHealthChecks();
        // After all others, so that no check is without a limit, whoever added it.
        builder.Services.PostConfigure<HealthCheckServiceOptions>(service =>
        {
            foreach (var check in service.Registrations)
            {
                var timeout = check.Timeout > TimeSpan.Zero ? check.Timeout : options.Health.CheckTimeout;
                check.Factory = new TimedHealthCheck(check.Factory, timeout).For;
                check.Timeout = Timeout.InfiniteTimeSpan; // The limit is kept above, and told in its own words.
            }
        });
    }

    public static void MapPharosHealth(this IEndpointRouteBuilder routes)
    {
        if (routes.ServiceProvider.GetService<HealthEndpoints>() is not { } endpoints) return;
        var path = routes.ServiceProvider.GetRequiredService<HealthOptions>().Path;
        foreach (var name in (string[])["live", "liveness"]) Map(name, endpoints.LiveAsync);
        foreach (var name in (string[])["ready", "readiness"]) Map(name, endpoints.ReadyAsync);
        Map("startup", endpoints.StartupAsync);

        void Map(string name, RequestDelegate answer) => routes.MapMethods($"{path}/{name}", Methods, answer).WithDisplayName($"health {name}");
    }
}
