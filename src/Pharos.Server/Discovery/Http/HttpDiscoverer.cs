using System.Globalization;
using Pharos.Model.Labels;
using Pharos.Server.Config;
using Pharos.Server.HttpClients;
using Pharos.Server.Text;

namespace Pharos.Server.Discovery.Http;

/// <summary>Targets in JSON from an address, asked for at each refresh interval.</summary>
/// <remarks>Source: Prometheus, "Writing HTTP service discovery".</remarks>
sealed class HttpDiscoverer(HttpSdConfig config, HttpClient client, TimeProvider time, DiscoveryLog log) : IDiscoverer
{
    const int MaxBytes = 64 * 1024 * 1024;

    readonly string shown = config.Url.Shown();

    public async Task RunAsync(Action<IReadOnlyList<TargetGroup>> tell, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                tell(await FetchAsync(cancellation).ConfigureAwait(false));
            }
            catch (Exception error) when (!cancellation.IsCancellationRequested
                && error is HttpRequestException or IOException or FormatException or OperationCanceledException or SecretUnavailableException)
            {
                log.Failed(shown, error is OperationCanceledException ? $"no whole answer within {config.RefreshInterval.TotalSeconds:0.###} s" : error.Message);
            }
            await Task.Delay(config.RefreshInterval, time, cancellation).ConfigureAwait(false);
        }
    }

    internal async Task<IReadOnlyList<TargetGroup>> FetchAsync(CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(config.RefreshInterval);
        using var request = new HttpRequestMessage(HttpMethod.Get, config.Url) { Version = client.DefaultRequestVersion, VersionPolicy = client.DefaultVersionPolicy };
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        request.Headers.TryAddWithoutValidation("X-Prometheus-Refresh-Interval-Seconds", config.RefreshInterval.TotalSeconds.ToString(CultureInfo.InvariantCulture));
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token).ConfigureAwait(false);
        if (response.StatusCode != System.Net.HttpStatusCode.OK) throw new HttpRequestException($"server returned HTTP status {(int)response.StatusCode} {response.ReasonPhrase}");
        if (response.Content.Headers.ContentType is not { MediaType: "application/json", CharSet: null or "utf-8" or "\"utf-8\"" or "UTF-8" })
        {
            throw new FormatException($"unsupported content type \"{response.Content.Headers.ContentType}\", expected application/json");
        }
        var body = await BoundedAnswer.ReadAsync(response.Content, MaxBytes, deadline.Token).ConfigureAwait(false);
        return TargetGroupText.ReadJson(body, shown, LabelSet.From(("__meta_url", shown)));
    }
}
