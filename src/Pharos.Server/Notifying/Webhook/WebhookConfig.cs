using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;
using Pharos.Server.HttpClients;


namespace Pharos.Server.Notifying.Webhook;

/// <summary>An item of <c>webhook_configs</c>.</summary>
sealed record WebhookConfig : IntegrationConfig
{
    /// <summary>May be a template.</summary>
    public required Secret Url { get; init; }

    public required HttpClientConfig Http { get; init; }

    /// <summary>Alerts beyond are left out and counted; 0: all are sent.</summary>
    public int MaxAlerts { get; init; }

    /// <summary>Null: the caller's deadline alone.</summary>
    public TimeSpan? Timeout { get; init; }

    public static WebhookConfig Read(YamlSection section, GlobalReceiverConfig global)
    {
        var url = ReceiverReading.SecretUrl(section, "url", "url_file");
        if (url is null && !section.IsBroken) section.Error("url is missing; write the address to post to, or url_file");
        var config = new WebhookConfig
        {
            SendResolved = section.Bool("send_resolved", true),
            Unable = ReceiverReading.Unable(url),
            Url = url ?? Secret.Unavailable("no url"),
            Http = ReceiverReading.Http(section, global),
            MaxAlerts = (int)section.Integer("max_alerts", 0, 0, int.MaxValue),
            Timeout = ReceiverReading.Timeout(section),
        };
        section.Close();
        return config;
    }
}
