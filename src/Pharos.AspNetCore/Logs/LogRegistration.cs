using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Pharos.AspNetCore.Logs;

/// <summary>How JSON logs join the three calls of <see cref="PharosExtensions"/>.</summary>
static class LogRegistration
{
    public static void AddPharosLogs(this IHostApplicationBuilder builder, PharosOptions options)
    {
        builder.Services.AddSingleton(options.Logs);
        if (options.Logs.Format == LogFormat.Host || (options.Logs.Format == LogFormat.Auto && builder.Environment.IsDevelopment())) return;
        // The host's console would write every line a second time. Whoever wants it adds it after this.
        foreach (var console in builder.Services.Where(service => service.ServiceType == typeof(ILoggerProvider) && service.ImplementationType == typeof(ConsoleLoggerProvider)).ToList())
        {
            builder.Services.Remove(console);
        }
        builder.Services.AddSingleton<ILoggerProvider, JsonLoggerProvider>();
        // The line has trace_id and span_id; as scopes they would be there a second time, under other names.
        builder.Services.Configure<LoggerFactoryOptions>(factory => factory.ActivityTrackingOptions = ActivityTrackingOptions.None);
    }
}
