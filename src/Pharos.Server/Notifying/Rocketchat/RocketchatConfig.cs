using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;
using Pharos.Server.HttpClients;


namespace Pharos.Server.Notifying.Rocketchat;

/// <summary>An item of <c>rocketchat_configs</c>. All texts are templates.</summary>
sealed record RocketchatConfig : IntegrationConfig
{
    public required Secret Token { get; init; }

    /// <summary>Id of the user whose token it is.</summary>
    public required Secret TokenId { get; init; }

    public required string ApiUrl { get; init; }

    public required HttpClientConfig Http { get; init; }

    /// <summary><c>#channel</c> or <c>@user</c>.</summary>
    public string Channel { get; init; } = "";

    public string Color { get; init; } = "";

    public string Title { get; init; } = "";

    public string TitleLink { get; init; } = "";

    public string Text { get; init; } = "";

    public IReadOnlyList<RocketchatField> Fields { get; init; } = [];

    public bool ShortFields { get; init; }

    public string Emoji { get; init; } = "";

    public string IconUrl { get; init; } = "";

    public string ImageUrl { get; init; } = "";

    public string ThumbUrl { get; init; } = "";

    public IReadOnlyList<RocketchatAction> Actions { get; init; } = [];

    public static RocketchatConfig Read(YamlSection section, GlobalReceiverConfig global)
    {
        var token = ReceiverReading.SecretOrFile(section, "token", "token_file") ?? global.RocketchatToken;
        var id = ReceiverReading.SecretOrFile(section, "token_id", "token_id_file") ?? global.RocketchatTokenId;
        if (token is null && !section.IsBroken) section.Error("token is missing, and global has no rocketchat_token; write one of them");
        if (id is null && !section.IsBroken) section.Error("token_id is missing, and global has no rocketchat_token_id; write one of them");
        var config = new RocketchatConfig
        {
            SendResolved = section.Bool("send_resolved"),
            Unable = ReceiverReading.Unable(token, id),
            Token = token ?? Secret.Unavailable("no token"),
            TokenId = id ?? Secret.Unavailable("no token_id"),
            ApiUrl = ReceiverReading.Url(section, "api_url")?.ToString() ?? global.RocketchatApiUrl,
            Http = ReceiverReading.Http(section, global),
            Channel = section.Text("channel", ""),
            Color = section.Text("color", "{{ if eq .Status \"firing\" }}red{{ else }}green{{ end }}"),
            Title = section.Text("title", "{{ template \"rocketchat.default.title\" . }}"),
            TitleLink = section.Text("title_link", "{{ template \"rocketchat.default.titlelink\" . }}"),
            Text = section.Text("text", "{{ template \"rocketchat.default.text\" . }}"),
            Fields = [.. section.Sections("fields", "field").Select(ReadField)],
            ShortFields = section.Bool("short_fields"),
            Emoji = section.Text("emoji", "{{ template \"rocketchat.default.emoji\" . }}"),
            IconUrl = section.Text("icon_url", "{{ template \"rocketchat.default.iconurl\" . }}"),
            ImageUrl = section.Text("image_url", ""),
            ThumbUrl = section.Text("thumb_url", ""),
            Actions = [.. section.Sections("actions", "action").Select(ReadAction)],
        };
        section.Bool("link_names"); // Alertmanager takes and never sends it: the service has no such parameter.
        section.Close();
        return config;
    }

    static RocketchatField ReadField(YamlSection section)
    {
        var field = new RocketchatField(section.Text("title", ""), section.Text("value", ""), section.Has("short") ? section.Bool("short") : null);
        section.Close();
        return field;
    }

    static RocketchatAction ReadAction(YamlSection section)
    {
        var action = new RocketchatAction(section.Text("text", ""), section.Text("url", ""), section.Text("msg", ""));
        // Keys that Alertmanager takes without using them, in its spelling.
        foreach (var unused in (string[])["type", "imageurl", "iswebview", "webviewheightratio", "msginchatwindow", "msgprocessingtype"]) section.Text(unused);
        section.Close();
        return action;
    }
}

/// <param name="Short">Null: as <see cref="RocketchatConfig.ShortFields"/> says.</param>
sealed record RocketchatField(string Title, string Value, bool? Short);

/// <summary>A button that opens an address or sends a message.</summary>
sealed record RocketchatAction(string Text, string Url, string Message);
