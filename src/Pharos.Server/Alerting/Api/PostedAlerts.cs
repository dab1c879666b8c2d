using System.Text.Json;
using Pharos.Server.Alerting.Dispatch;

namespace Pharos.Server.Alerting.Api;

/// <summary>Reads the body of <c>POST /api/v2/alerts</c>, and fills in what clients may leave out.</summary>
static class PostedAlerts
{
    /// <summary>Good alerts are taken although others are not.</summary>
    /// <param name="faults">One for each alert that is refused.</param>
    public static IReadOnlyList<KnownAlert> Read(JsonElement body, long nowMs, TimeSpan resolveTimeout, List<string> faults)
    {
        if (body.ValueKind != JsonValueKind.Array) throw ApiRefusalException.Bad("the body is no list; write [{\"labels\": {\"alertname\": \"...\"}}]");
        var alerts = new List<KnownAlert>(body.GetArrayLength());
        foreach (var item in body.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Object) throw ApiRefusalException.Bad("an alert is no object; write {\"labels\": {\"alertname\": \"...\"}}");
            var labels = AlertmanagerDoor.Labels(item, "labels");
            var starts = AlertmanagerDoor.Time(item, "startsAt");
            var ends = AlertmanagerDoor.Time(item, "endsAt");
            var startsMs = starts ?? ends ?? nowMs;
            var endsMs = ends ?? nowMs + (long)resolveTimeout.TotalMilliseconds;
            var alert = new Alert(labels, AlertmanagerDoor.Labels(item, "annotations"), startsMs, endsMs, AlertmanagerDoor.Text(item, "generatorURL"));
            if (Fault(alert) is { } fault) faults.Add(fault);
            else alerts.Add(new(alert, AlertFingerprint.Of(labels), nowMs, HasTimeout: ends is null));
        }
        return alerts;
    }

    static string? Fault(Alert alert)
    {
        if (alert.Labels.Count == 0) return "at least one label pair required";
        if (alert.StartsAtMs > alert.EndsAtMs) return "start time must be before end time";
        if (alert.Labels.Concat(alert.Annotations).Any(label => label.Name.Length == 0)) return "a label has no name";
        return null;
    }
}
