namespace Pharos.Server.Notifying.Webhook;

/// <summary>Posts the whole notification as JSON, in Alertmanager's format version 4.</summary>
/// <remarks>Source: prometheus.io/docs/alerting/latest/configuration, section webhook_config.</remarks>
sealed class WebhookNotifier(WebhookConfig config, NotifierServices services) : INotifier, IDisposable
{
    readonly ServiceClient client = new("webhook", config.Http, services, config.Timeout);

    public ValueTask<NotifyResult> NotifyAsync(Notification notification, CancellationToken cancellation) => client.TryAsync(
        notification,
        async (texts, inTime) =>
        {
            var url = texts.Needed(config.Url.Read()).Trim();
            var answer = await client.SendJsonAsync(HttpMethod.Post, url, WebhookBody.Write(notification, texts, config.MaxAlerts), inTime);
            return client.Judge(answer, secrets: url);
        },
        cancellation);

    public void Dispose() => client.Dispose();
}
