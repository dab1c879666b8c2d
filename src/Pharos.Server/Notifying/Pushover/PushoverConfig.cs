using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;
using Pharos.Server.HttpClients;


namespace Pharos.Server.Notifying.Pushover;

/// <summary>An item of <c>pushover_configs</c>. All texts are templates.</summary>
sealed record PushoverConfig : IntegrationConfig
{
    public required Secret UserKey { get; init; }

    public required Secret Token { get; init; }

    /// <summary>Not among Alertmanager's keys: for relays in networks that reach the service only by one.</summary>
    public required string ApiUrl { get; init; }

    public required HttpClientConfig Http { get; init; }

    public string Title { get; init; } = "";

    public string Message { get; init; } = "";

    public string Url { get; init; } = "";

    public string UrlTitle { get; init; } = "";

    public string Device { get; init; } = "";

    public string Sound { get; init; } = "";

    /// <summary>-2 to 2; 2 is repeated until somebody acknowledges it.</summary>
    public string Priority { get; init; } = "";

    /// <summary>How often a message of priority 2 is repeated.</summary>
    public TimeSpan Retry { get; init; }

    /// <summary>For how long a message of priority 2 is repeated.</summary>
    public TimeSpan Expire { get; init; }

    /// <summary>After which time the message vanishes from devices; zero: never.</summary>
    public TimeSpan Ttl { get; init; }

    public bool Html { get; init; }

    public bool Monospace { get; init; }

    public static PushoverConfig Read(YamlSection section, GlobalReceiverConfig global)
    {
        var user = ReceiverReading.SecretOrFile(section, "user_key", "user_key_file");
        var token = ReceiverReading.SecretOrFile(section, "token", "token_file");
        if (user is null && !section.IsBroken) section.Error("user_key is missing; write the key of the user or group that is told, or user_key_file");
        if (token is null && !section.IsBroken) section.Error("token is missing; write the token of your application, or token_file");
        var config = new PushoverConfig
        {
            SendResolved = section.Bool("send_resolved", true),
            Unable = ReceiverReading.Unable(user, token),
            UserKey = user ?? Secret.Unavailable("no user_key"),
            Token = token ?? Secret.Unavailable("no token"),
            ApiUrl = ReceiverReading.Url(section, "api_url")?.ToString() ?? "https://api.pushover.net/1/messages.json",
            Http = ReceiverReading.Http(section, global),
            Title = section.Text("title", "{{ template \"pushover.default.title\" . }}"),
            Message = section.Text("message", "{{ template \"pushover.default.message\" . }}"),
            Url = section.Text("url", "{{ template \"pushover.default.url\" . }}"),
            UrlTitle = section.Text("url_title", ""),
            Device = section.Text("device", ""),
            Sound = section.Text("sound", ""),
            Priority = section.Text("priority", "{{ if eq .Status \"firing\" }}2{{ else }}0{{ end }}"), // Firing ones insist on an acknowledgement.
            Retry = ReceiverReading.GoDuration(section, "retry") ?? TimeSpan.FromMinutes(1),
            Expire = ReceiverReading.GoDuration(section, "expire") ?? TimeSpan.FromHours(1),
            Ttl = ReceiverReading.GoDuration(section, "ttl") ?? TimeSpan.Zero,
            Html = section.Bool("html"),
            Monospace = section.Bool("monospace"),
        };
        if (config is { Html: true, Monospace: true }) section.Error("monospace", "html is on, too; keep one");
        if (config.Retry < TimeSpan.FromSeconds(30)) section.Warn("retry", "Pushover refuses to repeat more often than every 30 seconds; write \"30s\" or more");
        if (config.Expire > TimeSpan.FromHours(3)) section.Warn("expire", "Pushover refuses to repeat for more than three hours; write \"3h\" or less");
        section.Close();
        return config;
    }
}
