using System.CommandLine;
using System.Text.Json;
using Pharos.Server.Text;

namespace Pharos.Server.HttpClients;

/// <summary>Asks a running server, for the verbs of the command line.</summary>
sealed class ServerClient(HttpClient client)
{
    const string DefaultUrl = "http://127.0.0.1:9090";

    /// <summary>The doors that verbs ask bound what they list well below this.</summary>
    const int MaxAnswerBytes = 64 << 20;

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1); // Longer than a test through a receiver may take.

    public static Option<string> UrlOption() => new("--url") { Description = $"The server. Default: PHAROS_URL, else {DefaultUrl}." };

    /// <summary>The server that is meant, with a slash at its end; null where it is none, which is told.</summary>
    /// <param name="url">Of the command line; null: the variable, or the usual one.</param>
    public static async Task<Uri?> AddressAsync(string? url)
    {
        var server = url ?? Environment.GetEnvironmentVariable("PHAROS_URL") ?? DefaultUrl;
        if (Uri.TryCreate($"{server.TrimEnd('/')}/", UriKind.Absolute, out var address) && address.Scheme is "http" or "https") return address;
        await Console.Error.WriteLineAsync($"pharos: \"{ShownAddress.Shown(server)}\" is no address of a server; write one such as {DefaultUrl}");
        return null;
    }

    /// <summary>Runs a verb; what goes wrong is one sentence and exit code 1.</summary>
    /// <param name="patience">How long an answer may take; a minute when not given.</param>
    public static async Task<int> RunAsync(string? url, Func<ServerClient, Task<int>> run, TimeSpan? patience = null)
    {
        if (await AddressAsync(url) is not { } address) return 1;
        try
        {
            using var client = new HttpClient { BaseAddress = address, Timeout = patience ?? Patience };
            return await run(new(client));
        }
        catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException or JsonException or KeyNotFoundException)
        {
            await Console.Error.WriteLineAsync($"pharos: {address.Shown()}: {error.Message}");
            return 1;
        }
    }

    public async Task<JsonElement> GetAsync(string path, CancellationToken cancellation) => await ReadAsync(new(HttpMethod.Get, path), cancellation);

    public async Task<JsonElement> PostAsync(string path, CancellationToken cancellation) => await ReadAsync(new(HttpMethod.Post, path), cancellation);

    /// <summary>The whole answer within a time, which the client's own patience, ending with the headers, does not bound.</summary>
    public static async Task<ReadOnlyMemory<byte>> AnswerAsync(HttpClient client, HttpRequestMessage request, int maxBytes, TimeSpan patience, CancellationToken cancellation)
    {
        using var inTime = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        inTime.CancelAfter(patience);
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, inTime.Token);
        return await BoundedAnswer.ReadAsync(response.Content, maxBytes, inTime.Token);
    }

    /// <summary>The data of the answer; an error of the server flies with its own words.</summary>
    async Task<JsonElement> ReadAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        using var _ = request;
        using var body = JsonDocument.Parse(await AnswerAsync(client, request, MaxAnswerBytes, client.Timeout, cancellation));
        if (body.RootElement.TryGetProperty("error", out var error)) throw new HttpRequestException(error.GetString());
        return body.RootElement.GetProperty("data").Clone();
    }
}
