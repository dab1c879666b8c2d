using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;
using Pharos.Server.HttpClients;


namespace Pharos.Server.Notifying.Victorops;

/// <summary>An item of <c>victorops_configs</c> (Splunk On-Call). All texts are templates.</summary>
sealed record VictoropsConfig : IntegrationConfig
{
    /// <summary>Fields that every message has already.</summary>
    static readonly string[] Reserved = ["routing_key", "message_type", "state_message", "entity_display_name", "monitoring_tool", "entity_id", "entity_state"];

    public required Secret ApiKey { get; init; }

    /// <summary>The key and the routing key follow as parts of the path.</summary>
    public required string ApiUrl { get; init; }

    public required HttpClientConfig Http { get; init; }

    /// <summary>Names the team.</summary>
    public string RoutingKey { get; init; } = "";

    public string MessageType { get; init; } = "";

    public string StateMessage { get; init; } = "";

    public string EntityDisplayName { get; init; } = "";

    public string MonitoringTool { get; init; } = "";

    public IReadOnlyList<KeyValuePair<string, string>> CustomFields { get; init; } = [];

    public static VictoropsConfig Read(YamlSection section, GlobalReceiverConfig global)
    {
        var key = ReceiverReading.SecretOrFile(section, "api_key", "api_key_file") ?? global.VictoropsApiKey;
        if (key is null && !section.IsBroken) section.Error("api_key is missing, and global has no victorops_api_key; write one of them");
        var config = new VictoropsConfig
        {
            SendResolved = section.Bool("send_resolved", true),
            Unable = ReceiverReading.Unable(key),
            ApiKey = key ?? Secret.Unavailable("no api_key"),
            ApiUrl = ReceiverReading.Url(section, "api_url")?.ToString() ?? global.VictoropsApiUrl,
            Http = ReceiverReading.Http(section, global),
            RoutingKey = section.Text("routing_key", ""),
            MessageType = section.Text("message_type", "CRITICAL"),
            StateMessage = section.Text("state_message", "{{ template \"victorops.default.state_message\" . }}"),
            EntityDisplayName = section.Text("entity_display_name", "{{ template \"victorops.default.entity_display_name\" . }}"),
            MonitoringTool = section.Text("monitoring_tool", "{{ template \"victorops.default.monitoring_tool\" . }}"),
            CustomFields = section.Pairs("custom_fields"),
        };
        if (config.RoutingKey.Length == 0 && !section.IsBroken) section.Error("routing_key is missing; write the key of the team that is told");
        foreach (var (name, _) in config.CustomFields)
        {
            if (Reserved.Contains(name)) section.Error("custom_fields", $"\"{name}\" is a field of every message; name yours otherwise");
        }
        section.Close();
        return config;
    }
}
