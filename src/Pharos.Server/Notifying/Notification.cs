using System.Globalization;
using Pharos.Model.Labels;

namespace Pharos.Server.Notifying;

/// <summary>What one integration of a receiver has to tell about one group of alerts.</summary>
sealed record Notification
{
    /// <summary>Name of the receiver in the configuration.</summary>
    public required string Receiver { get; init; }

    /// <summary>Kind of the integration, such as <c>slack</c>.</summary>
    public required string Integration { get; init; }

    /// <summary>Which one of its kind in the receiver, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>Tells the group from all others, also after a restart: <c>{}/{team="a"}:{alertname="X"}</c>. Services deduplicate by it.</summary>
    public required string GroupKey { get; init; }

    public required LabelSet GroupLabels { get; init; }

    /// <summary>The route's own <c>labels</c>: templates, still as written.</summary>
    public LabelSet RouteLabels { get; init; } = LabelSet.Empty;

    /// <summary>Firing and resolved ones, sorted by job, instance, then all labels. Resolved ones are left out already where <c>send_resolved</c> is off. Never empty.</summary>
    public required IReadOnlyList<NotifiedAlert> Alerts { get; init; }

    /// <summary>Where people reach this server; without a slash at the end.</summary>
    public required string ExternalUrl { get; init; }

    public required NotifyReason Reason { get; init; }

    public required TimeSpan RepeatInterval { get; init; }

    public required DateTimeOffset Now { get; init; }

    /// <summary>What the notifier gave as <see cref="NotifyResult.State"/> when it last notified of this group; "" at first, and anew after all was resolved.</summary>
    public string State { get; init; } = "";

    /// <summary>The receiver's name as receivers are shown it: a pattern that matches just this name, <c>team\.db</c>.</summary>
    public string QuotedReceiver => string.Concat(Receiver.Select(c => "\\.+*?()|[]{}^$".Contains(c, StringComparison.Ordinal) ? $"\\{c}" : c.ToString()));

    public bool IsFiring => Alerts.Any(alert => alert.IsFiring);

    /// <summary>What it is about in one line, made without any template.</summary>
    public string Subject => string.Create(
        CultureInfo.InvariantCulture,
        $"[{(IsFiring ? "FIRING" : "RESOLVED")}] {string.Join(' ', GroupLabels.Select(label => label.Value))} ({Alerts.Count} alerts)");
}

/// <summary>One alert of a notification, as it stood when the group was looked at.</summary>
/// <param name="EndsAt">Null while it fires.</param>
/// <param name="Fingerprint">16 hexadecimal digits over the labels, the same that Prometheus and Alertmanager compute.</param>
sealed record NotifiedAlert(LabelSet Labels, LabelSet Annotations, DateTimeOffset StartsAt, DateTimeOffset? EndsAt, string GeneratorUrl, string Fingerprint)
{
    public bool IsFiring => EndsAt is null;
}

/// <summary>Why a group notifies now.</summary>
enum NotifyReason
{
    /// <summary>Nothing was sent of this group since it was last wholly resolved.</summary>
    FirstNotification,
    NewAlertsInGroup,
    NewResolvedAlerts,
    AllAlertsResolved,
    RepeatIntervalElapsed,

    /// <summary>A person or a client asked for a proof of the way.</summary>
    Test,
    Drill,
}

static class NotifyReasonText
{
    /// <summary>The words that templates and the ledger show.</summary>
    public static string Words(this NotifyReason reason) => reason switch
    {
        NotifyReason.FirstNotification => "first notification",
        NotifyReason.NewAlertsInGroup => "new alerts added",
        NotifyReason.NewResolvedAlerts => "some alerts resolved",
        NotifyReason.AllAlertsResolved => "all alerts resolved",
        NotifyReason.RepeatIntervalElapsed => "repeat interval elapsed",
        NotifyReason.Drill => "fire drill",
        _ => "test",
    };
}
