using Pharos.AspNetCore.Settings;

namespace Pharos.AspNetCore.CriticalAlerts;

/// <summary>Where alerts from code go: section <c>Pharos:CriticalAlerts</c>. A destination without its address or key is off.</summary>
public sealed class CriticalAlertOptions
{
    /// <summary>Alertmanager or Pharos, such as <c>http://localhost:9093</c>; its routes decide who is told.</summary>
    public Uri? AlertmanagerUrl { get; set; }

    /// <summary>How long an alert stays firing there, from 1 second to 1 day.</summary>
    public TimeSpan ActiveFor { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>An incoming webhook of Slack. A secret.</summary>
    public Uri? SlackWebhookUrl { get; set; }

    /// <summary>The channel, where the webhook lets one choose.</summary>
    public string SlackChannel { get; set; } = "#alerts";

    /// <summary>Channels of single severities instead of <see cref="SlackChannel"/>.</summary>
    public IDictionary<AlertSeverity, string> SlackChannels { get; } = new Dictionary<AlertSeverity, string>();

    /// <summary>The name under which messages appear.</summary>
    public string SlackUserName { get; set; } = "Pharos";

    /// <summary>The environments from which Slack is told; empty: all.</summary>
    public ISet<string> SlackEnvironments { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Integration key of a PagerDuty service (Events API v2). A secret.</summary>
    public string? PagerDutyRoutingKey { get; set; }

    /// <summary>Where PagerDuty takes events.</summary>
    public Uri PagerDutyUrl { get; set; } = new("https://events.pagerduty.com/v2/enqueue");

    /// <summary>The environments from which PagerDuty is told; empty: all. Production unless set.</summary>
    public ISet<string> PagerDutyEnvironments { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Lesser severities page nobody.</summary>
    public AlertSeverity PagerDutyMinSeverity { get; set; } = AlertSeverity.Error;

    /// <summary>How long the same title with the same severity is held back after it went out; zero: never.</summary>
    public TimeSpan RepeatAfter { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Most alerts in a minute, whatever their titles, 1 to 1 000.</summary>
    public int MaxPerMinute { get; set; } = 10;

    internal void Read(SettingsSection section)
    {
        AlertmanagerUrl = section.Url(nameof(AlertmanagerUrl), AlertmanagerUrl);
        ActiveFor = section.Duration(nameof(ActiveFor), ActiveFor, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        SlackWebhookUrl = SecretUrl(section, nameof(SlackWebhookUrl));
        SlackChannel = section.Text(nameof(SlackChannel), SlackChannel);
        SlackUserName = section.Text(nameof(SlackUserName), SlackUserName);
        foreach (var (name, channel) in section.Pairs(nameof(SlackChannels)))
        {
            if (Enum.TryParse<AlertSeverity>(name, ignoreCase: true, out var severity) && Enum.IsDefined(severity)) SlackChannels[severity] = channel;
            else section.Fault($"{nameof(SlackChannels)}:{name}", channel, $"name one of {string.Join(", ", Enum.GetNames<AlertSeverity>())}");
        }
        foreach (var environment in section.Texts(nameof(SlackEnvironments)) ?? []) SlackEnvironments.Add(environment);
        PagerDutyRoutingKey = section.OptionalText(nameof(PagerDutyRoutingKey), PagerDutyRoutingKey);
        PagerDutyUrl = section.Url(nameof(PagerDutyUrl), PagerDutyUrl)!;
        foreach (var environment in section.Texts(nameof(PagerDutyEnvironments)) ?? ["production"]) PagerDutyEnvironments.Add(environment);
        PagerDutyMinSeverity = section.Choice(nameof(PagerDutyMinSeverity), PagerDutyMinSeverity);
        RepeatAfter = section.Duration(nameof(RepeatAfter), RepeatAfter, TimeSpan.Zero, TimeSpan.FromDays(1));
        MaxPerMinute = section.Number(nameof(MaxPerMinute), MaxPerMinute, 1, 1_000);
    }

    /// <summary>As <see cref="SettingsSection.Url"/>, but a malformed one is not shown: a part of it may be the secret.</summary>
    static Uri? SecretUrl(SettingsSection section, string key)
    {
        if (section.OptionalText(key, null) is not { } text) return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https") return url;
        section.Fault(key, "(not shown: it is a secret)", "write an address such as https://hooks.slack.com/services/...");
        return null;
    }
}
