using Pharos.Server.Config;
using Pharos.Server.Notifying.Templates;

namespace Pharos.Server.Notifying;

/// <summary>Who can be told of alerts, and in which words.</summary>
sealed record NotifyingConfig : ISettings<NotifyingConfig>
{
    public static NotifyingConfig Default { get; } = new();

    public IReadOnlyList<ReceiverConfig> Receivers { get; init; } = [];

    /// <summary>What texts of receivers may call: the defaults, and the files of <c>templates</c> in order; later definitions replace earlier ones.</summary>
    public NotificationTemplates Templates { get; init; } = NotificationTemplates.Default;
}
