using System.Text.Json;
using Pharos.Server.Doors;

namespace Pharos.Server.Heartbeats.Proofs;

/// <summary><c>/api/v1/alerting/drills</c>: the fire drills that were held, newest first, and when the next is due; a POST to <c>…/hold</c> holds one now.</summary>
sealed class DrillsEndpoint(Drills drills)
{
    public void Map(DoorTable doors)
    {
        doors.Map(Door.Read("/api/v1/alerting/drills", "the fire drills that were held, and when the next is due"), LookAsync);
        doors.Map(Door.Change("/api/v1/alerting/drills/hold", Right.Operate, "holds a fire drill now"), HoldAsync);
    }

    Task LookAsync(ApiCall call)
    {
        var now = drills.Look();
        return call.AnswerAsync(json =>
        {
            json.WriteStartObject();
            json.WriteBoolean("isConfigured", now.Config is not null);
            if (now.Config is { } config)
            {
                json.WriteNumber("everyDays", config.EveryDays);
                json.WriteString("timeZone", config.Zone.Id);
                if (config.Receivers.Count > 0) json.WriteTexts("receivers", config.Receivers);
            }
            if (now.NextMs is { } next) json.WriteString("next", ApiTime.Format(next));
            json.WriteBoolean("isRunning", now.IsRunning);
            json.WriteStartArray("held");
            foreach (var drill in now.Held) Write(json, drill);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    async Task HoldAsync(ApiCall call)
    {
        var drill = await drills.HoldAsync();
        await call.AnswerAsync(json => Write(json, drill));
    }

    static void Write(Utf8JsonWriter json, DrillRecord drill)
    {
        json.WriteStartObject();
        json.WriteString("at", ApiTime.Format(drill.AtMs));
        if (drill.EndedMs is { } ended) json.WriteString("ended", ApiTime.Format(ended));
        json.WriteBoolean("isOk", drill.IsOk);
        json.WriteNumber("tried", drill.Tried);
        json.WriteTexts("faults", drill.Faults);
        json.WriteEndObject();
    }
}
