using System.IO.Compression;
using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Pharos.AspNetCore;
using Pharos.AspNetCore.Logs;
using Pharos.Server.Access;
using Pharos.Server.Doors;
using Pharos.Server.Hosting.Logs;
using Pharos.Server.Hosting.Ports;

namespace Pharos.Server.Hosting;

/// <summary>Kestrel with the addresses and limits of the options, and nothing else: no settings files or variables of ASP.NET are read.</summary>
static class WebHost
{
    /// <summary>Largest body of a request; remote write sends some MB at most.</summary>
    const long MaxBodyBytes = 64 << 20;

    /// <summary>Longest request line: dashboards put whole queries into it, and Prometheus takes as much.</summary>
    const int MaxLineBytes = 1 << 20;

    /// <summary>The least that a client must send of a body, or take of an answer, a second; below it its connection is ended. How long all of it may take is <see cref="Doors.DoorLimits"/>.</summary>
    static readonly MinDataRate LeastRate = new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));

    public static WebApplication Build(ServeOptions options, WebAccess access)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        LogSetup.Configure(builder.Logging, options.Log);
        builder.AddPharos(OnlyMetrics);
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<MatcherPolicy, PortPolicy>();
        builder.Services.AddSingleton(access);
        builder.Services.AddSingleton(options.Web);
        builder.Services.AddSingleton<DoorMetrics>();
        builder.Services.AddSingleton(new SiteGuard(options.Web.Listen.All(address => address.IsLoopback), options.Web.ExternalUrl));
        builder.Services.AddSingleton<AccessGuard>();
        builder.Services.AddSingleton<RequestPipeline>();
        builder.Services.AddResponseCompression(compression =>
        {
            compression.EnableForHttps = true; // Answers hold no secret beside what a caller chose, so their length tells nothing.
            compression.MimeTypes = ["text/plain", "application/openmetrics-text"]; // Pages and JSON bring their own.
            compression.Providers.Add<Microsoft.AspNetCore.ResponseCompression.GzipCompressionProvider>();
        });
        builder.Services.Configure<Microsoft.AspNetCore.ResponseCompression.GzipCompressionProviderOptions>(gzip => gzip.Level = CompressionLevel.Fastest);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(15));
        builder.WebHost.UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true); // Most answers take less time than waking another thread; queries, which may take long, have their own.
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => Configure(kestrel, options.Web, access));
        var app = builder.Build();
        app.Services.GetRequiredService<RequestPipeline>().Use(app);
        app.UsePharos();
        return app;
    }

    /// <summary>The package is used for <c>/metrics</c>; the server has a log of its own, and reports about itself to nobody.</summary>
    static void OnlyMetrics(PharosOptions options)
    {
        options.Logs.Format = LogFormat.Host;
        (options.Requests.Ids, options.Requests.Lines) = (false, false);
        (options.Tracing.Enabled, options.Errors.Dsn) = (false, null);
    }

    /// <summary>Opens a port with one API alone, under the same limits and TLS.</summary>
    /// <exception cref="IOException">The address is in use.</exception>
    public static Task<PortServer> OpenAsync(IServiceProvider services, WebOptions options, WebAccess access, ListenedPort port)
    {
        var arrival = new ArrivalPort(port.Port, port.Address.IsLoopback);
        return PortServer.OpenAsync(services, services.GetRequiredService<RequestPipeline>().Whole, kestrel =>
        {
            Limit(kestrel, options);
            Listen(kestrel, port.Address, listen =>
            {
                listen.Use(next => connection =>
                {
                    connection.Features.Set(arrival);
                    return next(connection);
                });
                ConfigureTls(listen, access);
            });
        });
    }

    static void Configure(KestrelServerOptions kestrel, WebOptions options, WebAccess access)
    {
        Limit(kestrel, options);
        foreach (var address in options.Listen) Listen(kestrel, address, listen => ConfigureTls(listen, access));
    }

    static void Limit(KestrelServerOptions kestrel, WebOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = options.MaxConnections;
        kestrel.Limits.KeepAliveTimeout = options.ReadTimeout;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(Math.Min(30, options.ReadTimeout.TotalSeconds));
        kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
        kestrel.Limits.MinRequestBodyDataRate = LeastRate;
        kestrel.Limits.MinResponseDataRate = LeastRate;
        kestrel.Limits.MaxRequestLineSize = MaxLineBytes;
        kestrel.Limits.MaxRequestHeadersTotalSize = MaxLineBytes + (100 << 10);
        kestrel.Limits.MaxRequestBufferSize = 2 * MaxLineBytes; // Must hold the line and all headers.
    }

    static void Listen(KestrelServerOptions kestrel, ListenAddress address, Action<ListenOptions> configure)
    {
        if (address.Host == "localhost" && address.Port > 0) kestrel.ListenLocalhost(address.Port, configure);
        else if (address.Host is "" or "*") kestrel.ListenAnyIP(address.Port, configure);
        else if (address.Host == "localhost") kestrel.Listen(IPAddress.Loopback, 0, configure);
        else if (IPAddress.TryParse(address.Host, out var ip)) kestrel.Listen(ip, address.Port, configure);
        else
        {
            foreach (var resolved in Dns.GetHostAddresses(address.Host)) kestrel.Listen(resolved, address.Port, configure);
        }
    }

    static void ConfigureTls(ListenOptions listen, WebAccess access)
    {
        listen.Protocols = access.Config.Tls is not null && access.Config.EnableHttp2 ? HttpProtocols.Http1AndHttp2 : HttpProtocols.Http1;
        if (access.Config.Tls is null) return;
        listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            HandshakeTimeout = TimeSpan.FromSeconds(10),
            OnConnection = _ => ValueTask.FromResult(access.TlsOptions), // Asked per connection, so that a reload brings a new certificate.
        });
    }
}
