using System.Text.Json;
using Pharos.Server.Alerting;
using Pharos.Server.Alerting.Delivery;
using Pharos.Server.Alerting.Routing;
using Pharos.Server.Doors;
using Pharos.Server.Notifying;

namespace Pharos.Server.Heartbeats.Proofs;

/// <summary><c>/api/v1/alerting/receivers</c>: how each receiver stands and when it was last proven; <c>…/{name}/test</c> proves one now.</summary>
/// <remarks>Counts and attempts are those since the configuration was read; the proof is kept on disk.</remarks>
sealed class ReceiversEndpoints(Func<AlertmanagerFileConfig> config, Func<IReadOnlyCollection<Courier>> couriers, ProofBook proofs, Prover prover, TimeProvider time)
{
    public void Map(DoorTable doors)
    {
        doors.Map(Door.Read("/api/v1/alerting/receivers", "how each receiver stands, and when it was last proven"), ListAsync);
        doors.Map(Door.Change("/api/v1/alerting/receivers/{name}/test", Right.Operate, "sends a test notification to a receiver"), TestAsync);
    }

    Task ListAsync(ApiCall call)
    {
        var now = config();
        var used = AlertRoute.Build(now.Route).All().Select(route => route.Receiver).ToHashSet(StringComparer.Ordinal);
        var states = couriers().ToDictionary(courier => (courier.Receiver, courier.Integration.ToString()), courier => courier.State);
        return call.AnswerAsync(json =>
        {
            json.WriteStartObject();
            json.WriteBoolean("isConfigured", now.Path.Length > 0);
            json.WriteStartArray("receivers");
            foreach (var receiver in now.Receivers)
            {
                json.WriteStartObject();
                json.WriteString("name", receiver.Name);
                json.WriteLabels("labels", receiver.Labels);
                json.WriteBoolean("isUsed", used.Contains(receiver.Name));
                json.WriteStartArray("integrations");
                foreach (var integration in receiver.Integrations) Write(json, integration, states.GetValueOrDefault((receiver.Name, integration.ToString()), new()), proofs.Find(receiver.Name, integration.ToString()));
                json.WriteEndArray();
                if (proofs.Of(receiver) is { } proof) Write(json, proof);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    async Task TestAsync(ApiCall call)
    {
        var name = call.Context.GetRouteValue("name") as string ?? "";
        if (!config().Receivers.Any(receiver => receiver.Name == name)) throw ApiFaultException.NotFound($"there is no receiver {ApiTime.Quote(name)}; there are: {string.Join(", ", config().Receivers.Select(receiver => receiver.Name))}");
        var results = await prover.ProveAsync(name, ProofKind.Test);
        var at = time.GetUtcNow().ToUnixTimeMilliseconds();
        await call.AnswerAsync(json =>
        {
            json.WriteStartObject();
            json.WriteString("receiver", name);
            json.WriteString("at", ApiTime.Format(at));
            json.WriteStartArray("results");
            foreach (var result in results)
            {
                json.WriteStartObject();
                json.WriteString("integration", result.Integration.Kind.Name);
                json.WriteNumber("index", result.Integration.Index);
                json.WriteBoolean("isOk", result.IsOk);
                if (result.Status is { } status) json.WriteNumber("status", status);
                if (!result.IsOk) json.WriteString("reason", result.Reason);
                json.WriteNumber("duration", result.Duration.TotalSeconds);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    static void Write(Utf8JsonWriter json, ReceiverIntegration integration, CourierState state, Proof? proof)
    {
        var (word, reason) = (integration.Config.Unable, state.LastFault, state.LastAttempt) switch
        {
            ({ } unable, _, _) => ("unable", unable),
            (_, { } fault, _) => ("failing", fault),
            (_, _, null) when proof is null => ("untried", null),
            (_, _, null) when !proof.IsOk => ("failing", proof.Detail), // Before the last start, or the last change of the configuration.
            _ => ("ok", null),
        };
        json.WriteStartObject();
        json.WriteString("name", integration.Kind.Name);
        json.WriteNumber("index", integration.Index);
        json.WriteBoolean("sendResolved", integration.Config.SendResolved);
        json.WriteString("state", word);
        if (reason is not null) json.WriteString("reason", reason);
        if (state.LastAttempt is { } attempt) json.WriteString("lastAttempt", ApiTime.Format(attempt.ToUnixTimeMilliseconds()));
        if (state.LastSuccess is { } success) json.WriteString("lastSuccess", ApiTime.Format(success.ToUnixTimeMilliseconds()));
        if (state.LastDuration is { } duration) json.WriteNumber("lastDuration", duration.TotalSeconds);
        json.WriteNumber("sent", state.Sent);
        json.WriteNumber("failed", state.Failed);
        if (proof is not null) Write(json, proof);
        json.WriteEndObject();
    }

    static void Write(Utf8JsonWriter json, Proof proof)
    {
        json.WriteStartObject("lastProof");
        json.WriteString("at", ApiTime.Format(proof.AtMs));
        json.WriteString("kind", proof.Kind.Word());
        json.WriteBoolean("isOk", proof.IsOk);
        if (proof.ProvenAtMs is { } proven) json.WriteString("provenAt", ApiTime.Format(proven));
        if (proof.Detail.Length > 0) json.WriteString("detail", proof.Detail);
        json.WriteEndObject();
    }
}
