using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Pharos.Model.Labels;
using Pharos.Server.Doors;
using Pharos.Server.Notifying.Templates;

namespace Pharos.Server.Notifying.Webhook;

/// <summary>The JSON of a webhook in Alertmanager's format, with its order of keys.</summary>
/// <remarks>Source: Alertmanager documentation, webhook_config (facts), and what the real one sends in the differential tests.</remarks>
static class WebhookBody
{
    static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }; // Sent as JSON, never into a page.

    /// <summary>Usual sizes.</summary>
    const int BytesAround = 2_000;
    const int BytesOfAlert = 700;

    public static ReadOnlyMemory<byte> Write(Notification notification, NotificationTexts texts, int maxAlerts, string version = "4")
    {
        var shown = maxAlerts > 0 ? Math.Min(maxAlerts, notification.Alerts.Count) : notification.Alerts.Count;
        var alerts = notification.Alerts.Take(shown).ToList();
        var bytes = new ArrayBufferWriter<byte>(BytesAround + (shown * BytesOfAlert)); // One that grows leaves twice as much behind.
        using var json = new Utf8JsonWriter(bytes, Readable);
        json.WriteStartObject();
        json.WriteString("receiver", notification.QuotedReceiver);
        json.WriteString("status", alerts.Exists(alert => alert.IsFiring) ? "firing" : "resolved");
        json.WriteStartArray("alerts");
        foreach (var alert in alerts) Write(json, alert);
        json.WriteEndArray();
        json.WriteString("notification_reason", notification.Reason.Words());
        json.WriteLabels("groupLabels", notification.GroupLabels);
        json.WriteLabels("commonLabels", NotificationData.Common(alerts, alert => alert.Labels));
        json.WriteLabels("commonAnnotations", NotificationData.Common(alerts, alert => alert.Annotations));
        if (notification.RouteLabels.Count > 0) json.WriteLabels("routeLabels", LabelSet.From(texts.RouteLabels().Select(label => new Label(label.Key, label.Value)))); // Since 0.34.
        json.WriteString("externalURL", notification.ExternalUrl);
        json.WriteString("version", version);
        json.WriteString("groupKey", notification.GroupKey);
        json.WriteNumber("truncatedAlerts", notification.Alerts.Count - shown);
        json.WriteEndObject();
        json.Flush();
        return bytes.WrittenMemory;
    }

    static void Write(Utf8JsonWriter json, NotifiedAlert alert)
    {
        json.WriteStartObject();
        json.WriteString("status", alert.IsFiring ? "firing" : "resolved");
        json.WriteLabels("labels", alert.Labels);
        json.WriteLabels("annotations", alert.Annotations);
        json.WriteString("startsAt", Time(alert.StartsAt));
        json.WriteString("endsAt", alert.EndsAt is { } end ? Time(end) : "0001-01-01T00:00:00Z");
        json.WriteString("generatorURL", alert.GeneratorUrl);
        json.WriteString("fingerprint", alert.Fingerprint);
        json.WriteEndObject();
    }

    /// <summary>Go's form: no digits after the second when there are none to tell.</summary>
    static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
}
