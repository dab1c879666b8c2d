using System.Globalization;
using Pharos.Server.Doors;

namespace Pharos.Server.Notifying.Ntfy;

/// <summary>Publishes a message to a topic of an ntfy server.</summary>
/// <remarks>
/// <para>Limit: 4096 bytes of message, above which the server would make a file of it.</para>
/// <para>Source: docs.ntfy.sh/publish, "Publish as JSON", "Message priority", "Access tokens", "Limitations".</para>
/// </remarks>
sealed class NtfyNotifier(NtfyConfig config, NotifierServices services) : INotifier, IDisposable
{
    const int MaxMessageBytes = 4096;
    const int MaxTitle = 250;

    static readonly string[] PriorityNames = ["min", "low", "default", "high", "max"];

    readonly ServiceClient client = new("ntfy", config.Http, services);

    public ValueTask<NotifyResult> NotifyAsync(Notification notification, CancellationToken cancellation) => client.TryAsync(
        notification,
        async (texts, inTime) =>
        {
            var topic = texts.Needed(config.Topic.Read()).Trim();
            var answer = await client.PostJsonAsync(
                config.Url,
                json =>
                {
                    json.WriteString("topic", topic);
                    json.WriteFilled("title", Shortened.ToRunes(texts.Field(config.Title, "ntfy.default.title").Trim(), MaxTitle));
                    json.WriteFilled("message", texts.Body(config.Message, "ntfy.default.message", (text, max) => Shortened.ToBytes(text.Trim(), max), MaxMessageBytes));
                    if (PriorityOf(texts.Field(config.Priority, "ntfy.default.priority").Trim()) is { } priority) json.WriteNumber("priority", priority);
                    var tags = texts.Field(config.Tags, "ntfy.default.tags").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
                    if (tags.Length > 0) json.WriteTexts("tags", tags);
                    json.WriteFilled("click", texts.Field(config.Click, "ntfy.default.click").Trim());
                    json.WriteFilled("icon", texts.Field(config.Icon).Trim());
                    if (config.Markdown) json.WriteBoolean("markdown", true);
                },
                inTime);
            return client.Judge(answer, secrets: topic);
        },
        cancellation);

    public void Dispose() => client.Dispose();

    /// <summary>Null for what is no priority: then the server uses its default, instead of refusing an alert.</summary>
    static int? PriorityOf(string text)
    {
        if (int.TryParse(text, CultureInfo.InvariantCulture, out var number)) return Math.Clamp(number, 1, PriorityNames.Length);
        var index = Array.IndexOf(PriorityNames, text.ToLowerInvariant() is "urgent" ? "max" : text.ToLowerInvariant());
        return index < 0 ? null : index + 1;
    }
}
