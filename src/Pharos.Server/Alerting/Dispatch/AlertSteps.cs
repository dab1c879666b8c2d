using System.Globalization;
using Pharos.Server.Ledger;

namespace Pharos.Server.Alerting.Dispatch;

/// <summary>Words each step of an alert for the ledger. A step that says the same as the one before is not written again.</summary>
static class AlertSteps
{
    public static LedgerRow Received(AlertReceived received) => new()
    {
        AtMs = received.AtMs,
        Step = LedgerStep.Received,
        Outcome = LedgerOutcome.Note,
        Fingerprint = received.Alert.Fingerprint,
        Labels = received.Alert.Labels,
        Reason = received.IsNew ? "firing" : "resolved",
        Text = received.IsNew ? $"posted as firing since {LedgerTexts.Moment(received.Alert.Alert.StartsAtMs)}" : $"posted as resolved at {LedgerTexts.Moment(received.Alert.Alert.EndsAtMs)}",
    };

    public static LedgerRow Joined(AlertJoined joined)
    {
        var group = joined.Group;
        var isDefault = ReferenceEquals(group.Route, joined.Root) && joined.Root.Routes.Count > 0;
        var way = isDefault ? "no route but the first takes it" : $"route {group.Route.Key} takes it";
        return new()
        {
            AtMs = joined.AtMs,
            Step = LedgerStep.Group,
            Outcome = LedgerOutcome.Note,
            Fingerprint = joined.Alert.Fingerprint,
            Labels = joined.Alert.Labels,
            Receiver = group.Receiver,
            GroupKey = group.Key,
            Reason = isDefault ? WhyReason.DefaultRoute : "",
            Text = $"{way}, to receiver {group.Receiver}, in the group {group.Labels}, which is looked at next at {LedgerTexts.Moment(joined.DueMs)}",
        };
    }

    /// <summary>What a look at a group found new: alerts that are held from now on, or no more, and integrations without news.</summary>
    public static IEnumerable<LedgerRow> Looked(Flush flush)
    {
        var group = flush.Group;
        foreach (var alert in flush.Alerts)
        {
            var before = group.LastHolds.GetValueOrDefault(alert.Known.Fingerprint);
            var now = flush.Holds.GetValueOrDefault(alert.Known.Fingerprint);
            if (Same(before, now)) continue;
            if (now is null) group.LastHolds.Remove(alert.Known.Fingerprint);
            else group.LastHolds[alert.Known.Fingerprint] = now;
            yield return Held(alert.Known, group, now, flush.NowMs);
        }
        foreach (var notice in flush.Notices)
        {
            if (notice.Reason is not null) group.Quiet.Remove(notice.Key.Integration);
            else if (notice.Firing.Count > 0 && group.Quiet.Add(notice.Key.Integration)) yield return NothingNew(flush, notice);
        }
    }

    static bool Same(Hold? left, Hold? right) => left is null || right is null ? left is null == right is null : left.Kind == right.Kind && left.By.SequenceEqual(right.By);

    static LedgerRow Held(KnownAlert alert, AlertGroup group, Hold? hold, long nowMs)
    {
        var (step, text) = hold?.Kind switch
        {
            HoldKind.Inhibited => (LedgerStep.Inhibited, $"held back: inhibited by {Several(hold.By, "alert")}"),
            HoldKind.Silenced => (LedgerStep.Silenced, $"held back: silenced by {Several(hold.By, "silence")}"),
            HoldKind.Muted => (LedgerStep.Muted, $"held back: the route is quiet at this time ({string.Join(", ", hold.By)})"),
            _ => (LedgerStep.Released, "nothing holds it back any more"),
        };
        return new()
        {
            AtMs = nowMs,
            Step = step,
            Outcome = hold is null ? LedgerOutcome.Note : LedgerOutcome.Held,
            Fingerprint = alert.Fingerprint,
            Labels = alert.Labels,
            Receiver = group.Receiver,
            GroupKey = group.Key,
            Reason = hold is null ? "" : string.Join(',', hold.By.Take(10)),
            Text = text,
        };
    }

    static LedgerRow NothingNew(Flush flush, Notice notice) => new()
    {
        AtMs = flush.NowMs,
        Step = LedgerStep.Repeat,
        Outcome = LedgerOutcome.Held,
        Alerts = [.. notice.Firing],
        Receiver = notice.Key.Receiver,
        Integration = notice.Key.Integration,
        GroupKey = notice.Key.GroupKey,
        Reason = string.Create(CultureInfo.InvariantCulture, $"{notice.RepeatMs}"),
        Text = $"{notice.Key.Integration} of {notice.Key.Receiver} was told already; it is told again {Model.Time.PromDuration.Format(notice.RepeatMs)} after that, unless there is news",
    };

    static string Several(IReadOnlyList<string> names, string noun) =>
        names.Count == 1 ? $"{noun} {names[0]}" : string.Create(CultureInfo.InvariantCulture, $"{names.Count} {noun}s: {string.Join(", ", names.Take(3))}");
}
