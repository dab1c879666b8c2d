using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;
using Pharos.Server.HttpClients;


namespace Pharos.Server.Notifying.Ntfy;

/// <summary>An item of <c>ntfy_configs</c>, which Alertmanager does not have. All texts are templates.</summary>
sealed record NtfyConfig : IntegrationConfig
{
    /// <summary>The server, without the topic.</summary>
    public required string Url { get; init; }

    /// <summary>On servers without logins a topic's name is what keeps others out, so it is never shown.</summary>
    public required Secret Topic { get; init; }

    /// <summary>An access token; null: the client's own Authorization, or none.</summary>
    public Secret? Token { get; init; }

    public required HttpClientConfig Http { get; init; }

    public string Title { get; init; } = "";

    public string Message { get; init; } = "";

    /// <summary>1 (least) to 5, or min, low, default, high, max.</summary>
    public string Priority { get; init; } = "";

    /// <summary>Separated by commas; those that name an emoji become one.</summary>
    public string Tags { get; init; } = "";

    /// <summary>What is opened when the notification is touched.</summary>
    public string Click { get; init; } = "";

    public string Icon { get; init; } = "";

    public bool Markdown { get; init; }

    public static NtfyConfig Read(YamlSection section, GlobalReceiverConfig global)
    {
        var topic = ReceiverReading.SecretOrFile(section, "topic", "topic_file");
        var token = ReceiverReading.SecretOrFile(section, "token", "token_file");
        var http = ReceiverReading.Http(section, global);
        if (topic is null && !section.IsBroken) section.Error("topic is missing; write the one that your devices subscribed to");
        if (token is not null && section.Has("http_config") && http.Authorization is not null) section.Error("token", "http_config.authorization is written, too; keep one");
        var config = new NtfyConfig
        {
            SendResolved = section.Bool("send_resolved", true),
            Unable = ReceiverReading.Unable(topic, token),
            Url = ReceiverReading.Url(section, "url")?.ToString() ?? "https://ntfy.sh/",
            Topic = topic ?? Secret.Unavailable("no topic"),
            Token = token,
            Http = token is null ? http : http with { Authorization = new("Bearer", token), BasicAuth = null, OAuth2 = null },
            Title = section.Text("title", "{{ template \"ntfy.default.title\" . }}"),
            Message = section.Text("message", "{{ template \"ntfy.default.message\" . }}"),
            Priority = section.Text("priority", "{{ template \"ntfy.default.priority\" . }}"),
            Tags = section.Text("tags", "{{ template \"ntfy.default.tags\" . }}"),
            Click = section.Text("click", "{{ template \"ntfy.default.click\" . }}"),
            Icon = section.Text("icon", ""),
            Markdown = section.Bool("markdown"),
        };
        section.Close();
        return config;
    }
}
