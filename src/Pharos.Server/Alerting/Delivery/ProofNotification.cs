using Pharos.Model.Labels;
using Pharos.Server.Alerting.Dispatch;
using Pharos.Server.Alerting.Notifiers;

namespace Pharos.Server.Alerting.Delivery;

/// <summary>A notification that proves a way, and says so in every field that a person might see.</summary>
static class ProofNotification
{
    public static Notification Create(Courier courier, string kind, string externalUrl, DateTimeOffset now)
    {
        var words = kind == "drill" ? "fire drill" : "test";
        var labels = LabelSet.From(("alertname", "PharosTest"), ("severity", "none"), ("receiver", courier.Receiver));
        var annotations = LabelSet.From(
            ("summary", $"This is a {words} of the receiver \"{courier.Receiver}\"; nothing is wrong"),
            ("description", $"Pharos sends it to prove that its alerts arrive here. No answer is needed."));
        return new()
        {
            Receiver = courier.Receiver,
            Integration = courier.Integration.Kind.Name,
            Index = courier.Integration.Index,
            GroupKey = $"{{}}:{{alertname=\"PharosTest\", receiver=\"{courier.Receiver}\"}}",
            GroupLabels = LabelSet.From(("alertname", "PharosTest")),
            Alerts = [new(labels, annotations, now, null, externalUrl, AlertFingerprint.Text(AlertFingerprint.Of(labels)))],
            ExternalUrl = externalUrl,
            Reason = NotifyReason.Test,
            RepeatInterval = TimeSpan.FromHours(4),
            Now = now,
        };
    }
}
