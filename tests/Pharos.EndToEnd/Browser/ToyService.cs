using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Pharos.EndToEnd.Browser;

/// <summary>A service with known metrics, for the pages to show.</summary>
sealed class ToyService : IAsyncDisposable
{
    /// <summary>More series than a graph draws at first.</summary>
    public const int ManySeries = 60;

    readonly WebApplication web;
    int scrapes;

    ToyService(WebApplication web) => this.web = web;

    public string Address => new Uri(web.Urls.Single()).Authority;

    public static async Task<ToyService> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var toy = new ToyService(builder.Build());
        toy.web.MapGet("/metrics", (RequestDelegate)(context =>
        {
            context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
            return context.Response.WriteAsync(toy.Metrics());
        }));
        await toy.web.StartAsync();
        return toy;
    }

    public ValueTask DisposeAsync() => web.DisposeAsync();

    string Metrics()
    {
        var scrape = Interlocked.Increment(ref scrapes);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            # HELP toy_temperature_celsius How warm the toy is.
            # TYPE toy_temperature_celsius gauge
            toy_temperature_celsius 21.5
            # HELP toy_requests_total Requests that the toy answered.
            # TYPE toy_requests_total counter
            toy_requests_total{"{"}path="/play",code="200"{"}"} {scrape * 10}
            toy_requests_total{"{"}path="/play",code="500"{"}"} {scrape}
            # HELP toy_many One of many.
            # TYPE toy_many gauge

            """);
        for (var i = 0; i < ManySeries; i++) text.Append(CultureInfo.InvariantCulture, $"toy_many{{number=\"{i}\"}} {i}\n");
        return text.Replace("\r", "").ToString();
    }
}
