using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace Pharos.Tests.Server.Metrics.Scraping;

/// <summary>A real HTTP server on a free port of the loopback that answers as the test says.</summary>
sealed class LocalServer : IAsyncDisposable
{
    readonly WebApplication web;

    LocalServer(WebApplication web) => this.web = web;

    /// <summary><c>127.0.0.1:port</c></summary>
    public string Address => new Uri(web.Urls.Single()).Authority;

    public static async Task<LocalServer> StartAsync(RequestDelegate answer, X509Certificate2? certificate = null, bool asksForClientCertificate = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is null) return;
            listen.UseHttps(https =>
            {
                https.ServerCertificate = certificate;
                https.ClientCertificateMode = asksForClientCertificate ? ClientCertificateMode.RequireCertificate : ClientCertificateMode.NoCertificate;
                https.AllowAnyClientCertificate();
            });
        }));
        var web = builder.Build();
        web.Run(context =>
        {
            context.Response.ContentType = "text/plain; version=0.0.4"; // What most answers here are; an answer may say another.
            return answer(context);
        });
        await web.StartAsync();
        return new(web);
    }

    public async ValueTask DisposeAsync()
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await web.StopAsync(soon.Token);
        await web.DisposeAsync();
    }
}
