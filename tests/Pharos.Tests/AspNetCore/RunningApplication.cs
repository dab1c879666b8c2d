using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pharos.AspNetCore;

namespace Pharos.Tests.AspNetCore;

/// <summary>A small service on Kestrel, at a port of its own, that uses the package as its readme says.</summary>
sealed class RunningApplication : IAsyncDisposable
{
    readonly WebApplication app;

    RunningApplication(WebApplication app)
    {
        this.app = app;
        Client = new() { BaseAddress = new(app.Urls.Single()) };
    }

    public HttpClient Client { get; }

    public IServiceProvider Services => app.Services;

    public static async Task<RunningApplication> StartAsync(Action<WebApplication>? map = null, Action<PharosOptions>? configure = null, Action<WebApplicationBuilder>? build = null, params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"{PharosOptions.Section}:{setting.Key}", (string?)setting.Value)));
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddPharos(configure);
        builder.Logging.ClearProviders(); // A test's output is its own.
        build?.Invoke(builder);
        var app = builder.Build();
        app.UsePharos();
        app.MapPharos();
        map?.Invoke(app);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new(app);
    }

    public async Task<string> MetricsAsync(string accept = "text/plain")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var answer = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        return await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.StopAsync(TestContext.Current.CancellationToken);
        await app.DisposeAsync();
    }
}
