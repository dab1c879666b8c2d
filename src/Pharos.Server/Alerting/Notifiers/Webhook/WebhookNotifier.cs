using System.Globalization;
using System.Net.Http.Headers;
using Pharos.Server.Config.Http;

namespace Pharos.Server.Alerting.Notifiers.Webhook;

/// <summary>Posts notifications to an address. Any 2xx is taken for received; 5xx and 429 are tried again.</summary>
sealed class WebhookNotifier(WebhookConfig config, TimeProvider time) : INotifier, IDisposable
{
    readonly HttpClient client = OutboundHttp.Create(config.Http, time);

    public async ValueTask<NotifyResult> NotifyAsync(Notification notification, CancellationToken cancellation)
    {
        var address = config.Url.Read();
        if (!WebhookReader.IsAddress(address)) return NotifyResult.Failed("the url is no http address"); // From a file, which nobody could check before.
        using var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Content = new ReadOnlyMemoryContent(WebhookBody.Write(notification, config.MaxAlerts)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        };
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (config.Timeout > TimeSpan.Zero) deadline.CancelAfter(config.Timeout);
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
        var status = (int)response.StatusCode;
        if (response.IsSuccessStatusCode) return NotifyResult.Sent(status);
        var reason = string.Create(CultureInfo.InvariantCulture, $"answered with status {status}");
        return status == 429 || status >= 500 ? NotifyResult.Retry(reason, After(response.Headers.RetryAfter), status) : NotifyResult.Failed(reason, status);
    }

    public void Dispose() => client.Dispose();

    TimeSpan? After(RetryConditionHeaderValue? header) => header?.Delta ?? (header?.Date is { } date && date > time.GetUtcNow() ? date - time.GetUtcNow() : null);
}
