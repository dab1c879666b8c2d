using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;


namespace Pharos.Server.Notifying.Mattermost;

/// <summary>Reads an item of <c>mattermost_configs</c>.</summary>
static class MattermostReader
{
    public static MattermostConfig Read(YamlSection section, GlobalReceiverConfig global)
    {
        var url = ReceiverReading.SecretUrl(section, "webhook_url", "webhook_url_file") ?? global.MattermostWebhookUrl;
        if (url is null && !section.IsBroken) section.Error("webhook_url is missing, and global has no mattermost_webhook_url; write one of them");
        var config = new MattermostConfig
        {
            SendResolved = section.Bool("send_resolved", true),
            Unable = ReceiverReading.Unable(url),
            WebhookUrl = url ?? Secret.Unavailable("no webhook_url"),
            Http = ReceiverReading.Http(section, global),
            Channel = section.Text("channel", ""),
            Username = section.Text("username", Default("username")),
            IconUrl = section.Text("icon_url", ""),
            IconEmoji = section.Text("icon_emoji", ""),
            Main = ReadAttachment(section, Default),
            Attachments = [.. section.Sections("attachments", "attachment").Select(ReadClosed)],
            Type = section.Text("type", ""),
            Card = ReadCard(section.Section("props")),
            Priority = ReadPriority(section.Section("priority")),
        };
        section.Close();
        return config;
    }

    static string Default(string part) => $"{{{{ template \"mattermost.default.{part}\" . }}}}";

    static MattermostAttachment ReadClosed(YamlSection section)
    {
        var attachment = ReadAttachment(section, _ => "");
        section.Close();
        return attachment;
    }

    static MattermostAttachment ReadAttachment(YamlSection section, Func<string, string> otherwise) => new()
    {
        Fallback = section.Text("fallback", otherwise("fallback")),
        Color = section.Text("color", otherwise("color")),
        Pretext = section.Text("pretext", ""),
        Text = section.Text("text", otherwise("text")),
        AuthorName = section.Text("author_name", ""),
        AuthorLink = section.Text("author_link", ""),
        AuthorIcon = section.Text("author_icon", ""),
        Title = section.Text("title", otherwise("title")),
        TitleLink = section.Text("title_link", otherwise("titlelink")),
        Fields = [.. section.Sections("fields", "field").Select(ReadField)],
        ThumbUrl = section.Text("thumb_url", ""),
        Footer = section.Text("footer", ""),
        FooterIcon = section.Text("footer_icon", ""),
        ImageUrl = section.Text("image_url", ""),
    };

    static MattermostField ReadField(YamlSection section)
    {
        var field = new MattermostField(section.Text("title", ""), section.Text("value", ""), section.Has("short") ? section.Bool("short") : null);
        if (field.Title.Length == 0) section.Error("title is missing; Mattermost wants one");
        if (field.Value.Length == 0) section.Error("value is missing; Mattermost wants one");
        section.Close();
        return field;
    }

    static string ReadCard(YamlSection? section)
    {
        var card = section?.Text("card", "") ?? "";
        section?.Close();
        return card;
    }

    static MattermostPriority? ReadPriority(YamlSection? section)
    {
        if (section is null) return null;
        var priority = new MattermostPriority(section.Text("priority", ""), section.Bool("requested_ack"), section.Bool("persistent_notifications"));
        section.Close();
        return priority.Level.Length == 0 ? null : priority;
    }
}
