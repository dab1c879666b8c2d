using System.Text.Json;
using System.Text.Json.Nodes;
using Pharos.Server.Notifying.Templates;

namespace Pharos.Server.Notifying.Pagerduty;

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
            var key = texts.Needed((config.ServiceKey ?? config.RoutingKey)!.Read(), "key").Trim();
            var details = Details(texts);
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

    /// <summary>In place of one that fails stands the usual one of its name, if there is one. The summary is a title, so that failures are named here.</summary>
    List<KeyValuePair<string, JsonNode?>> Details(NotificationTexts texts)
    {
        var details = new List<KeyValuePair<string, JsonNode?>>();
        foreach (var (name, value) in config.Details)
        {
            var usual = PagerdutyConfig.DefaultDetails.FirstOrDefault(detail => detail.Key == name).Value;
            if (TemplatedFields.TryRender(value, texts, $"details.{name}", out var rendered)
                || (usual is not null && TemplatedFields.TryRender(usual, texts, name, out rendered)))
            {
                details.Add(new(name, rendered));
            }
        }
        if (texts.Note.Length > 0) details.Add(new("template_error", texts.Note));
        return details;
    }

    byte[] Event(Notification notification, NotificationTexts texts, string key, List<KeyValuePair<string, JsonNode?>> details) => ServiceClient.Json(json =>
    {
        var action = notification.IsFiring ? "trigger" : "resolve";
        var summary = Shortened.ToRunes(texts.Field(config.Description, "pagerduty.default.description"), MaxSummary);
        if (config.ServiceKey is not null)
        {
            json.WriteString("service_key", key);
            json.WriteString("incident_key", ServiceClient.KeyOf(notification.GroupKey));
            json.WriteString("event_type", action);
            json.WriteString("description", summary);
            if (notification.IsFiring)
            {
                json.WriteFilled("client", texts.Field(config.Client, "pagerduty.default.client"));
                json.WriteFilled("client_url", texts.Field(config.ClientUrl, "pagerduty.default.clientURL"));
            }
            WriteDetails(json, "details", details);
            return;
        }
        json.WriteString("routing_key", key);
        json.WriteString("dedup_key", ServiceClient.KeyOf(notification.GroupKey));
        json.WriteString("event_action", action);
        json.WriteFilled("client", texts.Field(config.Client, "pagerduty.default.client"));
        json.WriteFilled("client_url", texts.Field(config.ClientUrl, "pagerduty.default.clientURL"));
        json.WriteStartObject("payload");
        json.WriteString("summary", summary);
        json.WriteString("source", texts.Field(config.Source, "pagerduty.default.client"));
        json.WriteString("severity", texts.Field(config.Severity) is { Length: > 0 } severity ? severity : PagerdutyConfig.DefaultSeverity);
        json.WriteFilled("class", texts.Field(config.Class));
        json.WriteFilled("component", texts.Field(config.Component));
        json.WriteFilled("group", texts.Field(config.Group));
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
        var images = config.Images
            .Where(image => texts.Renders("images", image.Source, image.Alternative, image.Href))
            .Select(image => new PagerdutyImage(texts.Field(image.Source), texts.Field(image.Alternative), texts.Field(image.Href)))
            .Where(image => image.Source.Length > 0)
            .ToList();
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
        var links = config.Links
            .Where(link => texts.Renders("links", link.Href, link.Text))
            .Select(link => new PagerdutyLink(texts.Field(link.Href), texts.Field(link.Text)))
            .Where(link => link.Href.Length > 0)
            .ToList();
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
