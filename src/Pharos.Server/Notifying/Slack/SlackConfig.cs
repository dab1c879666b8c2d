using Pharos.Server.Config;
using Pharos.Server.HttpClients;


namespace Pharos.Server.Notifying.Slack;

/// <summary>An item of <c>slack_configs</c>. All texts are templates.</summary>
sealed record SlackConfig : IntegrationConfig
{
    /// <summary>A webhook's address; null when a bot's token is used.</summary>
    public Secret? ApiUrl { get; init; }

    public Secret? AppToken { get; init; }

    /// <summary>Where messages of a bot are posted.</summary>
    public string AppUrl { get; init; } = "";

    public required HttpClientConfig Http { get; init; }

    public string Channel { get; init; } = "";

    /// <summary>Text of the message itself, in front of the attachment.</summary>
    public string MessageText { get; init; } = "";

    public string Username { get; init; } = "";

    public string Color { get; init; } = "";

    public string Title { get; init; } = "";

    public string TitleLink { get; init; } = "";

    public string Pretext { get; init; } = "";

    public string Text { get; init; } = "";

    public IReadOnlyList<SlackField> Fields { get; init; } = [];

    public bool ShortFields { get; init; }

    public string Footer { get; init; } = "";

    public string Fallback { get; init; } = "";

    public string CallbackId { get; init; } = "";

    public string IconEmoji { get; init; } = "";

    public string IconUrl { get; init; } = "";

    public string ImageUrl { get; init; } = "";

    public string ThumbUrl { get; init; } = "";

    public bool LinkNames { get; init; }

    public IReadOnlyList<string> MrkdwnIn { get; init; } = [];

    public IReadOnlyList<SlackAction> Actions { get; init; } = [];

    /// <summary>Replace the message of a group instead of posting another. Needs a bot: webhooks cannot.</summary>
    public bool UpdateMessage { get; init; }

    public TimeSpan? Timeout { get; init; }
}

/// <param name="Short">Null: as <see cref="SlackConfig.ShortFields"/> says.</param>
sealed record SlackField(string Title, string Value, bool? Short);

sealed record SlackAction(string Type, string Text, string Url, string Style, string Name, string Value, SlackConfirmation? Confirm);

sealed record SlackConfirmation(string Title, string Text, string OkText, string DismissText);
