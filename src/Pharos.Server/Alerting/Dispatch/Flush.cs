using Pharos.Model.Labels;
using Pharos.Server.Notifying;

namespace Pharos.Server.Alerting.Dispatch;

/// <summary>One look at one group: what is true of its alerts at that moment, and what each integration shall be told.</summary>
/// <param name="Alerts">Sorted as they are shown.</param>
/// <param name="Holds">Alerts that are not told, with the reason.</param>
sealed record Flush(AlertGroup Group, long NowMs, IReadOnlyList<FlushedAlert> Alerts, IReadOnlyDictionary<ulong, Hold> Holds, IReadOnlyList<Notice> Notices)
{
    /// <summary>What must be sent, or only written down.</summary>
    public IEnumerable<Notice> News => Notices.Where(notice => notice.Reason is not null);
}

/// <remarks>No structure: for lists of objects the runtime has its code ready, for lists of each other structure it compiles a hundred methods at the first notification.</remarks>
sealed record FlushedAlert(KnownAlert Known, bool IsResolved);

enum HoldKind
{
    Inhibited,
    Silenced,

    /// <summary>The route is muted at this time, or not active.</summary>
    Muted,
}

/// <param name="By">Fingerprints of inhibiting alerts, ids of silences, or names of intervals.</param>
sealed record Hold(HoldKind Kind, IReadOnlyList<string> By);

/// <summary>What one integration shall be told about one group.</summary>
sealed record Notice
{
    public required NotifyLogKey Key { get; init; }

    public required ReceiverIntegration Integration { get; init; }

    public required LabelSet GroupLabels { get; init; }

    /// <summary>Null: there is no news for it.</summary>
    public required NotifyReason? Reason { get; init; }

    public required bool SendResolved { get; init; }

    public required long RepeatMs { get; init; }

    /// <summary>Fingerprints of the alerts that it may know to fire, and to be resolved.</summary>
    public required IReadOnlySet<ulong> Firing { get; init; }

    public required IReadOnlySet<ulong> Resolved { get; init; }

    /// <summary>What is sent. Empty: nothing is, and only the log takes it, since the receiver wants no resolved alerts.</summary>
    public required IReadOnlyList<FlushedAlert> Alerts { get; init; }

    /// <summary>The notifier's state from the last notification.</summary>
    public required string State { get; init; }
}
