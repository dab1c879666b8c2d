using System.Text.Json;
using System.Text.Json.Nodes;
using Pharos.Server.Alerting.Templates;

namespace Pharos.Server.Alerting.Notifiers.Pagerduty;

/// <summary>Triggers and resolves one incident per group, by the Events API v2, or v1 where a service key is given.</summary>
/// <remarks>
/// <para>Limits: summary 1024 characters, an event 512 kB; details that make it larger are replaced by a note that they were.</para>
/// <para>Source: developer.pagerduty.com, Events API v2 (send an alert event) and Events API v1.</para>
/// </remarks>
sealed class PagerdutyNotifier(PagerdutyConfig config, NotifierServices services) : INotifier, IDisposable
{
    const int MaxSummary = 1024;
    const int MaxEventBytes = 512_000;
    const string TooLarge = "Custom details have been removed because the original event exceeds the maximum size of 512KB";

    readonly ServiceClient client = new("pagerduty", config.Http, services, config.Timeout);

    public ValueTask<NotifyResult> NotifyAsync(Notification notification, CancellationToken cancellation) => client.TryAsync(
        notification,
        async (texts, inTime) =>
        {
            var isV1 = config.ServiceKey is not null;
            var key = texts.Text((config.ServiceKey ?? config.RoutingKey)!.Read()).Trim();
            var details = config.Details.Select(detail => KeyValuePair.Create(detail.Key, TemplatedFields.Render(detail.Value, texts))).ToList();
            var json = Event(notification, texts, key, details);
            if (json.Length > MaxEventBytes) json = Event(notification, texts, key, [KeyValuePair.Create("error", (JsonNode?)TooLarge)]);
            var answer = await client.SendJsonAsync(HttpMethod.Post, config.Url, json, inTime);
            // v1 answers 403 when it has had too many events.
            return isV1 && answer.Status == 403
                ? NotifyResult.Retry(ServiceClient.Told("pagerduty limits the rate", answer.Body, key), answer.RetryAfter, 429)
                : client.Judge(answer, secrets: key);
        },
        cancellation);

    public void Dispose() => client.Dispose();

    byte[] Event(Notification notification, NotificationTexts texts, string key, List<KeyValuePair<string, JsonNode?>> details) => ServiceClient.Json(json =>
    {
        var action = notification.IsFiring ? "trigger" : "resolve";
        var summary = Shortened.ToRunes(texts.Text(config.Description), MaxSummary);
        if (config.ServiceKey is not null)
        {
            json.WriteString("service_key", key);
            json.WriteString("incident_key", ServiceClient.KeyOf(notification.GroupKey));
            json.WriteString("event_type", action);
            json.WriteString("description", summary);
            if (notification.IsFiring)
            {
                json.WriteFilled("client", texts.Text(config.Client));
                json.WriteFilled("client_url", texts.Text(config.ClientUrl));
            }
            WriteDetails(json, "details", details);
            return;
        }
        json.WriteString("routing_key", key);
        json.WriteString("dedup_key", ServiceClient.KeyOf(notification.GroupKey));
        json.WriteString("event_action", action);
        json.WriteFilled("client", texts.Text(config.Client));
        json.WriteFilled("client_url", texts.Text(config.ClientUrl));
        json.WriteStartObject("payload");
        json.WriteString("summary", summary);
        json.WriteString("source", texts.Text(config.Source));
        json.WriteString("severity", texts.Text(config.Severity));
        json.WriteFilled("class", texts.Text(config.Class));
        json.WriteFilled("component", texts.Text(config.Component));
        json.WriteFilled("group", texts.Text(config.Group));
        WriteDetails(json, "custom_details", details);
        json.WriteEndObject();
        WriteImages(json, texts);
        WriteLinks(json, texts);
    });

    static void WriteDetails(Utf8JsonWriter json, string name, List<KeyValuePair<string, JsonNode?>> details)
    {
        json.WriteStartObject(name);
        foreach (var (key, value) in details)
        {
            json.WritePropertyName(key);
            if (value is null) json.WriteNullValue();
            else value.WriteTo(json);
        }
        json.WriteEndObject();
    }

    /// <summary>PagerDuty refuses the whole event for one image or link without its address, so those are left out.</summary>
    void WriteImages(Utf8JsonWriter json, NotificationTexts texts)
    {
        var images = config.Images.Select(image => new PagerdutyImage(texts.Text(image.Source), texts.Text(image.Alternative), texts.Text(image.Href))).Where(image => image.Source.Length > 0).ToList();
        if (images.Count == 0) return;
        json.WriteStartArray("images");
        foreach (var image in images)
        {
            json.WriteStartObject();
            json.WriteString("src", image.Source);
            json.WriteString("alt", image.Alternative);
            json.WriteString("href", image.Href);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    void WriteLinks(Utf8JsonWriter json, NotificationTexts texts)
    {
        var links = config.Links.Select(link => new PagerdutyLink(texts.Text(link.Href), texts.Text(link.Text))).Where(link => link.Href.Length > 0).ToList();
        if (links.Count == 0) return;
        json.WriteStartArray("links");
        foreach (var link in links)
        {
            json.WriteStartObject();
            json.WriteString("href", link.Href);
            json.WriteString("text", link.Text);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
