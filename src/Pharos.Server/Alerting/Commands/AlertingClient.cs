using System.CommandLine;
using System.Text.Json;
using Pharos.Server.HttpClients;
using Pharos.Server.Text;

namespace Pharos.Server.Alerting.Commands;

/// <summary>Asks the alerting doors of a running server, for the verbs of the command line.</summary>
sealed class AlertingClient(HttpClient client)
{
    const string DefaultUrl = "http://127.0.0.1:9090";

    /// <summary>The alerting doors bound what they list well below this.</summary>
    const int MaxAnswerBytes = 64 << 20;

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1); // Longer than a test through a receiver may take.

    public static Option<string> UrlOption() => new("--url") { Description = $"The server. Default: PHAROS_URL, else {DefaultUrl}." };

    /// <summary>Runs a verb; what goes wrong is one sentence and exit code 1.</summary>
    /// <param name="patience">How long an answer may take; a minute when not given.</param>
    public static async Task<int> RunAsync(string? url, Func<AlertingClient, Task<int>> run, TimeSpan? patience = null)
    {
        var server = url ?? Environment.GetEnvironmentVariable("PHAROS_URL") ?? DefaultUrl;
        if (!Uri.TryCreate($"{server.TrimEnd('/')}/", UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            await Console.Error.WriteLineAsync($"pharos: \"{ShownAddress.Shown(server)}\" is no address of a server; write one such as {DefaultUrl}");
            return 1;
        }
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

    /// <summary>The data of the answer; an error of the server flies with its own words.</summary>
    async Task<JsonElement> ReadAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        using var inTime = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        inTime.CancelAfter(client.Timeout); // Of the whole answer; the client's own patience ends with the headers.
        using var _ = request;
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, inTime.Token);
        using var body = JsonDocument.Parse(await BoundedAnswer.ReadAsync(response.Content, MaxAnswerBytes, inTime.Token));
        if (body.RootElement.TryGetProperty("error", out var error)) throw new HttpRequestException(error.GetString());
        return body.RootElement.GetProperty("data").Clone();
    }
}
