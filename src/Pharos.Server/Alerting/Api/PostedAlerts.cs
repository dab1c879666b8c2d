using System.Text.Json;
using Pharos.Server.Alerting.Dispatch;

namespace Pharos.Server.Alerting.Api;

/// <summary>Reads the body of <c>POST /api/v2/alerts</c>, and fills in what clients may leave out.</summary>
static class PostedAlerts
{
    const string Wanted = "[{\"labels\": {\"alertname\": \"...\"}}]";

    /// <summary>Good alerts are taken although others are not. Only one alert of the body is held at a time, so that a flood needs little memory.</summary>
    /// <param name="faults">One for each alert that is refused.</param>
    public static async Task<IReadOnlyList<KnownAlert>> ReadAsync(Stream body, long nowMs, TimeSpan resolveTimeout, List<string> faults, CancellationToken cancellation)
    {
        var alerts = new List<KnownAlert>();
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            await foreach (var item in JsonSerializer.DeserializeAsyncEnumerable<JsonElement>(body, cancellationToken: cancellation)) Read(item, nowMs, resolveTimeout, texts, alerts, faults);
        }
        catch (JsonException error)
        {
            throw ApiRefusalException.Bad($"the body is no list in JSON, such as {Wanted}: {error.Message}");
        }
        return alerts;
    }

    static void Read(JsonElement item, long nowMs, TimeSpan resolveTimeout, Dictionary<string, string> texts, List<KnownAlert> alerts, List<string> faults)
    {
        if (item.ValueKind != JsonValueKind.Object) throw ApiRefusalException.Bad("an alert is no object; write {\"labels\": {\"alertname\": \"...\"}}");
        var labels = AlertmanagerDoor.Labels(item, "labels", texts);
        var starts = AlertmanagerDoor.Time(item, "startsAt");
        var ends = AlertmanagerDoor.Time(item, "endsAt");
        var startsMs = starts ?? ends ?? nowMs;
        var endsMs = ends ?? nowMs + (long)resolveTimeout.TotalMilliseconds;
        var alert = new Alert(labels, AlertmanagerDoor.Labels(item, "annotations", texts), startsMs, endsMs, AlertmanagerDoor.Text(item, "generatorURL"));
        if (Fault(alert) is { } fault) faults.Add(fault);
        else alerts.Add(new(alert, AlertFingerprint.Of(labels), nowMs, HasTimeout: ends is null));
    }

    static string? Fault(Alert alert)
    {
        if (alert.Labels.Count == 0) return "at least one label pair required";
        if (alert.StartsAtMs > alert.EndsAtMs) return "start time must be before end time";
        if (alert.Labels.Concat(alert.Annotations).Any(label => label.Name.Length == 0)) return "a label has no name";
        return null;
    }
}
