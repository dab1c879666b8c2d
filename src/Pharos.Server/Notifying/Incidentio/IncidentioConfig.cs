using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;
using Pharos.Server.HttpClients;


namespace Pharos.Server.Notifying.Incidentio;

/// <summary>An item of <c>incidentio_configs</c>.</summary>
sealed record IncidentioConfig : IntegrationConfig
{
    public required Secret Url { get; init; }

    /// <summary>Null: the client's own Authorization is used.</summary>
    public Secret? Token { get; init; }

    public required HttpClientConfig Http { get; init; }

    /// <summary>Alerts beyond are left out and counted; 0: all are sent.</summary>
    public int MaxAlerts { get; init; }

    /// <summary>Null: the caller's deadline alone.</summary>
    public TimeSpan? Timeout { get; init; }

    public static IncidentioConfig Read(YamlSection section, GlobalReceiverConfig global)
    {
        var url = ReceiverReading.SecretUrl(section, "url", "url_file");
        var token = ReceiverReading.SecretOrFile(section, "alert_source_token", "alert_source_token_file");
        var http = ReceiverReading.Http(section, global);
        var isOwnHttp = section.Has("http_config");
        if (url is null && !section.IsBroken) section.Error("url is missing; copy it from the alert source, or write url_file");
        if (token is not null && isOwnHttp && http.Authorization is not null) section.Error("alert_source_token", "http_config.authorization is written, too; keep one");
        if (token is null && isOwnHttp && http.Authorization is null) section.Error("alert_source_token is missing; copy it from the alert source, or write alert_source_token_file");
        if (token is null && !isOwnHttp && http.Authorization is null && !section.IsBroken) section.Warn("url", "no alert_source_token is written; incident.io refuses requests without one");
        var config = new IncidentioConfig
        {
            SendResolved = section.Bool("send_resolved", true),
            Unable = ReceiverReading.Unable(url, token),
            Url = url ?? Secret.Unavailable("no url"),
            Token = token,
            // The token takes the place of an Authorization that all receivers share.
            Http = token is null ? http : http with { Authorization = new("Bearer", token), BasicAuth = null, OAuth2 = null },
            MaxAlerts = (int)section.Integer("max_alerts", 0, 0, int.MaxValue),
            Timeout = ReceiverReading.Timeout(section),
        };
        section.Close();
        return config;
    }
}
