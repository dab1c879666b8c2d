using Pharos.Server.Alerting.Notifiers.Webhook;
using Pharos.Server.Config.Yaml;

namespace Pharos.Server.Alerting.Notifiers;

/// <summary>One kind of notifier: how its part of a receiver is read, and how it is made.</summary>
/// <param name="Name">As shown, <c>slack</c>; its key in a receiver is the name followed by <c>_configs</c>.</param>
/// <param name="Read">Reads and closes one item of the list; every fault is told through the section.</param>
sealed record NotifierKind(string Name, Func<YamlSection, GlobalReceiverConfig, IntegrationConfig> Read, Func<IntegrationConfig, NotifierServices, INotifier> Create)
{
    public string Key => $"{Name}_configs";
}

/// <summary>All kinds of notifiers, one line each. A new kind is one folder and one line here.</summary>
static class NotifierCatalogue
{
    public static readonly IReadOnlyList<NotifierKind> All =
    [
        new("webhook", WebhookReader.Read, (config, services) => new WebhookNotifier((WebhookConfig)config, services.Time)),
    ];
}
