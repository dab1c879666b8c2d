using Pharos.Model.Labels;
using Pharos.Query.GoTemplate;

namespace Pharos.Server.Notifying.Templates;

/// <summary>What the templates of notifications see: the types, fields and methods that Alertmanager documents, under its names.</summary>
/// <remarks>Source: Alertmanager's notification template reference.</remarks>
static class NotificationData
{
    /// <summary>A list of texts that can be joined.</summary>
    static readonly TemplateType Texts = new TemplateType("template.StringSlice", TemplateKind.List, TemplateType.String)
        .Method("Join", (self, arguments, _) => TemplateValue.From(string.Join(arguments.Text(0), TextsOf(self))), TemplateType.String);

    static readonly TemplateType PairType = new TemplateType("template.Pair", TemplateKind.Struct)
        .Field<Pair>("Name", pair => TemplateValue.From(pair.Name))
        .Field<Pair>("Value", pair => TemplateValue.From(pair.Value));

    static readonly TemplateType PairsType = new TemplateType("template.Pairs", TemplateKind.List, PairType)
        .Method("Names", (self, _, _) => TextList(PairsOf(self).Select(pair => pair.Name)))
        .Method("Values", (self, _, _) => TextList(PairsOf(self).Select(pair => pair.Value)))
        .Method("String", (self, _, _) => TemplateValue.From(string.Join(", ", PairsOf(self).Select(pair => $"{pair.Name}={pair.Value}"))));

    /// <summary>Labels or annotations by name.</summary>
    static readonly TemplateType KvType = new TemplateType("template.KV", TemplateKind.Map, TemplateType.String)
        .Method("SortedPairs", (self, _, _) => SortedPairs((MapValue)self))
        .Method("Names", (self, _, _) => TextList(PairsOf(SortedPairs((MapValue)self)).Select(pair => pair.Name)))
        .Method("Values", (self, _, _) => TextList(PairsOf(SortedPairs((MapValue)self)).Select(pair => pair.Value)))
        .Method("Remove", (self, arguments, _) => Without((MapValue)self, TextsOf(arguments[0])), TemplateType.StringList)
        .Method("String", (self, _, _) => TemplateValue.From(string.Join(", ", PairsOf(SortedPairs((MapValue)self)).Select(pair => $"{pair.Name}={pair.Value}"))));

    static readonly TemplateType AlertType = new TemplateType("template.Alert", TemplateKind.Struct)
        .Field<AlertView>("Status", alert => TemplateValue.From(alert.IsFiring ? "firing" : "resolved"), "status")
        .Field<AlertView>("Labels", alert => alert.Labels, "labels")
        .Field<AlertView>("Annotations", alert => alert.Annotations, "annotations")
        .Field<AlertView>("StartsAt", alert => GoTime.Utc(alert.StartsAt), "startsAt")
        .Field<AlertView>("EndsAt", alert => GoTime.Utc(alert.EndsAt ?? DateTimeOffset.MinValue), "endsAt")
        .Field<AlertView>("GeneratorURL", alert => TemplateValue.From(alert.GeneratorUrl), "generatorURL")
        .Field<AlertView>("Fingerprint", alert => TemplateValue.From(alert.Fingerprint), "fingerprint");

    static readonly TemplateType AlertsType = new TemplateType("template.Alerts", TemplateKind.List, AlertType)
        .Method("Firing", (self, _, _) => Only((ListValue)self, isFiring: true))
        .Method("Resolved", (self, _, _) => Only((ListValue)self, isFiring: false));

    static readonly TemplateType DataType = new TemplateType("template.Data", TemplateKind.Struct) { IsPointer = true }
        .Field<DataView>("Receiver", data => TemplateValue.From(data.Receiver), "receiver")
        .Field<DataView>("Status", data => TemplateValue.From(data.IsFiring ? "firing" : "resolved"), "status")
        .Field<DataView>("Alerts", data => data.Alerts, "alerts")
        .Field<DataView>("GroupLabels", data => data.GroupLabels, "groupLabels")
        .Field<DataView>("CommonLabels", data => data.CommonLabels, "commonLabels")
        .Field<DataView>("CommonAnnotations", data => data.CommonAnnotations, "commonAnnotations")
        .Field<DataView>("ExternalURL", data => TemplateValue.From(data.ExternalUrl), "externalURL")
        .Field<DataView>("RouteLabels", data => data.RouteLabels, "routeLabels")
        .Field<DataView>("NotificationReason", data => TemplateValue.From(data.Reason), "notificationReason");

