namespace Pharos.Server.Notifying.Webex;

/// <summary>Posts a message in Markdown to a room as a bot.</summary>
/// <remarks>Limit: 7439 bytes. Source: developer.webex.com, REST API, Create a Message; "API errors" for 429 and its Retry-After.</remarks>
sealed class WebexNotifier(WebexConfig config, NotifierServices services) : INotifier, IDisposable
{
    const int MaxMessageBytes = 7439;

    readonly ServiceClient client = new("webex", config.Http, services);

    public ValueTask<NotifyResult> NotifyAsync(Notification notification, CancellationToken cancellation) => client.TryAsync(
        notification,
        async (texts, inTime) =>
        {
            var answer = await client.PostJsonAsync(
                config.ApiUrl,
                json =>
                {
                    json.WriteString("markdown", texts.Body(config.Message, "webex.default.message", Shortened.ToBytes, MaxMessageBytes));
                    json.WriteFilled("roomId", texts.Needed(config.RoomId));
                },
                inTime);
            return client.Judge(answer);
        },
        cancellation);

    public void Dispose() => client.Dispose();
}
