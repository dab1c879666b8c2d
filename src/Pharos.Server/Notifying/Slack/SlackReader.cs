using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;


namespace Pharos.Server.Notifying.Slack;

/// <summary>Reads an item of <c>slack_configs</c>.</summary>
static class SlackReader
{
    public static SlackConfig Read(YamlSection section, GlobalReceiverConfig global)
    {
        var url = ReceiverReading.SecretUrl(section, "api_url", "api_url_file");
        var token = ReceiverReading.SecretOrFile(section, "app_token", "app_token_file");
        if (url is not null && token is not null) section.Error("app_token", "api_url is written, too; keep the webhook's address or the app's token");
        var http = ReceiverReading.Http(section, global);
        if (url is null && token is null)
        {
            // An own Authorization header stands for the token, as it had to before tokens had a key.
            if (http.Authorization is not null && section.Has("http_config")) url = global.SlackApiUrl;
            else token = global.SlackAppToken;
            if (token is null) url ??= global.SlackApiUrl;
        }
        if (url is null && token is null && !section.IsBroken) section.Error("has neither an api_url nor an app_token, and global has none; write one of them");
        var appUrl = ReceiverReading.Url(section, "app_url")?.ToString() ?? global.SlackAppUrl;
        var config = new SlackConfig
        {
            SendResolved = section.Bool("send_resolved"),
            Unable = ReceiverReading.Unable(url, token),
            ApiUrl = url,
            AppToken = token,
            AppUrl = appUrl,
            Http = http,
            Channel = section.Text("channel", ""),
            MessageText = section.Text("message_text", ""),
            Username = section.Text("username", Default("username")),
            Color = section.Text("color", Default("color")),
            Title = section.Text("title", Default("title")),
            TitleLink = section.Text("title_link", Default("titlelink")),
            Pretext = section.Text("pretext", Default("pretext")),
            Text = section.Text("text", Default("text")),
            Fields = [.. section.Sections("fields", "field").Select(ReadField)],
            ShortFields = section.Bool("short_fields"),
            Footer = section.Text("footer", Default("footer")),
            Fallback = section.Text("fallback", Default("fallback")),
            CallbackId = section.Text("callback_id", Default("callbackid")),
            IconEmoji = section.Text("icon_emoji", Default("iconemoji")),
            IconUrl = section.Text("icon_url", Default("iconurl")),
            ImageUrl = section.Text("image_url", ""),
            ThumbUrl = section.Text("thumb_url", ""),
            LinkNames = section.Bool("link_names"),
            MrkdwnIn = section.Texts("mrkdwn_in") is { Count: > 0 } parts ? parts : ["fallback", "pretext", "text"],
            Actions = [.. section.Sections("actions", "action").Select(ReadAction)],
            UpdateMessage = section.Bool("update_message"),
            Timeout = ReceiverReading.Timeout(section),
        };
        if (config is { UpdateMessage: true, AppToken: null } && http.Authorization is null) section.Error("update_message", "needs a bot: webhooks cannot change a message; write app_token");
        if (config.UpdateMessage && PostUrl(config) is { } postUrl && SlackNotifier.UpdateUrl(postUrl) is null)
        {
            section.Warn("update_message", "the address does not end in \"chat.postMessage\", so that there is no chat.update beside it; each message is posted anew");
        }
        section.Close();
        return config;
    }

    /// <summary>Null when it stands in a file, or cannot be had.</summary>
    static string? PostUrl(SlackConfig config) => config.AppToken is not null ? config.AppUrl : config.ApiUrl is { Path: null } url && config.Unable is null ? url.Read().Trim() : null;

    static string Default(string part) => $"{{{{ template \"slack.default.{part}\" . }}}}";

    static SlackField ReadField(YamlSection section)
    {
        var field = new SlackField(Needed(section, "title"), Needed(section, "value"), section.Has("short") ? section.Bool("short") : null);
        section.Close();
        return field;
    }

    static SlackAction ReadAction(YamlSection section)
    {
        var action = new SlackAction(
            Needed(section, "type"), Needed(section, "text"), section.Text("url", ""), section.Text("style", ""), section.Text("name", ""), section.Text("value", ""),
            section.Section("confirm") is { } confirm ? ReadConfirmation(confirm) : null);
        if (action is { Url: "", Name: "" }) section.Error("has neither url nor name; write where it leads, or which one it is");
        section.Close();
        return action;
    }

    static SlackConfirmation ReadConfirmation(YamlSection section)
    {
        var confirmation = new SlackConfirmation(section.Text("title", ""), Needed(section, "text"), section.Text("ok_text", ""), section.Text("dismiss_text", ""));
        section.Close();
        return confirmation;
    }

    static string Needed(YamlSection section, string key)
    {
        var text = section.Text(key, "");
        if (text.Length == 0) section.Error($"{key} is missing; Slack wants one");
        return text;
    }
}
