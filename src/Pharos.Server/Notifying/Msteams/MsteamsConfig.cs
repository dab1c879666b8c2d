using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;
using Pharos.Server.HttpClients;


namespace Pharos.Server.Notifying.Msteams;

/// <summary>An item of <c>msteams_configs</c> (connector cards) or <c>msteamsv2_configs</c> (workflows, adaptive cards). All texts are templates.</summary>
sealed record MsteamsConfig : IntegrationConfig
{
    public required Secret WebhookUrl { get; init; }

    public required HttpClientConfig Http { get; init; }

    public required bool IsWorkflow { get; init; }

    public string Title { get; init; } = "";

    /// <summary>Connector cards only.</summary>
    public string Summary { get; init; } = "";

    public string Text { get; init; } = "";

    public static MsteamsConfig ReadConnector(YamlSection section, GlobalReceiverConfig global) => Read(section, global, isWorkflow: false);

    public static MsteamsConfig ReadWorkflow(YamlSection section, GlobalReceiverConfig global) => Read(section, global, isWorkflow: true);

    static MsteamsConfig Read(YamlSection section, GlobalReceiverConfig global, bool isWorkflow)
    {
        var name = isWorkflow ? "msteamsv2" : "msteams";
        var url = ReceiverReading.SecretUrl(section, "webhook_url", "webhook_url_file");
        if (url is null && !section.IsBroken) section.Error("webhook_url is missing; copy it from the channel's workflow, or write webhook_url_file");
        var config = new MsteamsConfig
        {
            SendResolved = section.Bool("send_resolved", true),
            Unable = ReceiverReading.Unable(url),
            WebhookUrl = url ?? Secret.Unavailable("no webhook_url"),
            Http = ReceiverReading.Http(section, global),
            IsWorkflow = isWorkflow,
            Title = section.Text("title", $"{{{{ template \"{name}.default.title\" . }}}}"),
            Summary = isWorkflow ? "" : section.Text("summary", "{{ template \"msteams.default.summary\" . }}"),
            Text = section.Text("text", $"{{{{ template \"{name}.default.text\" . }}}}"),
        };
        section.Close();
        return config;
    }
}
