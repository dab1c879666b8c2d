using System.Globalization;

namespace Pharos.Server.Notifying.Telegram;

/// <summary>Sends a message to a chat as a bot.</summary>
/// <remarks>Limit: 4096 characters. Source: core.telegram.org/bots/api, sendMessage and ResponseParameters.</remarks>
sealed class TelegramNotifier(TelegramConfig config, NotifierServices services) : INotifier, IDisposable
{
    const int MaxText = 4096;

    readonly ServiceClient client = new("telegram", config.Http, services);

    public ValueTask<NotifyResult> NotifyAsync(Notification notification, CancellationToken cancellation) => client.TryAsync(
        notification,
        async (texts, inTime) =>
        {
            var token = config.BotToken.Read().Trim();
            const string otherwise = "telegram.default.message";
            var isHtml = config.ParseMode == "HTML";
            var text = isHtml ? texts.HtmlBody(config.Message, otherwise, Shortened.ToRunes, MaxText) : texts.Body(config.Message, otherwise, Shortened.ToRunes, MaxText);
            // The texts that stand in are no Markdown, and Telegram refuses what is not well formed.
            var mode = isHtml || texts.Faults.Count == 0 ? config.ParseMode : "";
            var answer = await client.PostJsonAsync(
                $"{config.ApiUrl.TrimEnd('/')}/bot{token}/sendMessage",
                json =>
                {
                    json.WriteString("chat_id", config.ChatId.Read().Trim());
                    json.WriteString("text", text);
                    json.WriteFilled("parse_mode", mode);
                    json.WriteString("disable_web_page_preview", "true");
                    if (config.DisableNotifications) json.WriteString("disable_notification", "true");
                    if (config.MessageThreadId != 0) json.WriteString("message_thread_id", config.MessageThreadId.ToString(CultureInfo.InvariantCulture));
                },
                inTime);
            var result = client.Judge(answer, secrets: token);
            return result.Outcome == NotifyOutcome.Retry && RetryAfter(answer.Body) is { } after ? result with { RetryAfter = after } : result;
        },
        cancellation);

    public void Dispose() => client.Dispose();

    /// <summary>Telegram tells in the body when to come again.</summary>
    static TimeSpan? RetryAfter(string body) =>
        JsonFields.Member(body, "parameters") is { } parameters && int.TryParse(JsonFields.Member(parameters, "retry_after"), CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : null;
}
