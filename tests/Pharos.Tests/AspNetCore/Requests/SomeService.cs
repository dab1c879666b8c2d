using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Pharos.AspNetCore;
using Pharos.AspNetCore.Logs;
using Pharos.AspNetCore.Redaction;

namespace Pharos.Tests.AspNetCore.Requests;

/// <summary>A service with the package on a real Kestrel, whose JSON log goes to memory.</summary>
sealed class SomeService : IAsyncDisposable
{
    readonly MemoryStream output;

    SomeService(WebApplication app, MemoryStream output) => (App, this.output) = (app, output);

    public WebApplication App { get; }

    public required HttpClient Client { get; init; }

    public string Log
    {
        get
        {
            var provider = App.Services.GetServices<ILoggerProvider>().OfType<JsonLoggerProvider>().Single();
            Assert.True(provider.Lines.Flush(Patience.Limit));
            return Encoding.UTF8.GetString(output.ToArray());
        }
    }

    public IEnumerable<JsonElement> Lines => Log.Split('\n')[..^1].Select(line => JsonDocument.Parse(line).RootElement);

    public static async Task<SomeService> StartAsync(Action<WebApplication> map, Action<PharosOptions>? configure = null, Action<WebApplicationBuilder>? build = null, Action<WebApplication>? first = null, params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Production", ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddInMemoryCollection(settings.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value)));
        builder.Logging.SetMinimumLevel(LogLevel.Debug);
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => (kestrel.Limits.MaxRequestBufferSize, kestrel.Limits.MaxRequestHeadersTotalSize) = (4 << 20, 4 << 20));
        var output = new MemoryStream();
        builder.AddPharos(configure);
        // The same provider, with memory in the place of standard output.
        builder.Services.Remove(builder.Services.Single(known => known.ImplementationType == typeof(JsonLoggerProvider)));
        builder.Services.AddSingleton<ILoggerProvider>(services => new JsonLoggerProvider(services.GetRequiredService<LogOptions>(), services.GetRequiredService<Redactor>(),
            services.GetRequiredService<TimeProvider>(), services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>(), Stream.Synchronized(output)));
        build?.Invoke(builder);
        var app = builder.Build();
        first?.Invoke(app);
        app.UsePharos();
        app.MapPharos();
        map(app);
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new SomeService(app, output) { Client = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null }) { BaseAddress = new Uri(address) } };
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await App.StopAsync(); // As services end: a request that is answered is not over yet, and its span is exported only then.
        await App.DisposeAsync();
    }
}
