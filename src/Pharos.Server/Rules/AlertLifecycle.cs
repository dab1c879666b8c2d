namespace Pharos.Server.Rules;

/// <summary>How an alert goes from phase to phase, and when its receivers are told. Pure functions of state, sighting and time.</summary>
/// <remarks>Source: Prometheus' alerting rules; the compliance specification for alert generators.</remarks>
static class AlertLifecycle
{
    /// <summary>How long a resolved alert is remembered, and told of again and again: a receiver that was down meanwhile must learn of it.</summary>
    public static readonly TimeSpan ResolvedRetention = TimeSpan.FromMinutes(15);

    /// <summary>The alert after one evaluation; null: there is nothing to remember of it.</summary>
    /// <param name="before">Null: the alert was not known. Then it was seen.</param>
    /// <param name="seen">Null: the expression did not yield it.</param>
    public static AlertState? Next(AlertState? before, AlertSighting? seen, long nowMs, long holdMs, long keepFiringMs)
    {
        if (seen is { } sighting) return FireIfDue(Seen(before, sighting, nowMs), nowMs, holdMs);
        return before switch
        {
            null or { Phase: AlertPhase.Pending } => null,
            { Phase: AlertPhase.Inactive } => nowMs - before.ResolvedAtMs > (long)ResolvedRetention.TotalMilliseconds ? null : before,
            _ => Unseen(before, nowMs, keepFiringMs),
        };
    }

    /// <summary>Whether its receivers are to be told of it in this evaluation.</summary>
    /// <remarks>
    /// A firing alert is told again after each delay, so that receivers may forget what they hear nothing of; a resolved one likewise while it is
    /// remembered. The delay counts from evaluation to evaluation: the first one at which it has passed, or passes just now.
    /// </remarks>
    public static bool NeedsSending(AlertState alert, long nowMs, long resendDelayMs)
    {
        if (alert.Phase == AlertPhase.Pending) return false;
        if (alert.LastSentAtMs is not { } lastSentMs) return true;
        if (alert.ResolvedAtMs > lastSentMs) return true;
        if (alert.ResolvedAtMs is { } resolvedMs && nowMs - resolvedMs >= (long)ResolvedRetention.TotalMilliseconds) return false;
        return nowMs - lastSentMs >= resendDelayMs;
    }

    /// <summary>The alert after it was handed to the sender. Stays valid over three evaluations or sendings that fail.</summary>
    public static AlertState Sent(AlertState alert, long nowMs, long resendDelayMs, long intervalMs) =>
        alert with { LastSentAtMs = nowMs, ValidUntilMs = nowMs + (4 * Math.Max(resendDelayMs, intervalMs)) };

    /// <summary>When an alert that was pending or firing before a restart began, so that the outage neither resets nor shortens its <c>for</c>.</summary>
    /// <param name="wasActiveSinceMs">The value of its last <c>ALERTS_FOR_STATE</c> sample.</param>
    /// <param name="lastSeenMs">The time of that sample.</param>
    /// <param name="graceMs">The shortest time an alert has to be seen again before it fires.</param>
    public static long RestoredActiveAt(long wasActiveSinceMs, long lastSeenMs, long nowMs, long holdMs, long graceMs)
    {
        var remainingMs = holdMs - (lastSeenMs - wasActiveSinceMs);
        if (remainingMs <= 0) return wasActiveSinceMs; // It was firing: it fires again at once.
        if (remainingMs < graceMs) return nowMs + graceMs - holdMs;
        return wasActiveSinceMs + (nowMs - lastSeenMs); // The outage does not count as pending.
    }

    static AlertState Seen(AlertState? before, AlertSighting sighting, long nowMs)
    {
        if (before is null or { Phase: AlertPhase.Inactive })
        {
            return new()
            {
                Labels = sighting.Labels, Annotations = sighting.Annotations, Value = sighting.Value, Phase = AlertPhase.Pending, ActiveAtMs = nowMs,
            };
        }
        return before with { Annotations = sighting.Annotations, Value = sighting.Value, KeepFiringSinceMs = null };
    }

    static AlertState FireIfDue(AlertState alert, long nowMs, long holdMs) =>
        alert.Phase == AlertPhase.Pending && nowMs - alert.ActiveAtMs >= holdMs ? alert with { Phase = AlertPhase.Firing, FiredAtMs = nowMs } : alert;

    static AlertState Unseen(AlertState firing, long nowMs, long keepFiringMs)
    {
        var sinceMs = firing.KeepFiringSinceMs ?? nowMs;
        return nowMs - sinceMs < keepFiringMs
            ? firing with { KeepFiringSinceMs = sinceMs }
            : firing with { Phase = AlertPhase.Inactive, ResolvedAtMs = nowMs, KeepFiringSinceMs = null };
    }
}
