using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Pharos.EndToEnd.Processes;

/// <summary>A real HTTP server on a free port of the loopback that answers as the test says.</summary>
sealed class LocalServer : IAsyncDisposable
{
    readonly WebApplication web;

    LocalServer(WebApplication web) => this.web = web;

    /// <summary><c>http://127.0.0.1:port</c></summary>
    public string Url => web.Urls.Single();

    /// <summary><c>127.0.0.1:port</c></summary>
    public string Address => new Uri(Url).Authority;

    public static async Task<LocalServer> StartAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var web = builder.Build();
        web.Run(answer);
        await web.StartAsync();
        return new(web);
    }

    public ValueTask DisposeAsync() => web.DisposeAsync();
}
