using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Pharos.EndToEnd.Processes;

namespace Pharos.EndToEnd.Alerting;

/// <summary>A service that takes whatever is posted to it, at any path, and keeps it.</summary>
sealed class HookServer : IAsyncDisposable
{
    readonly HttpListener listener = new();
    readonly ConcurrentQueue<(string Path, JsonElement Body)> taken = new();
    readonly Task loop;

    public HookServer()
    {
        Url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{PharosProcess.FreePort()}");
        listener.Prefixes.Add($"{Url}/");
        listener.Start();
        loop = Task.Run(ListenAsync);
    }

    /// <summary>Without a slash at the end.</summary>
    public string Url { get; }

    /// <summary>The bodies, in order; a body that is empty is undefined.</summary>
    public IReadOnlyList<JsonElement> At(string path) => [.. taken.Where(one => one.Path == path).Select(one => one.Body)];

    public async ValueTask DisposeAsync()
    {
        listener.Close();
        await loop;
    }

    async Task ListenAsync()
    {
        while (listener.IsListening)
        {
            try
            {
                var context = await listener.GetContextAsync();
                using var text = new StreamReader(context.Request.InputStream);
                var body = await text.ReadToEndAsync();
                taken.Enqueue((context.Request.Url!.AbsolutePath, body.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(body)));
                context.Response.Close();
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }
}
