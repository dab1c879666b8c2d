using System.Text.Json;
using Pharos.Server.Notifying.Templates;

namespace Pharos.Server.Notifying.Msteams;

/// <summary>Posts a card to a channel of Microsoft Teams: a connector card, or an adaptive card for workflows.</summary>
/// <remarks>
/// <para>Limit: 28 kB a message; longer texts are cut to leave room for the rest.</para>
/// <para>Source: learn.microsoft.com, "Create and send messages" (actionable message cards, adaptive cards by webhook).</para>
/// </remarks>
sealed class MsteamsNotifier(MsteamsConfig config, NotifierServices services) : INotifier, IDisposable
{
    const int MaxTextBytes = 24_000;

    readonly ServiceClient client = new("msteams", config.Http, services);

    public ValueTask<NotifyResult> NotifyAsync(Notification notification, CancellationToken cancellation) => client.TryAsync(
        notification,
        async (texts, inTime) =>
        {
            var url = config.WebhookUrl.Read().Trim();
            var answer = await client.PostJsonAsync(url, json => Write(json, notification, texts), inTime);
            // Connectors answer 200 and tell in the text that the channel limits the rate.
            return answer.IsSuccess && answer.Body.Contains("HTTP error 429", StringComparison.Ordinal)
                ? NotifyResult.Retry(ServiceClient.Told("msteams limits the rate", answer.Body, url), answer.RetryAfter, 429)
                : client.Judge(answer, secrets: url);
        },
        cancellation);

    public void Dispose() => client.Dispose();

    void Write(Utf8JsonWriter json, Notification notification, NotificationTexts texts)
    {
        var defaults = config.IsWorkflow ? "msteamsv2.default" : "msteams.default";
        var title = texts.Field(config.Title, $"{defaults}.title");
        var text = texts.Body(config.Text, $"{defaults}.text", Shortened.ToBytes, MaxTextBytes);
        if (config.IsWorkflow) WriteAdaptive(json, notification, title, text);
        else WriteConnector(json, notification, title, texts.Field(config.Summary, "msteams.default.summary"), text);
    }

    static void WriteConnector(Utf8JsonWriter json, Notification notification, string title, string summary, string text)
    {
        json.WriteString("@context", "http://schema.org/extensions");
        json.WriteString("type", "MessageCard");
        json.WriteString("title", title);
        json.WriteString("summary", summary);
        json.WriteString("text", text);
        json.WriteString("themeColor", notification.IsFiring ? "8C1A1A" : "2DC72D");
    }

    static void WriteAdaptive(Utf8JsonWriter json, Notification notification, string title, string text)
    {
        json.WriteString("type", "message");
        json.WriteStartArray("attachments");
        json.WriteStartObject();
        json.WriteString("contentType", "application/vnd.microsoft.card.adaptive");
        json.WriteNull("contentUrl");
        json.WriteStartObject("content");
        json.WriteString("$schema", "http://adaptivecards.io/schemas/adaptive-card.json");
        json.WriteString("type", "AdaptiveCard");
        json.WriteString("version", "1.2");
        json.WriteStartArray("body");
        json.WriteStartObject();
        json.WriteString("type", "TextBlock");
        json.WriteString("text", title);
        json.WriteString("weight", "Bolder");
        json.WriteString("size", "Medium");
        json.WriteBoolean("wrap", true);
        json.WriteString("style", "heading");
        json.WriteString("color", notification.IsFiring ? "Attention" : "Good");
        json.WriteEndObject();
        json.WriteStartObject();
        json.WriteString("type", "TextBlock");
        json.WriteString("text", text);
        json.WriteBoolean("wrap", true);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartObject("msteams");
        json.WriteString("width", "full");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
    }
}
