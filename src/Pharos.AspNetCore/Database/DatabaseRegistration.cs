using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Pharos.AspNetCore.Database;

/// <summary>How databases join the calls of <see cref="PharosExtensions"/>.</summary>
static class DatabaseRegistration
{
    public static void AddPharosDatabase(this IHostApplicationBuilder builder, PharosOptions options)
    {
        builder.Services.AddSingleton(options.Database);
        builder.Services.AddSingleton<SlowQueryLog>();
        builder.Services.AddSingleton<DatabaseRecorder>();
        builder.Services.AddSingleton(services => new DatabaseMonitor(services.GetRequiredService<DatabaseRecorder>(), options.Database));
    }

    /// <summary>From now on Npgsql is heard.</summary>
    public static void UsePharosDatabase(this IApplicationBuilder app) => _ = app.ApplicationServices.GetRequiredService<DatabaseRecorder>();
}
