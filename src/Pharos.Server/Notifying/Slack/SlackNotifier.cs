using System.Text.Json;
using Pharos.Server.Doors;
using Pharos.Server.Notifying.Templates;

namespace Pharos.Server.Notifying.Slack;

/// <summary>Posts a message with one attachment, by webhook or as a bot; a bot can replace the message that a group had before.</summary>
/// <remarks>Source: docs.slack.dev, incoming webhooks; chat.postMessage and chat.update; legacy attachments (title of at most 1024 characters).</remarks>
sealed class SlackNotifier(SlackConfig config, NotifierServices services) : INotifier, IDisposable
{
    const int MaxTitle = 1024;

    const string Post = "chat.postMessage";

    /// <summary>Errors that say that a message cannot be changed any more: people deleted it, or the workspace closes messages after a while.</summary>
    static readonly string[] Unchangeable = ["message_not_found", "cant_update_message", "edit_window_closed", "channel_not_found"];

    /// <summary>Errors of the Web API that pass by themselves.</summary>
    static readonly string[] Passing = ["ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"];

    readonly ServiceClient client = new("slack", config.Http, services, config.Timeout);

    public ValueTask<NotifyResult> NotifyAsync(Notification notification, CancellationToken cancellation) => client.TryAsync(
        notification,
        async (texts, inTime) =>
        {
            var token = config.AppToken?.Read();
            var url = token is null ? config.ApiUrl!.Read().Trim() : config.AppUrl;
            (string, string)[] headers = token is null ? [] : [("Authorization", $"Bearer {token}")];
            if (config.UpdateMessage && UpdateUrl(url) is { } updateUrl && ParseState(notification.State) is { } posted)
            {
                var updated = await client.PostJsonAsync(updateUrl, json => Write(json, texts, posted), inTime, headers);
                if (!Unchangeable.Contains(JsonFields.Member(updated.Body, "error"))) return Understand(updated, updateUrl, token);
            }
            return Understand(await client.PostJsonAsync(url, json => Write(json, texts, null), inTime, headers), url, token);
        },
        cancellation);

    public void Dispose() => client.Dispose();

    /// <summary>The Web API answers 200 also when it refuses; a webhook answers "ok".</summary>
    NotifyResult Understand(ServiceAnswer answer, string url, string? token)
    {
        if (!answer.IsSuccess || !answer.Body.TrimStart().StartsWith('{')) return client.Judge(answer, null, null, url, token);
        if (JsonFields.Member(answer.Body, "ok") is not ("False" or "false"))
        {
            var (channel, ts) = (JsonFields.Member(answer.Body, "channel"), JsonFields.Member(answer.Body, "ts"));
            return NotifyResult.Sent(answer.Status, config.UpdateMessage && channel is not null && ts is not null ? $"{channel} {ts}" : null);
        }
        var error = JsonFields.Member(answer.Body, "error") ?? "no reason given";
        var reason = ServiceClient.Told("slack refused", error, url, token);
        return Passing.Contains(error) ? NotifyResult.Retry(reason, answer.RetryAfter, error.StartsWith("rate", StringComparison.Ordinal) ? 429 : answer.Status) : NotifyResult.Failed(reason, answer.Status);
    }

    /// <summary>Where messages are changed: beside where they are posted. Null for an address that is no method of the Web API.</summary>
    public static string? UpdateUrl(string url) => url.TrimEnd('/') is var trimmed && trimmed.EndsWith(Post, StringComparison.Ordinal) ? $"{trimmed[..^Post.Length]}chat.update" : null;

    static (string Channel, string Ts)? ParseState(string state) => state.Split(' ') is [var channel, var ts] ? (channel, ts) : null;

    void Write(Utf8JsonWriter json, NotificationTexts texts, (string Channel, string Ts)? posted)
    {
        json.WriteFilled("channel", posted?.Channel ?? Channel(texts));
        if (posted is { } message) json.WriteString("ts", message.Ts);
        json.WriteFilled("username", texts.Field(config.Username, "slack.default.username"));
        json.WriteFilled("icon_emoji", texts.Field(config.IconEmoji));
        json.WriteFilled("icon_url", texts.Field(config.IconUrl));
        if (config.LinkNames) json.WriteBoolean("link_names", true);
        json.WriteFilled("text", texts.Field(config.MessageText));
        json.WriteStartArray("attachments");
        json.WriteStartObject();
        json.WriteFilled("title", Shortened.ToRunes(texts.Field(config.Title, "slack.default.title"), MaxTitle));
        json.WriteFilled("title_link", texts.Field(config.TitleLink, "slack.default.titlelink"));
        json.WriteFilled("pretext", texts.Field(config.Pretext));
        json.WriteString("text", texts.Body(config.Text, "slack.default.text"));
        WriteFields(json, texts);
        WriteActions(json, texts);
        json.WriteString("fallback", texts.Field(config.Fallback, "slack.default.fallback"));
        json.WriteString("callback_id", texts.Field(config.CallbackId));
        json.WriteFilled("image_url", texts.Field(config.ImageUrl));
        json.WriteFilled("thumb_url", texts.Field(config.ThumbUrl));
        json.WriteString("footer", texts.Field(config.Footer));
        json.WriteFilled("color", texts.Field(config.Color, "slack.default.color"));
        if (config.MrkdwnIn.Count > 0) json.WriteTexts("mrkdwn_in", config.MrkdwnIn);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    /// <summary>A webhook has a channel of its own; a bot has none.</summary>
    string Channel(NotificationTexts texts) => config.AppToken is null ? texts.Field(config.Channel) : texts.Needed(config.Channel);

    static bool CanRender(SlackAction action, NotificationTexts texts)
    {
        var confirm = action.Confirm ?? new("", "", "", "");
        return texts.Renders(
            "actions", action.Type, action.Text, action.Url, action.Style, action.Name, action.Value, confirm.Title, confirm.Text, confirm.OkText, confirm.DismissText);
    }

    void WriteFields(Utf8JsonWriter json, NotificationTexts texts)
    {
        if (config.Fields.Count == 0) return;
        json.WriteStartArray("fields");
        foreach (var field in config.Fields.Where(field => texts.Renders("fields", field.Title, field.Value)))
        {
            json.WriteStartObject();
            json.WriteFilled("title", texts.Field(field.Title));
            json.WriteFilled("value", texts.Field(field.Value));
            json.WriteBoolean("short", field.Short ?? config.ShortFields);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    void WriteActions(Utf8JsonWriter json, NotificationTexts texts)
    {
        if (config.Actions.Count == 0) return;
        json.WriteStartArray("actions");
        foreach (var action in config.Actions.Where(action => CanRender(action, texts)))
        {
            json.WriteStartObject();
            json.WriteString("type", texts.Field(action.Type));
            json.WriteString("text", texts.Field(action.Text));
            json.WriteFilled("url", texts.Field(action.Url));
            json.WriteFilled("style", texts.Field(action.Style));
            json.WriteFilled("name", texts.Field(action.Name));
            json.WriteFilled("value", texts.Field(action.Value));
            if (action.Confirm is { } confirm)
            {
                json.WriteStartObject("confirm");
                json.WriteString("text", texts.Field(confirm.Text));
                json.WriteFilled("title", texts.Field(confirm.Title));
                json.WriteFilled("ok_text", texts.Field(confirm.OkText));
                json.WriteFilled("dismiss_text", texts.Field(confirm.DismissText));
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
