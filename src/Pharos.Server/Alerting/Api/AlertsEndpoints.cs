using System.Text.Json;
using Pharos.Model.Labels;
using Pharos.Model.Text;
using Pharos.Model.Text.Re2Matching;
using Pharos.Server.Alerting.Delivery;
using Pharos.Server.Alerting.Dispatch;
using Pharos.Server.Alerting.Routing;
using Pharos.Server.Doors;
using Pharos.Server.Notifying;
using Pharos.Server.Text.Matching;

namespace Pharos.Server.Alerting.Api;

/// <summary><c>/api/v2/alerts</c> and <c>/api/v2/alerts/groups</c>.</summary>
/// <remarks>Source: Alertmanager's OpenAPI of API v2 (facts).</remarks>
sealed class AlertsEndpoints(AlertEngine engine, Func<AlertmanagerFileConfig> config, TimeProvider time)
{
    /// <summary>A flood of a hundred thousand alerts.</summary>
    const int MaxBodyBytes = 64 << 20;

    public void Map(DoorTable doors)
    {
        doors.Map(AlertmanagerForm.Read("/api/v2/alerts", "the alerts that are known"), ListAsync);
        doors.Map(Door.Push("/api/v2/alerts", "takes alerts") with { Faults = FaultFormat.Alertmanager, Body = new(MaxBodyBytes) }, PostAsync);
        doors.Map(AlertmanagerForm.Read("/api/v2/alerts/groups", "the alerts by the groups in which they are told"), GroupsAsync);
    }

    sealed record Filter(IReadOnlyList<LabelMatcher> Matchers, Re2? Receiver, IReadOnlyList<LabelMatcher> ReceiverLabels, bool Active, bool Silenced, bool Inhibited);

    sealed record ShownAlert(KnownAlert Known, IReadOnlyList<string> Receivers, IReadOnlyList<string> SilencedBy, IReadOnlyList<string> InhibitedBy, IReadOnlyList<string> MutedBy)
    {
        public bool IsActive => SilencedBy.Count == 0 && InhibitedBy.Count == 0 && MutedBy.Count == 0;
    }

    sealed record ShownGroup(LabelSet Labels, LabelSet RouteLabels, string Receiver, IReadOnlyList<ShownAlert> Alerts);

    async Task PostAsync(ApiCall call)
    {
        var (alerts, faults) = await call.ReadBodyAsync(cancellation => PostedAlerts.ReadAsync(
            call.Context.Request.BodyReader, time.GetUtcNow().ToUnixTimeMilliseconds(), config().ResolveTimeout, cancellation));
        await engine.PostAsync(alerts);
        if (faults.Count > 0) throw ApiFaultException.BadData(string.Join("; ", faults.Distinct()));
    }

    Task ListAsync(ApiCall call)
    {
        var filter = Read(call);
        AlertmanagerForm.Bool(call, "unprocessed"); // Checked only: every alert is processed here before anybody can ask.
        var receivers = Receivers();
        var alerts = engine.Look(view => view.Alerts.All
            .Where(alert => alert.Alert.EndsAtMs >= view.NowMs)
            .Select(alert => Show(view, alert, ReceiversOf(view.Dispatcher?.Root, alert.Labels), []))
            .Where(alert => IsWanted(alert, filter) && alert.Receivers.Any(name => IsReceiverWanted(name, filter, receivers)))
            .OrderBy(alert => alert.Known.FingerprintText, StringComparer.Ordinal)
            .ToList());
        return AlertmanagerForm.WriteListAsync(call, alerts, Write);
    }

    Task GroupsAsync(ApiCall call)
    {
        var filter = Read(call);
        var withMuted = AlertmanagerForm.Bool(call, "muted");
        var receivers = Receivers();
        var groups = engine.Look(view =>
        {
            if (view.Dispatcher is not { } dispatcher) return [];
            var shown = new List<ShownGroup>();
            foreach (var group in dispatcher.Groups.Where(group => IsReceiverWanted(group.Receiver, filter, receivers)))
            {
                var mutedBy = dispatcher.MutedBy(group.Route, view.NowMs);
                if (mutedBy.Count > 0 && !withMuted) continue;
                var alerts = group.Alerts.Values
                    .Where(alert => alert.Alert.EndsAtMs >= view.NowMs)
                    .Select(alert => Show(view, alert, ReceiversOf(dispatcher.Root, alert.Labels), mutedBy))
                    .Where(alert => IsWanted(alert, filter))
                    .OrderBy(alert => alert.Known.Labels, AlertOrder.Instance)
                    .ToList();
                if (alerts.Count > 0) shown.Add(new(group.Labels, group.Route.Labels, group.Receiver, alerts));
            }
            return shown.OrderBy(group => group.Labels, Comparer<LabelSet>.Create(AlertOrder.CompareLabels)).ThenBy(group => group.Receiver, StringComparer.Ordinal).ToList();
        });
        return AlertmanagerForm.WriteListAsync(call, groups, WriteGroup);
    }

