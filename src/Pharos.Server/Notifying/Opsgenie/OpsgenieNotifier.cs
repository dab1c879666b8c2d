using System.Text.Json;
using Pharos.Server.Doors;
using Pharos.Server.Notifying.Templates;

namespace Pharos.Server.Notifying.Opsgenie;

/// <summary>Creates one alert per group under an alias of its own, and closes it when all is resolved.</summary>
/// <remarks>Limits: message 130, description 15000 characters. Source: docs.opsgenie.com, Alert API: create, close, update message and description.</remarks>
sealed class OpsgenieNotifier(OpsgenieConfig config, NotifierServices services) : INotifier, IDisposable
{
    const int MaxMessage = 130;
    const int MaxDescription = 15_000;

    readonly ServiceClient client = new("opsgenie", config.Http, services);

    public ValueTask<NotifyResult> NotifyAsync(Notification notification, CancellationToken cancellation) => client.TryAsync(
        notification,
        async (texts, inTime) =>
        {
            var key = texts.Needed(config.ApiKey.Read()).Trim();
            var alias = ServiceClient.KeyOf(notification.GroupKey);
            (string, string) login = ("Authorization", $"GenieKey {key}");
            var alerts = $"{config.ApiUrl.TrimEnd('/')}/v2/alerts";
            if (!notification.IsFiring)
            {
                var source = texts.Field(config.Source, "opsgenie.default.source");
                var closed = await client.PostJsonAsync($"{alerts}/{alias}/close?identifierType=alias", json => json.WriteString("source", source), inTime, login);
                return client.Judge(closed, secrets: key);
            }
            var message = Shortened.ToRunes(texts.Field(config.Message, "opsgenie.default.message"), MaxMessage);
            var description = texts.Body(config.Description, "opsgenie.default.description", Shortened.ToRunes, MaxDescription);
            var created = await client.PostJsonAsync(alerts, json => WriteAlert(json, notification, texts, alias, message, description), inTime, login);
            var result = client.Judge(created, secrets: key);
            if (result.Outcome != NotifyOutcome.Sent || !config.UpdateAlerts) return result;
            foreach (var (part, text) in ((string, string)[])[("message", message), ("description", description)])
            {
                var json = ServiceClient.Json(body => body.WriteString(part, text));
                var updated = await client.SendJsonAsync(HttpMethod.Put, $"{alerts}/{alias}/{part}?identifierType=alias", json, inTime, login);
                if (!updated.IsSuccess) return client.Judge(updated, secrets: key);
            }
            return result;
        },
        cancellation);

    public void Dispose() => client.Dispose();

    void WriteAlert(Utf8JsonWriter json, Notification notification, NotificationTexts texts, string alias, string message, string description)
    {
        json.WriteString("alias", alias);
        json.WriteString("message", message);
        json.WriteFilled("description", description);
        json.WriteStartObject("details");
        var own = config.Details.Where(detail => texts.Renders("details", detail.Value)).ToDictionary(detail => detail.Key, detail => texts.Field(detail.Value), StringComparer.Ordinal);
        // Common labels are details, too, unless the configuration says otherwise.
        foreach (var (name, value) in NotificationData.Common(notification.Alerts, alert => alert.Labels).Where(label => !own.ContainsKey(label.Name)).Select(label => KeyValuePair.Create(label.Name, label.Value)).Concat(own)) json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteString("source", texts.Field(config.Source, "opsgenie.default.source"));
        WriteResponders(json, texts);
        var tags = Words(texts.Field(config.Tags));
        if (tags.Count > 0) json.WriteTexts("tags", tags);
        json.WriteFilled("note", texts.Field(config.Note));
        json.WriteFilled("priority", texts.Field(config.Priority));
        json.WriteFilled("entity", texts.Field(config.Entity));
        var actions = Words(texts.Field(config.Actions));
        if (actions.Count > 0) json.WriteTexts("actions", actions);
    }

    void WriteResponders(Utf8JsonWriter json, NotificationTexts texts)
    {
        var responders = config.Responders
            .Where(responder => texts.Renders("responders", responder.Id, responder.Name, responder.Username, responder.Type))
            .Select(responder => new OpsgenieResponder(texts.Field(responder.Id), texts.Field(responder.Name), texts.Field(responder.Username), texts.Field(responder.Type)))
            .Where(responder => responder is not { Id: "", Name: "", Username: "" })
            .SelectMany(responder => responder.Type == "teams" ? Words(responder.Name).Select(name => new OpsgenieResponder("", name, "", "team")) : [responder])
            .ToList();
        if (responders.Count == 0) return;
        json.WriteStartArray("responders");
        foreach (var responder in responders)
        {
            json.WriteStartObject();
            json.WriteFilled("id", responder.Id);
            json.WriteFilled("name", responder.Name);
            json.WriteFilled("username", responder.Username);
            json.WriteString("type", responder.Type);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    static List<string> Words(string list) => [.. list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
}
