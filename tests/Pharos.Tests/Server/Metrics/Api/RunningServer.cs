using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Pharos.Server.Hosting;
using Pharos.Server.Hosting.Loading;
using Pharos.Tests.Server.Metrics.RemoteWrite;
using Snappier;

namespace Pharos.Tests.Server.Metrics.Api;

/// <summary>The whole server on a free port with a store of its own, as <c>pharos serve</c> runs it.</summary>
sealed class RunningServer : IAsyncDisposable
{
    readonly PharosServer server;
    readonly string folder;

    RunningServer(PharosServer server, string folder)
    {
        this.server = server;
        this.folder = folder;
        Client = new HttpClient { BaseAddress = new Uri(server.Addresses.First()) };
    }

    public HttpClient Client { get; }

    public Uri Address => Client.BaseAddress!;

    public IReadOnlyList<Endpoint> Endpoints => server.Endpoints;

    /// <param name="pharosFile">The text of a pharos.yml; none is there when not given.</param>
    public static async Task<RunningServer> StartAsync(Func<ServeOptions, ServeOptions>? change = null, string config = "scrape_configs: []\n", string? pharosFile = null, TimeProvider? time = null)
    {
        var folder = Directory.CreateTempSubdirectory("pharos-api-").FullName;
        var options = new ServeOptions
        {
            Web = new() { Listen = [new("127.0.0.1", 0)], EnableAdminApi = true },
            Storage = new() { DataFolder = Path.Combine(folder, "data") },
        };
        await File.WriteAllTextAsync(Path.Combine(folder, "prometheus.yml"), config); // Without a file the server would watch itself.
        if (pharosFile is not null) await File.WriteAllTextAsync(Path.Combine(folder, "pharos.yml"), pharosFile);
        options = options with { ConfigFile = Path.Combine(folder, "prometheus.yml") };
        if (change is not null) options = change(options);
        var loader = new ConfigLoader(options);
        return new(await PharosServer.StartAsync(options, loader, loader.Load(), time ?? TimeProvider.System), folder);
    }

    public async Task<(int Status, JsonElement Body)> GetAsync(string pathAndQuery)
    {
        using var answer = await Client.GetAsync(pathAndQuery);
        return ((int)answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement);
    }

    public async Task<(int Status, JsonElement Body)> PostAsync(string path, params (string Name, string Value)[] form)
    {
        using var answer = await Client.PostAsync(path, new FormUrlEncodedContent(form.Select(field => KeyValuePair.Create(field.Name, field.Value))));
        var text = await answer.Content.ReadAsStringAsync();
        return ((int)answer.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement);
    }

    public async Task WriteAsync(params (string Labels, (long TimeMs, double Value)[] Samples)[] series)
    {
        using var answer = await PushAsync(SomeRequest.V1(series));
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    /// <summary>Writes another configuration and asks for it to be taken; it may be wrong.</summary>
    public async Task<(HttpStatusCode Status, string Text)> ReloadAsync(string config)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "prometheus.yml"), config);
        using var answer = await Client.PostAsync("/-/reload", content: null);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public Task<HttpResponseMessage> PushAsync(byte[] message, string contentType = "application/x-protobuf", string encoding = "snappy") => PushRawAsync(Snappy.CompressToArray(message), contentType, encoding);

    public Task<HttpResponseMessage> PushRawAsync(byte[] body, string contentType = "application/x-protobuf", string encoding = "snappy")
    {
        var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        return Client.PostAsync("/api/v1/write", content);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await server.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
