using System.Net;

namespace Pharos.Server.Hosting;

/// <summary>Kestrel with the addresses and limits of the options, and nothing else: no settings files or variables of ASP.NET are read.</summary>
static class WebHost
{
    public static WebApplication Build(ServeOptions options)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            console.UseUtcTimestamp = true;
        });
        builder.Logging.SetMinimumLevel(LogLevel.Information).AddFilter("Microsoft", LogLevel.Warning);
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = options.MaxConnections;
            foreach (var address in options.Listen)
            {
                var endPoint = IPEndPoint.Parse(address);
                kestrel.Listen(endPoint);
            }
        });
        return builder.Build();
    }
}
