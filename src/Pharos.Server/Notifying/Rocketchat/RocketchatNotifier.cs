using System.Text.Json;
using Pharos.Server.Notifying.Templates;

namespace Pharos.Server.Notifying.Rocketchat;

/// <summary>Posts a message with one attachment as the user whose token is given.</summary>
/// <remarks>
/// <para>Limit: title 1024 characters. The service answers 200 also when it refuses, and tells of its rate limit in the body, too.</para>
/// <para>Source: developer.rocket.chat, REST API, Post Message; Rate Limiter.</para>
/// </remarks>
sealed class RocketchatNotifier(RocketchatConfig config, NotifierServices services) : INotifier, IDisposable
{
    const int MaxTitle = 1024;

    readonly ServiceClient client = new("rocketchat", config.Http, services);

    public ValueTask<NotifyResult> NotifyAsync(Notification notification, CancellationToken cancellation) => client.TryAsync(
        notification,
        async (texts, inTime) =>
        {
            var (token, id) = (config.Token.Read().Trim(), config.TokenId.Read().Trim());
            var url = $"{config.ApiUrl.TrimEnd('/')}/api/v1/chat.postMessage";
            var answer = await client.PostJsonAsync(url, json => Write(json, texts), inTime, ("X-Auth-Token", token), ("X-User-Id", id));
            if (!answer.IsSuccess || JsonFields.Member(answer.Body, "success") is "True") return client.Judge(answer, secrets: [token, id]);
            var error = JsonFields.Member(answer.Body, "error");
            var reason = ServiceClient.Told("rocketchat refused", error ?? answer.Body, token, id);
            if (error is null) return NotifyResult.Retry(reason, answer.RetryAfter, answer.Status); // Something else than the service answered.
            return error.Contains("error-too-many-requests", StringComparison.Ordinal) ? NotifyResult.Retry(reason, answer.RetryAfter, 429) : NotifyResult.Failed(reason, answer.Status);
        },
        cancellation);

    public void Dispose() => client.Dispose();

    void Write(Utf8JsonWriter json, NotificationTexts texts)
    {
        json.WriteFilled("channel", texts.Needed(config.Channel));
        json.WriteFilled("emoji", texts.Field(config.Emoji));
        json.WriteFilled("avatar", texts.Field(config.IconUrl));
        json.WriteStartArray("attachments");
        json.WriteStartObject();
        json.WriteFilled("title", Shortened.ToRunes(texts.Field(config.Title, "rocketchat.default.title"), MaxTitle));
        json.WriteFilled("title_link", texts.Field(config.TitleLink, "rocketchat.default.titlelink"));
        json.WriteFilled("text", texts.Body(config.Text, "rocketchat.default.text"));
        json.WriteFilled("image_url", texts.Field(config.ImageUrl));
        json.WriteFilled("thumb_url", texts.Field(config.ThumbUrl));
        json.WriteFilled("color", texts.Field(config.Color));
        WriteFields(json, texts);
        WriteActions(json, texts);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    void WriteFields(Utf8JsonWriter json, NotificationTexts texts)
    {
        if (config.Fields.Count == 0) return;
        json.WriteStartArray("fields");
        foreach (var field in config.Fields.Where(field => texts.Renders("fields", field.Title, field.Value)))
        {
            json.WriteStartObject();
            json.WriteBoolean("short", field.Short ?? config.ShortFields);
            json.WriteFilled("title", texts.Field(field.Title));
            json.WriteFilled("value", texts.Field(field.Value));
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    void WriteActions(Utf8JsonWriter json, NotificationTexts texts)
    {
        if (config.Actions.Count == 0) return;
        json.WriteStartArray("actions");
        foreach (var action in config.Actions.Where(action => texts.Renders("actions", action.Text, action.Url, action.Message)))
        {
            json.WriteStartObject();
            json.WriteString("type", "button"); // The service knows no other kind.
            json.WriteFilled("text", texts.Field(action.Text));
            json.WriteFilled("url", texts.Field(action.Url));
            json.WriteFilled("msg", texts.Field(action.Message));
            json.WriteBoolean("is_webview", false);
            json.WriteBoolean("msg_in_chat_window", false);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
