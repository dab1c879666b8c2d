using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Pharos.EndToEnd.Api;

/// <summary>A target that answers every scrape with the same OpenMetrics text.</summary>
sealed class TextTarget : IAsyncDisposable
{
    readonly WebApplication app;

    TextTarget(WebApplication app) => this.app = app;

    public string Address => new Uri(app.Urls.First()).Authority;

    public static async Task<TextTarget> StartAsync(string text)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapGet("/metrics", () => Results.Text(text, "application/openmetrics-text; version=1.0.0; charset=utf-8"));
        await app.StartAsync();
        return new(app);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
