using Pharos.Server.Notifying;


namespace Pharos.Server.Alerting.Dispatch;

/// <summary>Decides whether a group has news for one integration: a function of what it was told, what is true, and the time.</summary>
/// <remarks>Source: Alertmanager's notification log semantics (facts), and the rule that whatever was told to fire is told to be resolved.</remarks>
static class NotifyDecision
{
    /// <summary>Why to notify now; null: nothing new.</summary>
    /// <param name="told">What it was told before; null: nothing yet.</param>
    public static NotifyReason? Decide(NotifyLogEntry? told, IReadOnlySet<ulong> firing, IReadOnlySet<ulong> resolved, bool sendResolved, long repeatMs, long nowMs)
    {
        if (told is null) return firing.Count > 0 ? NotifyReason.FirstNotification : null;
        if (!firing.IsSubsetOf(told.Firing)) return told.Firing.Count == 0 ? NotifyReason.FirstNotification : NotifyReason.NewAlertsInGroup;
        if (firing.Count == 0)
        {
            // Also told where resolved alerts are not wanted: nothing is sent then, but the log forgets that they fired.
            return told.Firing.Count > 0 || told.Owed.Overlaps(resolved) ? NotifyReason.AllAlertsResolved : null;
        }
        if (sendResolved && !resolved.IsSubsetOf(told.Resolved)) return NotifyReason.NewResolvedAlerts;
        return told.AtMs < nowMs - repeatMs ? NotifyReason.RepeatIntervalElapsed : null;
    }

    /// <summary>What the log holds after this was told.</summary>
    public static NotifyLogEntry After(NotifyLogEntry? told, Notice notice, string? state, long nowMs)
    {
        var owed = new HashSet<ulong>();
        if (notice.SendResolved)
        {
            if (told is not null) owed.UnionWith(told.Owed);
            owed.UnionWith(notice.Firing);
            owed.ExceptWith(notice.Resolved);
        }
        var keeps = notice.Reason == NotifyReason.FirstNotification ? "" : told?.State ?? "";
        var expires = nowMs + Math.Min(2 * notice.RepeatMs, NotifyLogRetentionMs);
        return new(nowMs, notice.Firing, notice.Resolved, owed, state ?? keeps, expires, notice.GroupLabels);
    }

    /// <summary>As long as Alertmanager keeps its log.</summary>
    const long NotifyLogRetentionMs = 120L * 3_600_000;
}
