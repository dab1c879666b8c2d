using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;
using Pharos.Server.HttpClients;


namespace Pharos.Server.Notifying.Telegram;

/// <summary>An item of <c>telegram_configs</c>.</summary>
sealed record TelegramConfig : IntegrationConfig
{
    public required string ApiUrl { get; init; }

    public required Secret BotToken { get; init; }

    /// <summary>Whole number, by a secret because it may stand in a file.</summary>
    public required Secret ChatId { get; init; }

    /// <summary>Thread of a forum; 0: none.</summary>
    public int MessageThreadId { get; init; }

    public required HttpClientConfig Http { get; init; }

    public string Message { get; init; } = "";

    /// <summary>With <c>HTML</c> the message is rendered as HTML, each value escaped.</summary>
    public string ParseMode { get; init; } = "HTML";

    public bool DisableNotifications { get; init; }

    public static TelegramConfig Read(YamlSection section, GlobalReceiverConfig global)
    {
        var token = ReceiverReading.SecretOrFile(section, "bot_token", "bot_token_file") ?? global.TelegramBotToken;
        var chat = section.Text("chat_id") is "0" ? section.SecretFile("chat_id_file") : ReceiverReading.SecretOrFile(section, "chat_id", "chat_id_file");
        if (token is null && !section.IsBroken) section.Error("bot_token is missing, and global has no telegram_bot_token; write one of them");
        if (chat is null && !section.IsBroken) section.Error("chat_id is missing; write the number of the chat, or chat_id_file");
        if (chat is { Path: null } && ReceiverReading.Unable(chat) is null && !long.TryParse(chat.Read(), out _)) section.Error("chat_id", "is no whole number; write the chat's number, such as -100123");
        var config = new TelegramConfig
        {
            SendResolved = section.Bool("send_resolved", true),
            Unable = ReceiverReading.Unable(token, chat),
            ApiUrl = ReceiverReading.Url(section, "api_url")?.ToString() ?? global.TelegramApiUrl,
            BotToken = token ?? Secret.Unavailable("no bot_token"),
            ChatId = chat ?? Secret.Unavailable("no chat_id"),
            MessageThreadId = (int)section.Integer("message_thread_id", 0, 0, int.MaxValue),
            Http = ReceiverReading.Http(section, global),
            Message = section.Text("message", "{{ template \"telegram.default.message\" . }}"),
            ParseMode = section.Has("parse_mode") && section.Text("parse_mode") == "" ? "" : section.OneOf("parse_mode", "HTML", "Markdown", "MarkdownV2") ?? "HTML",
            DisableNotifications = section.Bool("disable_notifications"),
        };
        section.Close();
        return config;
    }
}
