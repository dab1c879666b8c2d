using System.Text.Json;
using Pharos.Server.Notifying.Templates;

namespace Pharos.Server.Notifying.Mattermost;

/// <summary>Posts a message with attachments to an incoming webhook.</summary>
/// <remarks>
/// <para>Limit: 16383 characters of text.</para>
/// <para>Source: developers.mattermost.com, Incoming webhooks (parameters, priority), Message attachments.</para>
/// </remarks>
sealed class MattermostNotifier(MattermostConfig config, NotifierServices services) : INotifier, IDisposable
{
    const int MaxText = 16_383;

    readonly ServiceClient client = new("mattermost", config.Http, services);

    public ValueTask<NotifyResult> NotifyAsync(Notification notification, CancellationToken cancellation) => client.TryAsync(
        notification,
        async (texts, inTime) =>
        {
            var url = config.WebhookUrl.Read().Trim();
            var answer = await client.PostJsonAsync(url, json => Write(json, texts), inTime);
            return client.Judge(answer, secrets: url);
        },
        cancellation);

    public void Dispose() => client.Dispose();

    void Write(Utf8JsonWriter json, NotificationTexts texts)
    {
        if (config.Attachments.Count > 0) json.WriteFilled("text", texts.Body(config.Main.Text, "mattermost.default.text", Shortened.ToRunes, MaxText));
        json.WriteFilled("channel", texts.Field(config.Channel));
        json.WriteFilled("username", texts.Field(config.Username, "mattermost.default.username"));
        json.WriteFilled("icon_url", texts.Field(config.IconUrl));
        json.WriteFilled("icon_emoji", texts.Field(config.IconEmoji));
        json.WriteStartArray("attachments");
        if (config.Attachments.Count == 0) Write(json, config.Main, texts, part => $"mattermost.default.{part}");
        foreach (var attachment in config.Attachments) Write(json, attachment, texts, _ => "");
        json.WriteEndArray();
        json.WriteFilled("type", texts.Field(config.Type));
        if (config.Card.Length > 0)
        {
            json.WriteStartObject("props");
            json.WriteFilled("card", texts.Field(config.Card));
            json.WriteEndObject();
        }
        WritePriority(json, texts);
    }

    /// <param name="otherwise">Names of the default texts of the only attachment; of further ones "", as the message names what failed.</param>
    static void Write(Utf8JsonWriter json, MattermostAttachment attachment, NotificationTexts texts, Func<string, string> otherwise)
    {
        json.WriteStartObject();
        json.WriteFilled("fallback", texts.Field(attachment.Fallback, otherwise("fallback")));
        json.WriteFilled("color", texts.Field(attachment.Color, otherwise("color")));
        json.WriteFilled("pretext", texts.Field(attachment.Pretext));
        json.WriteFilled("text", otherwise("text").Length > 0
            ? texts.Body(attachment.Text, otherwise("text"), Shortened.ToRunes, MaxText)
            : Shortened.ToRunes(texts.Field(attachment.Text), MaxText));
        json.WriteFilled("author_name", texts.Field(attachment.AuthorName));
        json.WriteFilled("author_link", texts.Field(attachment.AuthorLink));
        json.WriteFilled("author_icon", texts.Field(attachment.AuthorIcon));
        json.WriteFilled("title", texts.Field(attachment.Title, otherwise("title")));
        json.WriteFilled("title_link", texts.Field(attachment.TitleLink, otherwise("titlelink")));
        if (attachment.Fields.Count > 0) json.WriteStartArray("fields");
        foreach (var field in attachment.Fields.Where(field => texts.Renders("fields", field.Title, field.Value)))
        {
            json.WriteStartObject();
            json.WriteFilled("title", texts.Field(field.Title));
            json.WriteFilled("value", texts.Field(field.Value));
            if (field.Short is { } isShort) json.WriteBoolean("short", isShort);
            json.WriteEndObject();
        }
        if (attachment.Fields.Count > 0) json.WriteEndArray();
        json.WriteFilled("thumb_url", texts.Field(attachment.ThumbUrl));
        json.WriteFilled("footer", texts.Field(attachment.Footer));
        json.WriteFilled("footer_icon", texts.Field(attachment.FooterIcon));
        json.WriteFilled("image_url", texts.Field(attachment.ImageUrl));
        json.WriteEndObject();
    }

    /// <summary>Mattermost refuses the whole message for a wish that does not fit its priority, so such wishes are dropped.</summary>
    void WritePriority(Utf8JsonWriter json, NotificationTexts texts)
    {
        if (config.Priority is not { } wished) return;
        var level = texts.Field(wished.Level).ToLowerInvariant() is var text && text is "urgent" or "important" ? text : "standard";
        json.WriteStartObject("priority");
        json.WriteString("priority", level);
        if (wished.RequestedAck && level != "standard") json.WriteBoolean("requested_ack", true);
        if (wished.PersistentNotifications && level == "urgent") json.WriteBoolean("persistent_notifications", true);
        json.WriteEndObject();
    }
}
