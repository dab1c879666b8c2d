using Pharos.Server.Notifying.Webhook;


namespace Pharos.Server.Notifying.Incidentio;

/// <summary>Posts the whole notification to an alert source of incident.io, in the form of a webhook.</summary>
/// <remarks>
/// <para>Limit: 512 KiB a request. A larger one is sent again with its first alert alone, because incident.io makes one alert of a group.</para>
/// <para>Source: docs.incident.io, Alert Sources, Prometheus Alertmanager; Alert Events V2.</para>
/// </remarks>
sealed class IncidentioNotifier(IncidentioConfig config, NotifierServices services) : INotifier, IDisposable
{
    const int MaxBytes = 512 * 1024;

    readonly ServiceClient client = new("incidentio", config.Http, services, config.Timeout);

    public ValueTask<NotifyResult> NotifyAsync(Notification notification, CancellationToken cancellation) => client.TryAsync(
        notification,
        async (texts, inTime) =>
        {
            var url = config.Url.Read().Trim();
            var body = WebhookBody.Write(notification, texts, config.MaxAlerts, version: "1");
            if (body.Length > MaxBytes) body = WebhookBody.Write(notification, texts, 1, version: "1");
            var answer = await client.SendJsonAsync(HttpMethod.Post, url, body, inTime);
            return client.Judge(answer, secrets: url);
        },
        cancellation);

    public void Dispose() => client.Dispose();
}
