using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;
using Pharos.Server.HttpClients;


namespace Pharos.Server.Notifying.Discord;

/// <summary>An item of <c>discord_configs</c>. All texts are templates.</summary>
sealed record DiscordConfig : IntegrationConfig
{
    public required Secret WebhookUrl { get; init; }

    public required HttpClientConfig Http { get; init; }

    public string Content { get; init; } = "";

    public string Title { get; init; } = "";

    public string Message { get; init; } = "";

    public string Username { get; init; } = "";

    public string AvatarUrl { get; init; } = "";

    public static DiscordConfig Read(YamlSection section, GlobalReceiverConfig global)
    {
        var url = ReceiverReading.SecretUrl(section, "webhook_url", "webhook_url_file");
        if (url is null && !section.IsBroken) section.Error("webhook_url is missing; copy it from the channel's integrations, or write webhook_url_file");
        var config = new DiscordConfig
        {
            SendResolved = section.Bool("send_resolved", true),
            Unable = ReceiverReading.Unable(url),
            WebhookUrl = url ?? Secret.Unavailable("no webhook_url"),
            Http = ReceiverReading.Http(section, global),
            Content = section.Text("content", "{{ template \"discord.default.content\" . }}"),
            Title = section.Text("title", "{{ template \"discord.default.title\" . }}"),
            Message = section.Text("message", "{{ template \"discord.default.message\" . }}"),
            Username = section.Text("username", ""),
            AvatarUrl = section.Text("avatar_url", ""),
        };
        section.Close();
        return config;
    }
}
