namespace Pharos.Server.Notifying.Victorops;

/// <summary>Opens one incident per group in Splunk On-Call (VictorOps) by its own id, and recovers it when all is resolved.</summary>
/// <remarks>Limit: state message 20480 characters. Source: help.victorops.com, REST Endpoint Integration Guide; Incident Fields Glossary.</remarks>
sealed class VictoropsNotifier(VictoropsConfig config, NotifierServices services) : INotifier, IDisposable
{
    const int MaxStateMessage = 20_480;

    /// <summary>What opens an incident; everything else a template may yield is taken for the gravest.</summary>
    static readonly string[] OpeningTypes = ["CRITICAL", "WARNING", "INFO"];

    readonly ServiceClient client = new("victorops", config.Http, services);

    public ValueTask<NotifyResult> NotifyAsync(Notification notification, CancellationToken cancellation) => client.TryAsync(
        notification,
        async (texts, inTime) =>
        {
            var key = config.ApiKey.Read().Trim();
            var type = texts.Field(config.MessageType);
            var url = $"{config.ApiUrl.TrimEnd('/')}/{Uri.EscapeDataString(key)}/{Uri.EscapeDataString(texts.Needed(config.RoutingKey))}";
            var answer = await client.PostJsonAsync(
                url,
                json =>
                {
                    json.WriteString("message_type", !notification.IsFiring ? "RECOVERY" : OpeningTypes.Contains(type) ? type : OpeningTypes[0]);
                    json.WriteString("entity_id", ServiceClient.KeyOf(notification.GroupKey));
                    json.WriteString("entity_display_name", texts.Field(config.EntityDisplayName, "victorops.default.entity_display_name"));
                    json.WriteString("state_message", texts.Body(config.StateMessage, "victorops.default.state_message", Shortened.ToRunes, MaxStateMessage));
                    json.WriteString("monitoring_tool", texts.Field(config.MonitoringTool, "victorops.default.monitoring_tool"));
                    foreach (var (name, value) in config.CustomFields)
                    {
                        if (texts.TryField(value, out var text, "custom_fields")) json.WriteString(name, text);
                    }
                },
                inTime);
            return client.Judge(answer, secrets: key);
        },
        cancellation);

    public void Dispose() => client.Dispose();
}
