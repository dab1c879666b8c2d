using System.Text.Json;
using Pharos.Server.Alerting.Templates;

namespace Pharos.Server.Alerting.Notifiers.Mattermost;

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
        if (config.Attachments.Count > 0) json.WriteFilled("text", Shortened.ToRunes(texts.Text(config.Main.Text), MaxText));
        json.WriteFilled("channel", texts.Text(config.Channel));
        json.WriteFilled("username", texts.Text(config.Username));
        json.WriteFilled("icon_url", texts.Text(config.IconUrl));
        json.WriteFilled("icon_emoji", texts.Text(config.IconEmoji));
        json.WriteStartArray("attachments");
        foreach (var attachment in config.Attachments.DefaultIfEmpty(config.Main)) Write(json, attachment, texts);
        json.WriteEndArray();
        json.WriteFilled("type", texts.Text(config.Type));
        if (config.Card.Length > 0)
        {
            json.WriteStartObject("props");
            json.WriteFilled("card", texts.Text(config.Card));
            json.WriteEndObject();
        }
        WritePriority(json, texts);
    }

    static void Write(Utf8JsonWriter json, MattermostAttachment attachment, NotificationTexts texts)
    {
        json.WriteStartObject();
        json.WriteFilled("fallback", texts.Text(attachment.Fallback));
        json.WriteFilled("color", texts.Text(attachment.Color));
        json.WriteFilled("pretext", texts.Text(attachment.Pretext));
        json.WriteFilled("text", Shortened.ToRunes(texts.Text(attachment.Text), MaxText));
        json.WriteFilled("author_name", texts.Text(attachment.AuthorName));
        json.WriteFilled("author_link", texts.Text(attachment.AuthorLink));
        json.WriteFilled("author_icon", texts.Text(attachment.AuthorIcon));
        json.WriteFilled("title", texts.Text(attachment.Title));
        json.WriteFilled("title_link", texts.Text(attachment.TitleLink));
        if (attachment.Fields.Count > 0) json.WriteStartArray("fields");
        foreach (var field in attachment.Fields)
        {
            json.WriteStartObject();
            json.WriteFilled("title", texts.Text(field.Title));
            json.WriteFilled("value", texts.Text(field.Value));
            if (field.Short is { } isShort) json.WriteBoolean("short", isShort);
            json.WriteEndObject();
        }
        if (attachment.Fields.Count > 0) json.WriteEndArray();
        json.WriteFilled("thumb_url", texts.Text(attachment.ThumbUrl));
        json.WriteFilled("footer", texts.Text(attachment.Footer));
        json.WriteFilled("footer_icon", texts.Text(attachment.FooterIcon));
        json.WriteFilled("image_url", texts.Text(attachment.ImageUrl));
        json.WriteEndObject();
    }

    /// <summary>Mattermost refuses the whole message for a wish that does not fit its priority, so such wishes are dropped.</summary>
    void WritePriority(Utf8JsonWriter json, NotificationTexts texts)
    {
        if (config.Priority is not { } wished) return;
        var level = texts.Text(wished.Level).ToLowerInvariant() is var text && text is "urgent" or "important" ? text : "standard";
        json.WriteStartObject("priority");
        json.WriteString("priority", level);
        if (wished.RequestedAck && level != "standard") json.WriteBoolean("requested_ack", true);
        if (wished.PersistentNotifications && level == "urgent") json.WriteBoolean("persistent_notifications", true);
        json.WriteEndObject();
    }
}
