namespace Pharos.Server.Notifying.Discord;

/// <summary>Posts a message with one embed to a channel's webhook.</summary>
/// <remarks>Limits: content 2000, title 256, description 4096 characters. Source: discord.com/developers, Execute Webhook; Embed limits.</remarks>
sealed class DiscordNotifier(DiscordConfig config, NotifierServices services) : INotifier, IDisposable
{
    const int MaxContent = 2000;
    const int MaxTitle = 256;
    const int MaxDescription = 4096;
    const int Red = 0x992D22;
    const int Green = 0x2ECC71;

    readonly ServiceClient client = new("discord", config.Http, services);

    public ValueTask<NotifyResult> NotifyAsync(Notification notification, CancellationToken cancellation) => client.TryAsync(
        notification,
        async (texts, inTime) =>
        {
            var url = config.WebhookUrl.Read().Trim();
            var answer = await client.PostJsonAsync(
                url,
                json =>
                {
                    json.WriteString("content", Shortened.ToRunes(texts.Field(config.Content, "discord.default.content"), MaxContent));
                    json.WriteStartArray("embeds");
                    json.WriteStartObject();
                    json.WriteString("title", Shortened.ToRunes(texts.Field(config.Title, "discord.default.title"), MaxTitle));
                    json.WriteString("description", texts.Body(config.Message, "discord.default.message", Shortened.ToRunes, MaxDescription));
                    json.WriteNumber("color", notification.IsFiring ? Red : Green);
                    json.WriteEndObject();
                    json.WriteEndArray();
                    json.WriteFilled("username", texts.Field(config.Username));
                    if (ReceiverReading.IsHttp(texts.Field(config.AvatarUrl))) json.WriteString("avatar_url", texts.Field(config.AvatarUrl)); // Discord refuses the message for a bad one.
                },
                inTime);
            return client.Judge(answer, secrets: url);
        },
        cancellation);

    public void Dispose() => client.Dispose();
}
