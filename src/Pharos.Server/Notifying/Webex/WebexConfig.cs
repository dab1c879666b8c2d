using Pharos.Server.Config.Yaml;
using Pharos.Server.HttpClients;


namespace Pharos.Server.Notifying.Webex;

/// <summary>An item of <c>webex_configs</c>. The bot's token stands in <c>http_config.authorization</c>.</summary>
sealed record WebexConfig : IntegrationConfig
{
    public required string ApiUrl { get; init; }

    public required HttpClientConfig Http { get; init; }

    public string RoomId { get; init; } = "";

    public string Message { get; init; } = "";

    public static WebexConfig Read(YamlSection section, GlobalReceiverConfig global)
    {
        var http = ReceiverReading.Http(section, global);
        var config = new WebexConfig
        {
            SendResolved = section.Bool("send_resolved", true),
            Unable = ReceiverReading.Unable(http.Authorization?.Credentials),
            ApiUrl = ReceiverReading.Url(section, "api_url")?.ToString() ?? global.WebexApiUrl,
            Http = http,
            RoomId = section.Text("room_id", ""),
            Message = section.Text("message", "{{ template \"webex.default.message\" . }}"),
        };
        if (config.RoomId.Length == 0 && !section.IsBroken) section.Error("room_id is missing; write the id of the room that is told");
        // The global section's token is not enough for Alertmanager either: it would be sent to every other service as well.
        var hasToken = section.Has("http_config") && http.Authorization is not null;
        if (!hasToken && !section.IsBroken) section.Error("http_config.authorization is missing; write the bot's token there (credentials or credentials_file)");
        section.Close();
        return config;
    }
}
