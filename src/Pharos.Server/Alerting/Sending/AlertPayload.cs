using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Pharos.Model.Labels;

namespace Pharos.Server.Alerting.Sending;

/// <summary>Writes alerts as Alertmanager's API v2 takes them (<c>postableAlerts</c>).</summary>
static class AlertPayload
{
    public static byte[] Write(IReadOnlyList<Alert> alerts)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartArray();
            foreach (var alert in alerts)
            {
                json.WriteStartObject();
                WriteLabels(json, "labels", alert.Labels);
                WriteLabels(json, "annotations", alert.Annotations);
                json.WriteString("startsAt", Time(alert.StartsAtMs));
                json.WriteString("endsAt", Time(alert.EndsAtMs));
                json.WriteString("generatorURL", alert.GeneratorUrl);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        return bytes.WrittenSpan.ToArray();
    }

    static void WriteLabels(Utf8JsonWriter json, string name, LabelSet labels)
    {
        json.WriteStartObject(name);
        foreach (var label in labels) json.WriteString(label.Name, label.Value);
        json.WriteEndObject();
    }

    /// <summary>RFC 3339 with milliseconds, in UTC.</summary>
    static string Time(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
