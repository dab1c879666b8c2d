using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Pharos.Server.Doors;

namespace Pharos.Server.Rules;

/// <summary><c>/api/v1/rules</c> and <c>/api/v1/alerts</c> in Prometheus' form.</summary>
sealed class RulesEndpoints(Func<RulesSnapshot> rules)
{
    public void Map(DoorTable doors)
    {
        doors.Map(Door.Read("/api/v1/rules", "the rules with their state and alerts"), RulesAsync);
        doors.Map(Door.Read("/api/v1/alerts", "the alerts that rules have pending or firing"), AlertsAsync);
    }

    Task AlertsAsync(ApiCall call)
    {
        var alerts = rules().Alerts.ToList();
        return call.AnswerAsync(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("alerts");
            foreach (var alert in alerts) Write(json, alert);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    Task RulesAsync(ApiCall call)
    {
        var filter = RuleFilter.Read(call);
        var groups = filter.Apply(rules()).ToList();
        var next = Page(call, ref groups);
        return call.AnswerAsync(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("groups");
            foreach (var group in groups) Write(json, group, filter.WithAlerts);
            json.WriteEndArray();
            if (next is not null) json.WriteString("groupNextToken", next);
            json.WriteEndObject();
        });
    }

    /// <summary>Cuts the list to the page that was asked for.</summary>
    /// <returns>The token of the next page, or null.</returns>
    static string? Page(ApiCall call, ref List<RuleGroupSnapshot> groups)
    {
        var size = call.Limit("group_limit");
        var token = call["group_next_token"];
        if (token.Length > 0 && size == 0) throw ApiFaultException.Parameter("group_next_token", "group_limit needs to be present in order to paginate over the groups");
        if (call["group_limit"].Length > 0 && size == 0) throw ApiFaultException.Parameter("group_limit", "group_limit needs to be greater than 0");
        if (size == 0) return null;
        var start = token.Length == 0 ? 0 : groups.FindIndex(group => TokenOf(group) == token);
        if (start < 0) throw ApiFaultException.Parameter("group_next_token", $"invalid group_next_token {ApiTime.Quote(token)}. were rule groups changed?");
        var rest = groups.GetRange(start, groups.Count - start);
        groups = [.. rest.Take(size)];
        return rest.Count > size ? TokenOf(rest[size]) : null;
    }

    /// <summary>Names a group without showing where its file lies; no secret.</summary>
    static string TokenOf(RuleGroupSnapshot group) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{group.File};{group.Name}")).AsSpan(0, 20));

    static void Write(Utf8JsonWriter json, RuleGroupSnapshot group, bool withAlerts)
    {
        json.WriteStartObject();
        json.WriteString("name", group.Name);
        json.WriteString("file", group.File);
        json.WriteStartArray("rules");
        foreach (var rule in group.Rules) Write(json, rule, withAlerts);
        json.WriteEndArray();
        json.WriteNumber("interval", group.IntervalSeconds);
        json.WriteNumber("limit", group.Limit);
        json.WriteNumber("evaluationTime", group.EvaluationSeconds);
        json.WriteString("lastEvaluation", Moment(group.LastEvaluationMs));
        json.WriteEndObject();
    }

    static void Write(Utf8JsonWriter json, RuleSnapshot rule, bool withAlerts)
    {
        json.WriteStartObject();
        if (rule.IsAlerting) json.WriteString("state", Word(rule.State));
        json.WriteString("name", rule.Name);
        json.WriteString("query", rule.Query);
        if (rule.IsAlerting)
        {
            json.WriteNumber("duration", rule.HoldSeconds);
            json.WriteNumber("keepFiringFor", rule.KeepFiringForSeconds);
        }
        json.WriteLabels("labels", rule.Labels);
        if (rule.IsAlerting)
        {
            json.WriteLabels("annotations", rule.Annotations);
            json.WriteStartArray("alerts");
            foreach (var alert in withAlerts ? rule.Alerts : []) Write(json, alert);
            json.WriteEndArray();
        }
        json.WriteString("health", rule.Health.ToString().ToLowerInvariant());
        if (rule.LastError.Length > 0) json.WriteString("lastError", rule.LastError);
        json.WriteNumber("evaluationTime", rule.EvaluationSeconds);
        json.WriteString("lastEvaluation", Moment(rule.LastEvaluationMs));
        json.WriteString("type", rule.IsAlerting ? "alerting" : "recording");
        json.WriteEndObject();
    }

    static void Write(Utf8JsonWriter json, AlertSnapshot alert)
    {
        json.WriteStartObject();
        json.WriteLabels("labels", alert.Labels);
        json.WriteLabels("annotations", alert.Annotations);
        json.WriteString("state", Word(alert.State));
        json.WriteString("activeAt", ApiTime.Format(alert.ActiveAtMs));
        if (alert.KeepFiringSinceMs is { } since) json.WriteString("keepFiringSince", ApiTime.Format(since));
        json.WriteString("value", ValueText(alert.Value));
        json.WriteEndObject();
    }

    /// <summary>Always with an exponent, as Prometheus writes it here and nowhere else: <c>1e+00</c>.</summary>
    static string ValueText(double value)
    {
        if (!double.IsFinite(value)) return double.IsNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
        for (var digits = 0; ; digits++)
        {
            var text = value.ToString($"e{digits.ToString(CultureInfo.InvariantCulture)}", CultureInfo.InvariantCulture);
            if (digits < 16 && double.Parse(text, CultureInfo.InvariantCulture) != value) continue;
            var exponent = text.IndexOf('e', StringComparison.Ordinal);
            return $"{text[..(exponent + 2)]}{int.Parse(text.AsSpan(exponent + 2), CultureInfo.InvariantCulture):00}";
        }
    }

    static string Moment(long? timeMs) => timeMs is { } ms ? ApiTime.Format(ms) : ApiTime.Never;

    static string Word(AlertPhase phase) => phase.ToString().ToLowerInvariant();
}
