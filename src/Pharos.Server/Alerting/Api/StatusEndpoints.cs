using Pharos.Server.Doors;
using Pharos.Server.Text.Matching;

namespace Pharos.Server.Alerting.Api;

/// <summary><c>/api/v2/status</c> and <c>/api/v2/receivers</c>.</summary>
/// <remarks>Source: Alertmanager's OpenAPI of API v2 (facts).</remarks>
sealed class StatusEndpoints(Func<AlertmanagerFileConfig> config, DateTimeOffset startedAt)
{
    /// <summary>The Alertmanager whose API and files are spoken here: clients choose by it what they ask for.</summary>
    const string SpokenVersion = "0.34.0";

    public void Map(DoorTable doors)
    {
        doors.Map(AlertmanagerForm.Read("/api/v2/status", "configuration and version, as Alertmanager tells them"), StatusAsync);
        doors.Map(AlertmanagerForm.Read("/api/v2/receivers", "the names of the receivers"), ReceiversAsync);
    }

    Task StatusAsync(ApiCall call) => call.AnswerBareAsync(json =>
    {
        json.WriteStartObject();
        json.WriteStartObject("cluster");
        json.WriteStartArray("peers");
        json.WriteEndArray();
        json.WriteString("status", "disabled");
        json.WriteEndObject();
        json.WriteStartObject("config");
        json.WriteString("original", config().Yaml);
        json.WriteEndObject();
        json.WriteString("uptime", AlertmanagerForm.Time(startedAt.ToUnixTimeMilliseconds()));
        json.WriteStartObject("versionInfo");
        json.WriteString("branch", "pharos");
        json.WriteString("buildDate", "");
        json.WriteString("buildUser", "");
        json.WriteString("goVersion", "");
        json.WriteString("revision", typeof(StatusEndpoints).Assembly.GetName().Version?.ToString(3) ?? "");
        json.WriteString("version", SpokenVersion);
        json.WriteEndObject();
        json.WriteEndObject();
    });

    Task ReceiversAsync(ApiCall call)
    {
        var matchers = AlertmanagerForm.Matchers(call, "receiver_matchers");
        return AlertmanagerForm.WriteListAsync(call, [.. config().Receivers.Where(receiver => matchers.MatchesAll(receiver.Labels))], (json, receiver) =>
        {
            json.WriteStartObject();
            json.WriteString("name", receiver.Name);
            if (receiver.Labels.Count > 0) json.WriteLabels("labels", receiver.Labels);
            json.WriteEndObject();
        });
    }
}
