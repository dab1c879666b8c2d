using System.Globalization;
using System.Text.Json;
using Pharos.Model.Labels;
using Pharos.Server.Alerting.Delivery;
using Pharos.Server.Alerting.Dispatch;
using Pharos.Server.Alerting.Ledger;
using Pharos.Server.Alerting.Matching;
using Pharos.Server.Alerting.Notifiers;
using Pharos.Server.Alerting.Routing;
using Pharos.Server.Hosting.Api;

namespace Pharos.Server.Alerting.Api;

/// <summary>What Alertmanager has no door for: the tree with its timings, receivers with their state, proofs, the ledger and its explanation.</summary>
sealed class AlertingEndpoints(AlertEngine engine, Func<AlertmanagerFileConfig> config, RuleBook rules, TimeProvider time)
{
    const int MaxRows = 5_000;

    public void Map(IEndpointRouteBuilder routes, ApiDoor door)
    {
        door.MapRead(routes, "/api/v1/alerting/routes", RoutesAsync);
        door.MapRead(routes, "/api/v1/alerting/routes/test", TestRoutesAsync);
        door.MapRead(routes, "/api/v1/alerting/receivers", ReceiversAsync);
        door.MapChange(routes, "/api/v1/alerting/receivers/{name}/test", TestReceiverAsync);
        door.MapRead(routes, "/api/v1/alerting/ledger", LedgerAsync);
        door.MapRead(routes, "/api/v1/alerting/why", WhyAsync);
    }

    bool IsConfigured => config().Path.Length > 0;

