using Pharos.Server.Config;
using Pharos.Server.Discovery;
using Pharos.Server.HttpClients;

namespace Pharos.Server.Alerting;

/// <summary>The <c>alerting</c> section of prometheus.yml: which Alertmanagers are told of alerts.</summary>
sealed record AlertingConfig : ISettings<AlertingConfig>
{
    public static AlertingConfig Default { get; } = new();

    /// <summary>Applied to each alert before it is sent anywhere.</summary>
    public IReadOnlyList<RelabelConfig> AlertRelabelConfigs { get; init; } = [];

    public IReadOnlyList<AlertmanagerConfig> Alertmanagers { get; init; } = [];
}

/// <summary>Alertmanagers that share settings.</summary>
sealed record AlertmanagerConfig
{
    /// <summary><c>http</c> or <c>https</c>.</summary>
    public string Scheme { get; init; } = "http";

    /// <summary>Before <c>/api/v2/alerts</c>; "" or begins with a slash.</summary>
    public string PathPrefix { get; init; } = "";

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    public HttpClientConfig Http { get; init; } = HttpClientConfig.Default;

    public DiscoveryConfig Discovery { get; init; } = DiscoveryConfig.Empty;

    /// <summary>Applied to each discovered Alertmanager's labels.</summary>
    public IReadOnlyList<RelabelConfig> RelabelConfigs { get; init; } = [];

    /// <summary>Applied to each alert sent to these.</summary>
    public IReadOnlyList<RelabelConfig> AlertRelabelConfigs { get; init; } = [];
}
