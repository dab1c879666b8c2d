using Pharos.Server.Config;
using Pharos.Server.Config.Http;

namespace Pharos.Server.Alerting.Notifiers.Webhook;

/// <summary>An address that is posted a JSON text for each notification.</summary>
sealed record WebhookConfig : IntegrationConfig
{
    public required Secret Url { get; init; }

    public required HttpClientConfig Http { get; init; }

    /// <summary>Most alerts in one request; 0: all. What is left out is counted in <c>truncatedAlerts</c>.</summary>
    public int MaxAlerts { get; init; }

    /// <summary>For one request; zero: only the group's own deadline holds.</summary>
    public TimeSpan Timeout { get; init; }
}
