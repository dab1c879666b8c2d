using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pharos.AspNetCore;

namespace Pharos.EndToEnd.Applications;

/// <summary>A service in this process that uses the package, for its metrics and probes.</summary>
sealed class WatchedService : IAsyncDisposable
{
    readonly WebApplication app;

    WatchedService(WebApplication app) => (this.app, Client) = (app, new() { BaseAddress = new(app.Urls.Single()) });

    public HttpClient Client { get; }

    public IServiceProvider Services => app.Services;

    public static async Task<WatchedService> StartAsync(Action<IHealthChecksBuilder> add, Action<PharosOptions>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddPharos(options =>
        {
            (options.Health.CacheFor, options.Health.CheckTimeout) = (TimeSpan.Zero, TimeSpan.FromMinutes(1));
            configure?.Invoke(options);
        });
        builder.Logging.ClearProviders();
        add(builder.Services.AddHealthChecks());
        var app = builder.Build();
        app.UsePharos();
        app.MapPharos();
        await app.StartAsync();
        return new(app);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
