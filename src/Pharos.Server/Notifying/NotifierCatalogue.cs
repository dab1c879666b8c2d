using Pharos.Server.Config.Yaml;
using Pharos.Server.Notifying.Discord;
using Pharos.Server.Notifying.Email;
using Pharos.Server.Notifying.Incidentio;
using Pharos.Server.Notifying.Jira;
using Pharos.Server.Notifying.Mattermost;
using Pharos.Server.Notifying.Msteams;
using Pharos.Server.Notifying.Ntfy;
using Pharos.Server.Notifying.Opsgenie;
using Pharos.Server.Notifying.Pagerduty;
using Pharos.Server.Notifying.Pushover;
using Pharos.Server.Notifying.Rocketchat;
using Pharos.Server.Notifying.Slack;
using Pharos.Server.Notifying.Sns;
using Pharos.Server.Notifying.Telegram;
using Pharos.Server.Notifying.Victorops;
using Pharos.Server.Notifying.Webex;
using Pharos.Server.Notifying.Webhook;
using Pharos.Server.Notifying.Wechat;


namespace Pharos.Server.Notifying;

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
        Kind<WebhookConfig>("webhook", WebhookConfig.Read, (config, services) => new WebhookNotifier(config, services)),
        Kind<EmailConfig>("email", EmailReader.Read, (config, services) => new EmailNotifier(config, services)),
        Kind<SlackConfig>("slack", SlackReader.Read, (config, services) => new SlackNotifier(config, services)),
        Kind<PagerdutyConfig>("pagerduty", PagerdutyConfig.Read, (config, services) => new PagerdutyNotifier(config, services)),
        Kind<OpsgenieConfig>("opsgenie", OpsgenieConfig.Read, (config, services) => new OpsgenieNotifier(config, services)),
        Kind<DiscordConfig>("discord", DiscordConfig.Read, (config, services) => new DiscordNotifier(config, services)),
        Kind<TelegramConfig>("telegram", TelegramConfig.Read, (config, services) => new TelegramNotifier(config, services)),
        Kind<MsteamsConfig>("msteams", MsteamsConfig.ReadConnector, (config, services) => new MsteamsNotifier(config, services)),
        Kind<MsteamsConfig>("msteamsv2", MsteamsConfig.ReadWorkflow, (config, services) => new MsteamsNotifier(config, services)),
        Kind<VictoropsConfig>("victorops", VictoropsConfig.Read, (config, services) => new VictoropsNotifier(config, services)),
        Kind<PushoverConfig>("pushover", PushoverConfig.Read, (config, services) => new PushoverNotifier(config, services)),
        Kind<WebexConfig>("webex", WebexConfig.Read, (config, services) => new WebexNotifier(config, services)),
        Kind<SnsConfig>("sns", SnsConfig.Read, (config, services) => new SnsNotifier(config, services)),
        Kind<WechatConfig>("wechat", WechatConfig.Read, (config, services) => new WechatNotifier(config, services)),
        Kind<JiraConfig>("jira", JiraReader.Read, (config, services) => new JiraNotifier(config, services)),
        Kind<MattermostConfig>("mattermost", MattermostReader.Read, (config, services) => new MattermostNotifier(config, services)),
        Kind<RocketchatConfig>("rocketchat", RocketchatConfig.Read, (config, services) => new RocketchatNotifier(config, services)),
        Kind<IncidentioConfig>("incidentio", IncidentioConfig.Read, (config, services) => new IncidentioNotifier(config, services)),
        Kind<NtfyConfig>("ntfy", NtfyConfig.Read, (config, services) => new NtfyNotifier(config, services)),
    ];

    static NotifierKind Kind<TConfig>(string name, Func<YamlSection, GlobalReceiverConfig, TConfig> read, Func<TConfig, NotifierServices, INotifier> create)
        where TConfig : IntegrationConfig => new(name, read, (config, services) => create((TConfig)config, services));
}
