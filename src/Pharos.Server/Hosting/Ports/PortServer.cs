using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Pharos.Server.Hosting.Ports;

/// <summary>A named port that is open: a listener of its own, which hands its requests to the doors of all.</summary>
/// <remarks>Kestrel cannot open and close single ports while it runs, but a process may have several of it.</remarks>
sealed class PortServer : IAsyncDisposable
{
    static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(5);

    readonly KestrelServer server;

    PortServer(KestrelServer server) => this.server = server;

    /// <summary>The address with the port that was taken for port 0.</summary>
    public string Url => server.Features.Get<IServerAddressesFeature>()!.Addresses.First();

    /// <param name="services">Of the host, whose transport and loggers are used.</param>
    /// <param name="pipeline">What answers each request.</param>
    /// <exception cref="IOException">The address is in use.</exception>
    public static async Task<PortServer> OpenAsync(IServiceProvider services, RequestDelegate pipeline, Action<KestrelServerOptions> configure)
    {
        var options = new KestrelServerOptions { ApplicationServices = services };
        configure(options);
        var server = new KestrelServer(Options.Create(options), services.GetRequiredService<IConnectionListenerFactory>(), services.GetRequiredService<ILoggerFactory>());
        try
        {
            await server.StartAsync(new Application(services.GetRequiredService<IHttpContextFactory>(), pipeline), CancellationToken.None);
            return new(server);
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>Lets the requests that run end, for a while.</summary>
    public async ValueTask DisposeAsync()
    {
        using var late = new CancellationTokenSource(LongestEnd);
        await server.StopAsync(late.Token);
        server.Dispose();
    }

    sealed class Application(IHttpContextFactory contexts, RequestDelegate pipeline) : IHttpApplication<HttpContext>
    {
        public HttpContext CreateContext(IFeatureCollection contextFeatures) => contexts.Create(contextFeatures);

        public Task ProcessRequestAsync(HttpContext context) => pipeline(context);

        public void DisposeContext(HttpContext context, Exception? exception) => contexts.Dispose(context);
    }
}
