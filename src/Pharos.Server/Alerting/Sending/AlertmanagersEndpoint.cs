using System.Text.Json;
using Pharos.Server.Doors;
using Pharos.Server.Text;

namespace Pharos.Server.Alerting.Sending;

/// <summary><c>/api/v1/alertmanagers</c>: who gets the alerts.</summary>
sealed class AlertmanagersEndpoint(Func<AlertmanagersSnapshot> alertmanagers)
{
    public void Map(DoorTable doors) => doors.Map(Door.Read("/api/v1/alertmanagers", "the Alertmanagers that get the alerts"), AnswerAsync);

    Task AnswerAsync(ApiCall call)
    {
        var snapshot = alertmanagers();
        return call.AnswerAsync(json =>
        {
            json.WriteStartObject();
            Write(json, "activeAlertmanagers", snapshot.Active);
            Write(json, "droppedAlertmanagers", snapshot.Dropped);
            json.WriteEndObject();
        });
    }

    static void Write(Utf8JsonWriter json, string property, IEnumerable<Uri> addresses)
    {
        json.WriteStartArray(property);
        foreach (var address in addresses)
        {
            json.WriteStartObject();
            json.WriteString("url", address.Shown());
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
