using Pharos.Model.Labels;
using Pharos.Query.GoTemplate;

namespace Pharos.Server.Notifying.Templates;

/// <summary>Notifications of the kinds that templates meet in use, to try them on before they are needed.</summary>
static class SampleNotifications
{
    static readonly DateTimeOffset Now = new(2026, 1, 31, 15, 0, 0, TimeSpan.Zero);

    static readonly NotifiedAlert Firing = Alert("web-1", isFiring: true);
    static readonly NotifiedAlert Resolved = Alert("web-2", isFiring: false);

    /// <summary>Each with the words that name it.</summary>
    static readonly IReadOnlyList<(string Words, Notification Notification)> All =
    [
        ("an alert that fires", Of(Firing)),
        ("a resolved alert", Of(Resolved)),
        ("several alerts", Of(Firing, Alert("web-3", isFiring: true), Resolved)),
        ("an alert that has none of the labels and annotations", Of(new NotifiedAlert(LabelSet.Empty, LabelSet.Empty, Now.AddMinutes(-5), null, "", "0000000000000000"))),
    ];

    /// <summary>The first sample that a template fails with, and how; null: it can be rendered with all.</summary>
    public static (string Sample, TemplateExecutionException Error)? Failure(NotificationTemplates templates, string template, bool isHtml)
    {
        if (!template.Contains("{{", StringComparison.Ordinal)) return null;
        foreach (var (words, notification) in All)
        {
            try
            {
                var texts = templates.For(notification);
                _ = isHtml ? texts.Html(template) : texts.Text(template);
            }
            catch (TemplateExecutionException error)
            {
                return (words, error);
            }
        }
        return null;
    }

    static NotifiedAlert Alert(string instance, bool isFiring)
    {
        var labels = LabelSet.From(("alertname", "DiskFull"), ("instance", instance), ("job", "node"), ("severity", "critical"));
        var annotations = LabelSet.From(("summary", $"The disk of {instance} is full"), ("description", "95 % are in use"), ("runbook_url", "http://example.org/runbook"));
        return new(labels, annotations, Now.AddMinutes(-5), isFiring ? null : Now, "http://example.org/graph", AlertFingerprint.Text(AlertFingerprint.Of(labels)));
    }

    static Notification Of(params IReadOnlyList<NotifiedAlert> alerts) => new()
    {
        Receiver = "sample",
        Integration = "sample",
        Index = 0,
        GroupKey = "{}:{}",
        GroupLabels = LabelSet.From(alerts[0].Labels.Where(label => label.Name == "alertname")),
        Alerts = alerts,
        ExternalUrl = "http://example.org",
        Reason = NotifyReason.FirstNotification,
        RepeatInterval = TimeSpan.FromHours(4),
        Now = Now,
    };
}
