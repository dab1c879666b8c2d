using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;
using Pharos.Server.HttpClients;


namespace Pharos.Server.Notifying.Opsgenie;

/// <summary>An item of <c>opsgenie_configs</c>. All texts are templates.</summary>
sealed record OpsgenieConfig : IntegrationConfig
{
    public required Secret ApiKey { get; init; }

    public required string ApiUrl { get; init; }

    public required HttpClientConfig Http { get; init; }

    public string Message { get; init; } = "";

    public string Description { get; init; } = "";

    public string Source { get; init; } = "";

    public IReadOnlyList<KeyValuePair<string, string>> Details { get; init; } = [];

    public string Entity { get; init; } = "";

    public IReadOnlyList<OpsgenieResponder> Responders { get; init; } = [];

    public string Actions { get; init; } = "";

    public string Tags { get; init; } = "";

    public string Note { get; init; } = "";

    public string Priority { get; init; } = "";

    /// <summary>Bring message and description of an alert that is open already up to date.</summary>
    public bool UpdateAlerts { get; init; }

    public static OpsgenieConfig Read(YamlSection section, GlobalReceiverConfig global)
    {
        var key = ReceiverReading.SecretOrFile(section, "api_key", "api_key_file") ?? global.OpsgenieApiKey;
        if (key is null && !section.IsBroken) section.Error("api_key is missing, and global has no opsgenie_api_key; write one of them");
        var config = new OpsgenieConfig
        {
            SendResolved = section.Bool("send_resolved", true),
            Unable = ReceiverReading.Unable(key),
            ApiKey = key ?? Secret.Unavailable("no api_key"),
            ApiUrl = ReceiverReading.Url(section, "api_url")?.ToString() ?? global.OpsgenieApiUrl,
            Http = ReceiverReading.Http(section, global),
            Message = section.Text("message", "{{ template \"opsgenie.default.message\" . }}"),
            Description = section.Text("description", "{{ template \"opsgenie.default.description\" . }}"),
            Source = section.Text("source", "{{ template \"opsgenie.default.source\" . }}"),
            Details = section.Pairs("details"),
            Entity = section.Text("entity", ""),
            Responders = [.. section.Sections("responders", "responder").Select(ReadResponder)],
            Actions = section.Text("actions", ""),
            Tags = section.Text("tags", ""),
            Note = section.Text("note", ""),
            Priority = section.Text("priority", ""),
            UpdateAlerts = section.Bool("update_alerts"),
        };
        section.Close();
        return config;
    }

    static OpsgenieResponder ReadResponder(YamlSection section)
    {
        var responder = new OpsgenieResponder(section.Text("id", ""), section.Text("name", ""), section.Text("username", ""), section.Text("type", "").ToLowerInvariant());
        if (responder is { Id: "", Name: "", Username: "" }) section.Error("has neither id, name nor username; write who it is");
        var isKnown = responder.Type is "team" or "teams" or "user" or "escalation" or "schedule" || responder.Type.Contains("{{", StringComparison.Ordinal);
        if (!isKnown) section.Error("type", $"\"{responder.Type}\" is not known here; write one of team, teams, user, escalation, schedule");
        section.Close();
        return responder;
    }
}

sealed record OpsgenieResponder(string Id, string Name, string Username, string Type);