    /// <summary>The dot of a notification's templates.</summary>
    public static TemplateValue Of(Notification notification) => From(new DataView(
        notification.QuotedReceiver, notification.IsFiring, Alerts(notification.Alerts.Select(Of)),
        Kv(notification.GroupLabels), Kv(Common(notification.Alerts, alert => alert.Labels)), Kv(Common(notification.Alerts, alert => alert.Annotations)),
        notification.ExternalUrl, Kv(notification.RouteLabels), notification.Reason.Words()));

    public static TemplateValue From(DataView data) => new StructValue(data, DataType);

    public static TemplateValue Alerts(IEnumerable<AlertView> alerts) => new ListValue([.. alerts.Select(alert => new StructValue(alert, AlertType))], AlertsType);

    public static MapValue Kv(IEnumerable<Label> labels) => new(labels.Select(label => (label.Name, TemplateValue.From(label.Value))), KvType);

    static AlertView Of(NotifiedAlert alert) =>
        new(alert.IsFiring, Kv(alert.Labels), Kv(alert.Annotations), alert.StartsAt, alert.EndsAt, alert.GeneratorUrl, alert.Fingerprint);

    /// <summary>What all alerts have alike.</summary>
    public static LabelSet Common(IReadOnlyList<NotifiedAlert> alerts, Func<NotifiedAlert, LabelSet> read) => alerts.Count == 0
        ? LabelSet.Empty
        : LabelSet.From(read(alerts[0]).Where(label => alerts.All(alert => read(alert)[label.Name] == label.Value)));

    public static ListValue TextList(IEnumerable<string> texts) => new([.. texts.Select(TemplateValue.From)], Texts);

    public static IEnumerable<string> TextsOf(TemplateValue list) => ((ListValue)list).Items.Select(item => ((StringValue)item).Value);

    static IEnumerable<Pair> PairsOf(TemplateValue pairs) => ((ListValue)pairs).Items.Select(pair => (Pair)((StructValue)pair).Instance);

    /// <summary>By name, but the alert's name first.</summary>
    static ListValue SortedPairs(MapValue map)
    {
        var pairs = map.EntryList.OrderBy(entry => entry.Key == "alertname" ? 0 : 1).ThenBy(entry => entry.Key, StringComparer.Ordinal);
        return new([.. pairs.Select(entry => new StructValue(new Pair(entry.Key, ((StringValue)entry.Value).Value), PairType))], PairsType);
    }

    static MapValue Without(MapValue map, IEnumerable<string> names)
    {
        var removed = names.ToHashSet(StringComparer.Ordinal);
        return new(map.EntryList.Where(entry => !removed.Contains(entry.Key)), KvType);
    }

    static ListValue Only(ListValue alerts, bool isFiring) =>
        new([.. alerts.Items.Where(alert => ((AlertView)((StructValue)alert).Instance).IsFiring == isFiring)], AlertsType);

    sealed record Pair(string Name, string Value);
}

/// <param name="Labels">A map, or nothing.</param>
/// <param name="Annotations">A map, or nothing.</param>
sealed record AlertView(
    bool IsFiring, TemplateValue Labels, TemplateValue Annotations, DateTimeOffset StartsAt, DateTimeOffset? EndsAt, string GeneratorUrl, string Fingerprint);

sealed record DataView(
    string Receiver, bool IsFiring, TemplateValue Alerts, TemplateValue GroupLabels, TemplateValue CommonLabels, TemplateValue CommonAnnotations,
    string ExternalUrl, TemplateValue RouteLabels, string Reason);
