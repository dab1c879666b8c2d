using Pharos.Server.Config;
using Pharos.Server.HttpClients;


namespace Pharos.Server.Notifying.Mattermost;

/// <summary>An item of <c>mattermost_configs</c>. All texts are templates.</summary>
sealed record MattermostConfig : IntegrationConfig
{
    public required Secret WebhookUrl { get; init; }

    public required HttpClientConfig Http { get; init; }

    public string Channel { get; init; } = "";

    public string Username { get; init; } = "";

    public string IconUrl { get; init; } = "";

    public string IconEmoji { get; init; } = "";

    /// <summary>What the keys beside <c>channel</c> describe: the message itself when <see cref="Attachments"/> are given, else its only attachment.</summary>
    public required MattermostAttachment Main { get; init; }

    public IReadOnlyList<MattermostAttachment> Attachments { get; init; } = [];

    /// <summary>A type of post, such as <c>custom_x</c>, for plugins.</summary>
    public string Type { get; init; } = "";

    /// <summary>Text behind the information icon of the post.</summary>
    public string Card { get; init; } = "";

    /// <summary>Null: none is sent.</summary>
    public MattermostPriority? Priority { get; init; }
}

sealed record MattermostAttachment
{
    public string Fallback { get; init; } = "";

    public string Color { get; init; } = "";

    public string Pretext { get; init; } = "";

    public string Text { get; init; } = "";

    public string AuthorName { get; init; } = "";

    public string AuthorLink { get; init; } = "";

    public string AuthorIcon { get; init; } = "";

    public string Title { get; init; } = "";

    public string TitleLink { get; init; } = "";

    public IReadOnlyList<MattermostField> Fields { get; init; } = [];

    public string ThumbUrl { get; init; } = "";

    public string Footer { get; init; } = "";

    public string FooterIcon { get; init; } = "";

    public string ImageUrl { get; init; } = "";
}

/// <param name="Short">Null: left out.</param>
sealed record MattermostField(string Title, string Value, bool? Short);

/// <param name="Level"><c>urgent</c>, <c>important</c> or <c>standard</c>; a template.</param>
/// <param name="RequestedAck">Readers are asked to acknowledge; not with <c>standard</c>.</param>
/// <param name="PersistentNotifications">Repeated until acknowledged; only with <c>urgent</c>.</param>
sealed record MattermostPriority(string Level, bool RequestedAck, bool PersistentNotifications);