    static Filter Read(ApiCall call) => new(
        AlertmanagerForm.Matchers(call, "filter"),
        AlertmanagerForm.Pattern(call, "receiver"),
        AlertmanagerForm.Matchers(call, "receiver_matchers"),
        AlertmanagerForm.Bool(call, "active"),
        AlertmanagerForm.Bool(call, "silenced"),
        AlertmanagerForm.Bool(call, "inhibited"));

    Dictionary<string, ReceiverConfig> Receivers() => config().Receivers.DistinctBy(receiver => receiver.Name).ToDictionary(receiver => receiver.Name, StringComparer.Ordinal);

    static IReadOnlyList<string> ReceiversOf(AlertRoute? root, LabelSet labels) => root is null ? [] : [.. root.Match(labels).Select(route => route.Receiver)];

    static ShownAlert Show(EngineView view, KnownAlert alert, IReadOnlyList<string> receivers, IReadOnlyList<string> mutedBy) => new(
        alert,
        receivers,
        view.Silences.SilencedBy(alert.Fingerprint, alert.Labels, view.NowMs),
        [.. view.Dispatcher?.InhibitedBy(alert.Labels, view.NowMs).Select(AlertFingerprint.Text) ?? []],
        mutedBy);

    static bool IsWanted(ShownAlert alert, Filter filter) =>
        (filter.Active || !alert.IsActive)
        && (filter.Silenced || alert.SilencedBy.Count == 0)
        && (filter.Inhibited || alert.InhibitedBy.Count == 0)
        && filter.Matchers.MatchesAll(alert.Known.Labels);

    static bool IsReceiverWanted(string name, Filter filter, Dictionary<string, ReceiverConfig> receivers) =>
        (filter.Receiver is null || filter.Receiver.IsMatch(name))
        && (filter.ReceiverLabels.Count == 0 || (receivers.TryGetValue(name, out var receiver) && filter.ReceiverLabels.MatchesAll(receiver.Labels)));

    static void WriteGroup(Utf8JsonWriter json, ShownGroup group)
    {
        json.WriteStartObject();
        json.WriteLabels("labels", group.Labels);
        json.WriteLabels("routeLabels", group.RouteLabels);
        json.WriteStartObject("receiver");
        json.WriteString("name", group.Receiver);
        json.WriteEndObject();
        json.WriteStartArray("alerts");
        foreach (var alert in group.Alerts) Write(json, alert);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void Write(Utf8JsonWriter json, ShownAlert shown)
    {
        var alert = shown.Known.Alert;
        json.WriteStartObject();
        json.WriteLabels("annotations", alert.Annotations);
        json.WriteString("endsAt", AlertmanagerForm.Time(alert.EndsAtMs));
        json.WriteString("fingerprint", shown.Known.FingerprintText);
        json.WriteStartArray("receivers");
        foreach (var receiver in shown.Receivers)
        {
            json.WriteStartObject();
            json.WriteString("name", receiver);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteString("startsAt", AlertmanagerForm.Time(alert.StartsAtMs));
        json.WriteStartObject("status");
        json.WriteTexts("inhibitedBy", shown.InhibitedBy);
        json.WriteTexts("mutedBy", shown.MutedBy);
        json.WriteTexts("silencedBy", shown.SilencedBy);
        json.WriteString("state", shown.IsActive ? "active" : "suppressed");
        json.WriteEndObject();
        json.WriteString("updatedAt", AlertmanagerForm.Time(shown.Known.UpdatedAtMs));
        if (alert.GeneratorUrl.Length > 0) json.WriteString("generatorURL", alert.GeneratorUrl);
        json.WriteLabels("labels", alert.Labels);
        json.WriteEndObject();
    }
}
