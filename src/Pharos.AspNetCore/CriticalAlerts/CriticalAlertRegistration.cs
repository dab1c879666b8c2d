using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Pharos.AspNetCore.CriticalAlerts;

/// <summary>How critical alerts join the three calls of <see cref="PharosExtensions"/>.</summary>
static class CriticalAlertRegistration
{
    public static void AddPharosCriticalAlerts(this IHostApplicationBuilder builder, PharosOptions options)
    {
        builder.Services.AddSingleton(options.CriticalAlerts);
        builder.Services.AddSingleton<ICriticalAlerts, CriticalAlertSender>();
    }
}
