using Pharos.Server.Doors;


namespace Pharos.Server.Heartbeats;

/// <summary>
/// <c>/api/v1/alerting/heartbeat/{name}</c>: a job calls it to say that it lives, by GET or POST, whichever its tools do more easily.
/// <c>/api/v1/alerting/heartbeats</c>: those that are expected and those that are sent.
/// </summary>
sealed class HeartbeatsEndpoint(ExpectedHeartbeats expected, SentHeartbeats sent)
{
    public void Map(DoorTable doors)
    {
        doors.Map(Door.Read("/api/v1/alerting/heartbeats", "the heartbeats that are expected and sent"), ListAsync);
        doors.Map(Door.Signal("/api/v1/alerting/heartbeat/{name}", "a job says that it lives"), CameAsync);
    }

    async Task CameAsync(ApiCall call)
    {
        var name = call.Context.GetRouteValue("name") as string ?? "";
        if (!await expected.CameAsync(name)) throw ApiFaultException.NotFound($"nobody expects a heartbeat {ApiTime.Quote(name)}; name it in heartbeats.expect of pharos.yml");
        await call.AnswerAsync(json =>
        {
            json.WriteStartObject();
            json.WriteString("heartbeat", name);
            json.WriteEndObject();
        });
    }

    Task ListAsync(ApiCall call)
    {
        var faults = sent.Faults();
        return call.AnswerAsync(json =>
        {
            json.WriteStartObject();
            json.WriteTexts("pipelineFaults", faults);
            json.WriteStartArray("sent");
            foreach (var sender in sent.Show())
            {
                var state = sender.State;
                json.WriteStartObject();
                json.WriteString("host", sender.Host);
                json.WriteNumber("every", sender.Config.Every.TotalSeconds);
                if (state.LastMs is { } last) json.WriteString("last", ApiTime.Format(last));
                if (state.Fault.Length > 0) json.WriteString("fault", state.Fault);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteStartArray("expected");
            foreach (var (config, state) in expected.Show())
            {
                json.WriteStartObject();
                json.WriteString("name", config.Name);
                json.WriteNumber("every", config.Every.TotalSeconds);
                json.WriteNumber("grace", config.Grace.TotalSeconds);
                if (state.LastMs is { } last) json.WriteString("last", ApiTime.Format(last));
                json.WriteString("due", ApiTime.Format(state.DueMs(config)));
                if (state.MissingSinceMs is { } missing) json.WriteString("missingSince", ApiTime.Format(missing));
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }
}
