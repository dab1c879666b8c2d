using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Pharos.AspNetCore.Logs;
using Pharos.AspNetCore.Redaction;

namespace Pharos.AspNetCore.CriticalAlerts;

/// <summary>What each destination is sent.</summary>
/// <remarks>Sources: api.slack.com, "Legacy: secondary message attachments"; developer.pagerduty.com, Events API v2; Alertmanager's API v2, postAlerts.</remarks>
static class AlertPayloads
{
    /// <summary>PagerDuty refuses longer summaries.</summary>
    const int MaxSummaryLength = 1_024;

    public static ReadOnlyMemory<byte> Slack(CriticalAlert alert, CriticalAlertOptions options) => Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("channel", options.SlackChannels.TryGetValue(alert.Severity, out var channel) ? channel : options.SlackChannel);
        json.WriteString("username", options.SlackUserName);
        json.WriteString("icon_emoji", ":robot_face:");
        json.WriteStartArray("attachments");
        json.WriteStartObject();
        json.WriteString("color", alert.Severity switch { AlertSeverity.Info => "#36a64f", AlertSeverity.Warning => "#ff9900", _ => "#ff0000" });
        json.WriteString("fallback", Slacked($"{alert.SeverityName}: {alert.Title}"));
        json.WriteString("title", Slacked(alert.Title));
        json.WriteString("text", Slacked(alert.Message));
        json.WriteStartArray("fields");
        WriteField(json, "Severity", alert.SeverityName);
        WriteField(json, "Source", alert.Service);
        foreach (var (name, value) in DetailsOf(alert)) WriteField(json, name, value);
        json.WriteEndArray();
        json.WriteString("footer", Slacked($"Environment: {alert.Environment}"));
        json.WriteNumber("ts", alert.RaisedAt.ToUnixTimeSeconds());
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    });

    public static ReadOnlyMemory<byte> PagerDuty(CriticalAlert alert, CriticalAlertOptions options) => Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("routing_key", options.PagerDutyRoutingKey);
        json.WriteString("event_action", "trigger");
        // PagerDuty takes 255 characters at most.
        json.WriteString("dedup_key", ShortText.Cut(alert.Key, 255));
        json.WriteStartObject("payload");
        json.WriteString("summary", ShortText.Cut(alert.Title, MaxSummaryLength));
        json.WriteString("severity", alert.SeverityName);
        json.WriteString("source", alert.Service);
        json.WriteString("timestamp", Rfc3339(alert.RaisedAt));
        json.WriteStartObject("custom_details");
        json.WriteString("message", alert.Message);
        json.WriteString("environment", alert.Environment);
        foreach (var (name, value) in DetailsOf(alert))
        {
            if (name is not ("message" or "environment")) json.WriteString(name, value);
        }
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    });

    public static ReadOnlyMemory<byte> Alertmanager(CriticalAlert alert, CriticalAlertOptions options) => Write(json =>
    {
        json.WriteStartArray();
        json.WriteStartObject();
        json.WriteStartObject("labels");
        json.WriteString("alertname", alert.Title);
        json.WriteString("severity", alert.SeverityName);
        json.WriteString("service", alert.Service);
        json.WriteString("environment", alert.Environment);
        json.WriteEndObject();
        json.WriteStartObject("annotations");
        json.WriteString("summary", alert.Title);
        json.WriteString("description", alert.Message);
        foreach (var (name, value) in Annotations(alert)) json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteString("startsAt", Rfc3339(alert.RaisedAt));
        json.WriteString("endsAt", Rfc3339(alert.RaisedAt + options.ActiveFor));
        json.WriteEndObject();
        json.WriteEndArray();
    });

    static IEnumerable<KeyValuePair<string, string>> DetailsOf(CriticalAlert alert)
    {
        foreach (var detail in alert.Details) yield return detail;
        if (alert.HeldBack > 0) yield return new("held_back", alert.HeldBack.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Alertmanager refuses names that are none of Prometheus', and a whole alert with them.</summary>
    static IEnumerable<KeyValuePair<string, string>> Annotations(CriticalAlert alert)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal) { "summary", "description" };
        foreach (var (name, value) in DetailsOf(alert))
        {
            var legal = new StringBuilder(name.Length);
            foreach (var letter in name) legal.Append(char.IsAsciiLetterOrDigit(letter) ? letter : '_');
            if (legal.Length == 0 || char.IsAsciiDigit(legal[0])) legal.Insert(0, '_');
            if (taken.Add(legal.ToString())) yield return new(legal.ToString(), value);
        }
    }

    static void WriteField(Utf8JsonWriter json, string name, string value)
    {
        json.WriteStartObject();
        json.WriteString("title", Slacked(name));
        json.WriteString("value", Slacked(value));
        json.WriteBoolean("short", value.Length < 40);
        json.WriteEndObject();
    }

    /// <summary>Slack reads these three as the begin of links and mentions.</summary>
    static string Slacked(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    static string Rfc3339(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> write)
    {
        var bytes = new ArrayBufferWriter<byte>(1_024);
        using var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = LogLine.Encoder });
        write(json);
        json.Flush();
        return bytes.WrittenMemory;
    }
}
