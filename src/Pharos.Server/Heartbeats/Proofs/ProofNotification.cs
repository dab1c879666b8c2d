using Pharos.Model.Labels;
using Pharos.Server.Alerting.Delivery;
using Pharos.Server.Notifying;

namespace Pharos.Server.Heartbeats.Proofs;

/// <summary>A notification that proves a way, and says so in every field that a person might see.</summary>
static class ProofNotification
{
    /// <param name="endsAt">Null: it fires. Else it is over, so that no service keeps an incident of it open.</param>
    /// <param name="state">What the notifier gave when it fired.</param>
    public static Notification Create(Courier courier, ProofKind kind, string externalUrl, DateTimeOffset startsAt, DateTimeOffset? endsAt = null, string state = "")
    {
        var (name, words) = kind == ProofKind.Drill ? ("PharosFireDrill", "fire drill") : ("PharosTest", "test");
        var labels = LabelSet.From(("alertname", name), ("severity", "none"), ("receiver", courier.Receiver));
        var annotations = LabelSet.From(
            ("summary", $"This is a {words} of the receiver \"{courier.Receiver}\"; nothing is wrong"),
            ("description", "Pharos sends it to prove that its alerts arrive here. No answer is needed."));
        return new()
        {
            Receiver = courier.Receiver,
            Integration = courier.Integration.Kind.Name,
            Index = courier.Integration.Index,
            GroupKey = $"{{}}:{{alertname=\"{name}\", receiver=\"{courier.Receiver}\"}}",
            GroupLabels = LabelSet.From(("alertname", name)),
            Alerts = [new(labels, annotations, startsAt, endsAt, externalUrl, AlertFingerprint.Text(AlertFingerprint.Of(labels)))],
            ExternalUrl = externalUrl,
            Reason = kind == ProofKind.Drill ? NotifyReason.Drill : NotifyReason.Test,
            RepeatInterval = TimeSpan.FromHours(4),
            Now = endsAt ?? startsAt,
            State = state,
        };
    }
}