    Task RoutesAsync(ApiCall call)
    {
        var file = config();
        var now = time.GetUtcNow();
        return call.AnswerAsync(json =>
        {
            json.WriteStartObject();
            json.WriteBoolean("isConfigured", IsConfigured);
            json.WriteString("file", Path.GetFileName(file.Path));
            json.WritePropertyName("route");
            if (IsConfigured) WriteRoute(json, AlertRoute.Build(file.Route), file, now);
            else json.WriteNullValue();
            json.WriteStartArray("timeIntervals");
            foreach (var interval in file.TimeIntervals)
            {
                json.WriteStartObject();
                json.WriteString("name", interval.Name);
                json.WriteBoolean("isActive", interval.Contains(now));
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    Task TestRoutesAsync(ApiCall call)
    {
        var labels = LabelsOf(call["labels"]);
        var file = config();
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var fingerprint = AlertFingerprint.Of(labels);
        var (silencedBy, inhibitedBy) = engine.Look(view => (view.Silences.SilencedBy(fingerprint, labels, nowMs), view.Dispatcher?.InhibitedBy(labels, nowMs) ?? []));
        return call.AnswerAsync(json =>
        {
            json.WriteStartObject();
            json.WriteLabels("labels", labels);
            json.WriteStartArray("ways");
            foreach (var route in AlertRoute.Build(file.Route).Match(labels))
            {
                json.WriteStartObject();
                json.WriteString("route", route.Id);
                json.WriteTexts("path", WayTo(route));
                json.WriteLabels("groupLabels", route.GroupLabelsOf(labels));
                WriteEffective(json, route, file, time.GetUtcNow());
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteTexts("silencedBy", silencedBy);
            json.WriteTexts("inhibitedBy", inhibitedBy.Select(AlertFingerprint.Text));
            json.WriteEndObject();
        });
    }

    Task ReceiversAsync(ApiCall call)
    {
        var file = config();
        var used = AlertRoute.Build(file.Route).All().Select(route => route.Receiver).ToHashSet(StringComparer.Ordinal);
        var couriers = engine.Couriers.ToDictionary(courier => (courier.Receiver, courier.Integration.ToString()));
        var proofs = engine.Ledger.Proofs();
        return call.AnswerAsync(json =>
        {
            json.WriteStartObject();
            json.WriteBoolean("isConfigured", IsConfigured);
            json.WriteStartArray("receivers");
            foreach (var receiver in IsConfigured ? file.Receivers : [])
            {
                json.WriteStartObject();
                json.WriteString("name", receiver.Name);
                json.WriteBoolean("isUsed", used.Contains(receiver.Name));
                json.WriteStartArray("integrations");
                foreach (var integration in receiver.Integrations) WriteIntegration(json, integration, couriers.GetValueOrDefault((receiver.Name, integration.ToString()))?.State ?? new());
                json.WriteEndArray();
                if (proofs.TryGetValue(receiver.Name, out var proof))
                {
                    json.WriteStartObject("lastProof");
                    json.WriteString("at", AlertmanagerDoor.Time(proof.AtMs));
                    json.WriteString("kind", proof.Kind);
                    json.WriteBoolean("isOk", proof.IsOk);
                    if (proof.Detail.Length > 0) json.WriteString("detail", proof.Detail);
                    json.WriteEndObject();
                }
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    async Task TestReceiverAsync(ApiCall call)
    {
        var name = call.Context.Request.RouteValues["name"]?.ToString() ?? "";
        if (!config().Receivers.Any(receiver => receiver.Name == name))
        {
            var known = string.Join(", ", config().Receivers.Select(receiver => receiver.Name));
            throw ApiFaultException.NotFound($"no receiver is named \"{name}\"; there are: {known}");
        }
        var results = await engine.ProveAsync(name, "test");
        await call.AnswerAsync(json =>
        {
            json.WriteStartObject();
            json.WriteString("receiver", name);
            json.WriteString("at", AlertmanagerDoor.Time(time.GetUtcNow().ToUnixTimeMilliseconds()));
            json.WriteStartArray("results");
            foreach (var (integration, result, duration) in results)
            {
                json.WriteStartObject();
                json.WriteString("integration", integration.Kind.Name);
                json.WriteNumber("index", integration.Index);
                json.WriteBoolean("isOk", result.Outcome == NotifyOutcome.Sent);
                if (result.HttpStatus is { } status) json.WriteNumber("status", status);
                if (result.Reason.Length > 0) json.WriteString("reason", result.Reason);
                json.WriteNumber("duration", duration.TotalSeconds);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    Task LedgerAsync(ApiCall call)
    {
        var limit = call.Limit() is > 0 and var wanted ? Math.Min(wanted, MaxRows) : 500;
        var rows = engine.Ledger.Query(new(call.Time("start", 0), call.Time("end", long.MaxValue), Matchers(call), call["receiver"], limit + 1));
        return call.AnswerAsync(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("rows");
            foreach (var row in rows.Take(limit)) WriteRow(json, row);
            json.WriteEndArray();
            json.WriteBoolean("isCut", rows.Count > limit);
            json.WriteEndObject();
        });
    }

    Task WhyAsync(ApiCall call)
    {
        var matchers = Matchers(call);
        if (matchers.Count == 0) throw ApiFaultException.Parameter("filter", "write a matcher such as alertname=\"X\"");
        var answer = WhyAnswer.Explain(engine.Ledger, rules, matchers, call.Time("at", time.GetUtcNow().ToUnixTimeMilliseconds()));
        return call.AnswerAsync(json =>
        {
            json.WriteStartObject();
            json.WriteBoolean("isPaged", answer.IsPaged);
            if (answer.Reason is not null) json.WriteString("reason", answer.Reason);
            json.WriteString("sentence", answer.Sentence);
            if (answer.Mend.Length > 0) json.WriteString("mend", answer.Mend);
            if (answer.Fingerprint is { } fingerprint)
            {
                json.WriteStartObject("alert");
                json.WriteLabels("labels", answer.Labels);
                json.WriteString("fingerprint", AlertFingerprint.Text(fingerprint));
                json.WriteEndObject();
            }
            json.WriteStartArray("steps");
            foreach (var step in answer.Steps) WriteRow(json, step);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    static IReadOnlyList<LabelMatcher> Matchers(ApiCall call)
    {
        try
        {
            return [.. call.All("filter").Where(text => text.Length > 0).SelectMany(MatcherParser.ParseAll)];
        }
        catch (MatcherSyntaxException error)
        {
            throw ApiFaultException.Parameter("filter", error.Message);
        }
    }

    /// <summary>A JSON object, or matchers of equality: <c>alertname="X", severity="page"</c>.</summary>
    static LabelSet LabelsOf(string text)
    {
        try
        {
            if (text.TrimStart().StartsWith('{') && text.Contains("\":", StringComparison.Ordinal))
            {
                using var json = JsonDocument.Parse(text);
                return LabelSet.From(json.RootElement.EnumerateObject().Select(label => new Label(label.Name, label.Value.GetString() ?? "")));
            }
            var matchers = MatcherParser.ParseAll(text);
            if (matchers.FirstOrDefault(matcher => matcher.Kind != MatchKind.Equal) is { } odd) throw ApiFaultException.Parameter("labels", $"{odd.Text()} is no label; write name=\"value\"");
            return LabelSet.From(matchers.Select(matcher => new Label(matcher.Name, matcher.Value)));
        }
        catch (Exception error) when (error is MatcherSyntaxException or JsonException or InvalidOperationException)
        {
            throw ApiFaultException.Parameter("labels", error.Message);
        }
    }

    static IEnumerable<string> WayTo(AlertRoute route) => route.Parent is null ? [route.Id] : WayTo(route.Parent).Append(route.Id);

    static void WriteRoute(Utf8JsonWriter json, AlertRoute route, AlertmanagerFileConfig file, DateTimeOffset now)
    {
        json.WriteStartObject();
        json.WriteString("id", route.Id);
        json.WriteNumber("line", route.Config.Line);
        json.WriteTexts("matchers", route.Config.Matchers.Select(matcher => matcher.Text()));
        WriteEffective(json, route, file, now);
        json.WriteStartArray("routes");
        foreach (var child in route.Routes) WriteRoute(json, child, file, now);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void WriteEffective(Utf8JsonWriter json, AlertRoute route, AlertmanagerFileConfig file, DateTimeOffset now)
    {
        json.WriteString("receiver", route.Receiver);
        json.WriteBoolean("continue", route.Config.Continue);
        json.WriteTexts("groupBy", route.GroupByAll ? ["..."] : route.GroupBy);
        json.WriteNumber("groupWait", route.GroupWait.TotalSeconds);
        json.WriteNumber("groupInterval", route.GroupInterval.TotalSeconds);
        json.WriteNumber("repeatInterval", route.RepeatInterval.TotalSeconds);
        json.WriteTexts("muteTimeIntervals", route.Config.MuteTimeIntervals);
        json.WriteTexts("activeTimeIntervals", route.Config.ActiveTimeIntervals);
        json.WriteTexts("mutedBy", route.MutedBy(file.TimeIntervals, now));
    }

    static void WriteIntegration(Utf8JsonWriter json, ReceiverIntegration integration, CourierState state)
    {
        var unable = integration.Config.Unable;
        json.WriteStartObject();
        json.WriteString("name", integration.Kind.Name);
        json.WriteNumber("index", integration.Index);
        json.WriteBoolean("sendResolved", integration.Config.SendResolved);
        json.WriteString("state", unable is not null ? "unable" : state.LastAttempt is null ? "untried" : state.LastFault is null ? "ok" : "failing");
        if ((unable ?? state.LastFault) is { } reason) json.WriteString("reason", reason);
        if (state.LastAttempt is { } attempt) json.WriteString("lastAttempt", AlertmanagerDoor.Time(attempt.ToUnixTimeMilliseconds()));
        if (state.LastSuccess is { } success) json.WriteString("lastSuccess", AlertmanagerDoor.Time(success.ToUnixTimeMilliseconds()));
        if (state.LastDuration is { } duration) json.WriteNumber("lastDuration", duration.TotalSeconds);
        json.WriteNumber("sent", state.Sent);
        json.WriteNumber("failed", state.Failed);
        json.WriteEndObject();
    }

    static void WriteRow(Utf8JsonWriter json, LedgerRow row)
    {
        json.WriteStartObject();
        json.WriteString("id", row.Id.ToString(CultureInfo.InvariantCulture));
        json.WriteString("at", AlertmanagerDoor.Time(row.AtMs));
        json.WriteString("step", row.Step.ToString().ToLowerInvariant());
        json.WriteString("outcome", row.Outcome.ToString().ToLowerInvariant());
        json.WriteString("text", row.Text);
        if (row.Fingerprint is { } fingerprint) json.WriteString("fingerprint", AlertFingerprint.Text(fingerprint));
        if (row.Labels.Count > 0) json.WriteLabels("labels", row.Labels);
        if (row.Alerts.Count > 0) json.WriteNumber("alerts", row.Alerts.Count);
        if (row.Receiver.Length > 0) json.WriteString("receiver", row.Receiver);
        if (row.Integration.Length > 0) json.WriteString("integration", row.Integration);
        if (row.GroupKey.Length > 0) json.WriteString("groupKey", row.GroupKey);
        if (row.Reason.Length > 0) json.WriteString("reason", row.Reason);
        if (row.Status is { } status) json.WriteNumber("status", status);
        json.WriteEndObject();
    }
}
