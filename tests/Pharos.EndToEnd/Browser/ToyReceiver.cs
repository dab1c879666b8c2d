using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Pharos.EndToEnd.Browser;

/// <summary>Takes notifications at <c>/good</c>, and refuses them for good at <c>/refused</c>.</summary>
sealed class ToyReceiver : IAsyncDisposable
{
    readonly WebApplication web;
    int taken;

    ToyReceiver(WebApplication web) => this.web = web;

    public Uri Url => new(web.Urls.Single());

    public int Taken => Volatile.Read(ref taken);

    public static async Task<ToyReceiver> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var receiver = new ToyReceiver(builder.Build());
        receiver.web.MapPost("/good", (RequestDelegate)(_ =>
        {
            Interlocked.Increment(ref receiver.taken);
            return Task.CompletedTask;
        }));
        receiver.web.MapPost("/refused", (RequestDelegate)(context =>
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return context.Response.WriteAsync("this key was withdrawn");
        }));
        await receiver.web.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => web.DisposeAsync();
}
