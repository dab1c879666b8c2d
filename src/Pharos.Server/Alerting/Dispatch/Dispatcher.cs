using Pharos.Model.Labels;
using Pharos.Server.Alerting.Inhibition;
using Pharos.Server.Alerting.Routing;
using Pharos.Server.Alerting.Silences;
using Pharos.Server.Notifying;

namespace Pharos.Server.Alerting.Dispatch;

/// <summary>Sorts alerts into groups and decides when which receiver is told what.</summary>
/// <remarks>
/// <para>No clock, no timer, no I/O: every call is given the time, so that whole days are tested in an instant, and returns what is to be kept and told.
/// Whoever owns it asks <see cref="Due"/> at <see cref="NextDueMs"/>, carries out what came out, and reports the end.</para>
/// <para>A change of the configuration makes a new one over the same books: groups are then formed anew from all known alerts, and the log keeps
/// them from telling anything twice.</para>
/// <para>Resolved always follows: an alert that an integration was told to fire is told to it when it is resolved, whatever silences, inhibits or
/// mutes it by then; and when no route leads there any more, a closing group does it.</para>
/// <para>Threads: its owner's lock. Source: Alertmanager's documentation, and its behaviour in the differential tests.</para>
/// </remarks>
sealed class Dispatcher
{
    /// <summary>How often what is over is cleared away.</summary>
    const long MaintenanceMs = 30_000;

    readonly AlertBook alerts;
    readonly SilenceBook silences;
    readonly NotifyLog log;
    readonly Inhibitor inhibitor;
    readonly Dictionary<string, ReceiverConfig> receivers;
    readonly Dictionary<(string RouteId, LabelSet Labels), AlertGroup> groups = [];
    readonly Dictionary<(string GroupKey, string Receiver), AlertGroup> closing = [];
    readonly PriorityQueue<AlertGroup, long> due = new();
    long nextMaintenanceMs;

    Dispatcher(AlertmanagerFileConfig config, AlertBook alerts, SilenceBook silences, NotifyLog log, long nowMs)
    {
        this.alerts = alerts;
        this.silences = silences;
        this.log = log;
        Config = config;
        Root = AlertRoute.Build(config.Route);
        inhibitor = new(config.InhibitRules);
        receivers = config.Receivers.DistinctBy(receiver => receiver.Name).ToDictionary(receiver => receiver.Name, StringComparer.Ordinal);
        nextMaintenanceMs = nowMs + MaintenanceMs;
    }

    /// <summary>Begins over books that may hold alerts already.</summary>
    public static (Dispatcher Dispatcher, IReadOnlyList<Effect> Effects) Begin(AlertmanagerFileConfig config, AlertBook alerts, SilenceBook silences, NotifyLog log, long nowMs)
    {
        var dispatcher = new Dispatcher(config, alerts, silences, log, nowMs);
        foreach (var alert in alerts.All.OrderBy(alert => alert.UpdatedAtMs)) dispatcher.Join(alert, nowMs);
        return (dispatcher, dispatcher.FindOwed(nowMs));
    }

    public AlertmanagerFileConfig Config { get; }

    public AlertRoute Root { get; }

    public IEnumerable<AlertGroup> Groups => groups.Values;

    /// <summary>When something is to be looked at next.</summary>
    public long NextDueMs => due.TryPeek(out _, out var at) ? Math.Min(at, nextMaintenanceMs) : nextMaintenanceMs;

    /// <summary>Takes an alert that was posted.</summary>
    public IReadOnlyList<Effect> Put(KnownAlert posted, long nowMs)
    {
        var before = alerts.Find(posted.Fingerprint);
        var kept = alerts.Put(posted);
        var groups = Join(kept.Alert, nowMs);
        var isFiring = !kept.Alert.IsResolvedAt(nowMs);
        if (before is not null && before.IsResolvedAt(nowMs) != isFiring) return [kept]; // It was posted before, and says the same.
        var isNew = before is null || isFiring;
        var received = new AlertReceived(kept.Alert, isNew, nowMs);
        return isNew ? [kept, received, .. groups.Select(group => new AlertJoined(kept.Alert, group, Root, group.DueMs, nowMs))] : [kept, received];
    }

    /// <summary>Looks at every group whose time has come.</summary>
    public IReadOnlyList<Effect> Due(long nowMs)
    {
        var effects = new List<Effect>();
        if (nowMs >= nextMaintenanceMs) effects.AddRange(Maintain(nowMs));
        while (due.TryPeek(out var group, out var at) && at <= nowMs)
        {
            due.Dequeue();
            if (group.DueMs != at || group.IsFlushing || !IsAlive(group)) continue; // Another time was set since, or its end will look again.
            Schedule(group, nowMs + (long)group.Route.GroupInterval.TotalMilliseconds);
            group.HasFlushed = true;
            if (group.Alerts.Count == 0) continue;
            group.IsFlushing = true;
            var flush = Look(group, nowMs);
            effects.AddRange(AlertSteps.Looked(flush).Select(row => new StepTaken(row)));
            effects.Add(new GroupDue(this, flush));
        }
        return effects;
    }

    /// <summary>An integration was told; that is to be kept before anything else is told to it.</summary>
    public ToldKept Told(Notice notice, string? state, long nowMs) => log.Put(notice.Key, NotifyDecision.After(log.Find(notice.Key), notice, state, nowMs));

    /// <summary>A look at a group has come to its end.</summary>
    /// <param name="isWhole">Every integration was told what it had to be; else the next look tries again.</param>
    public void Ended(Flush flush, bool isWhole, long nowMs)
    {
        var group = flush.Group;
        group.IsFlushing = false;
        if (isWhole)
        {
            foreach (var alert in flush.Alerts)
            {
                // One that fired again meanwhile stays.
                if (alert.IsResolved && group.Alerts.TryGetValue(alert.Known.Fingerprint, out var now) && ReferenceEquals(now, alert.Known)) group.Alerts.Remove(alert.Known.Fingerprint);
            }
        }
        if (group.IsClosing && group.Alerts.Count == 0) closing.Remove((group.Key, group.Receiver));
        else if (group.Alerts.Count == 0 && IsAlive(group)) groups.Remove((group.Route.Id, group.Labels)); // What fires next waits anew.
        else if (group.DueMs <= nowMs) Schedule(group, nowMs); // Its time came while it was busy.
    }

    /// <summary>Why an alert would not be told now by routes that are not muted by the time; null: it would be.</summary>
    public Hold? HoldOf(KnownAlert alert, long nowMs)
    {
        if (inhibitor.InhibitedBy(alert.Labels, nowMs) is { Count: > 0 } inhibiting) return new(HoldKind.Inhibited, [.. inhibiting.Select(AlertFingerprint.Text)]);
        return silences.SilencedBy(alert.Fingerprint, alert.Labels, nowMs) is { Count: > 0 } silencing ? new(HoldKind.Silenced, silencing) : null;
    }

    public IReadOnlyList<ulong> InhibitedBy(LabelSet labels, long nowMs) => inhibitor.InhibitedBy(labels, nowMs);

    public IReadOnlyList<string> MutedBy(AlertRoute route, long nowMs) => route.MutedBy(Config.TimeIntervals, DateTimeOffset.FromUnixTimeMilliseconds(nowMs));

    Flush Look(AlertGroup group, long nowMs)
    {
        var all = group.Alerts.Values.Select(alert => new FlushedAlert(alert, alert.IsResolvedAt(nowMs))).OrderBy(alert => alert.Known.Labels, AlertOrder.Instance).ToList();
        group.MutedBy = MutedBy(group.Route, nowMs);
        var holds = new Dictionary<ulong, Hold>();
        foreach (var alert in all)
        {
            var hold = group.MutedBy.Count > 0 ? new Hold(HoldKind.Muted, group.MutedBy) : null;
            if ((HoldOf(alert.Known, nowMs) ?? hold) is { } held) holds[alert.Known.Fingerprint] = held;
        }
        var integrations = receivers.TryGetValue(group.Receiver, out var receiver) ? receiver.Integrations : [];
        return new(group, nowMs, all, holds, [.. integrations.Select(integration => NoticeFor(group, integration, all, holds, nowMs))]);
    }

    Notice NoticeFor(AlertGroup group, ReceiverIntegration integration, IReadOnlyList<FlushedAlert> all, Dictionary<ulong, Hold> holds, long nowMs)
    {
        var key = new NotifyLogKey(group.Key, group.Receiver, integration.ToString());
        var told = log.Find(key);
        var shown = all.Where(alert => IsShown(alert, told)).ToList();
        var firing = shown.Where(alert => !alert.IsResolved).Select(alert => alert.Known.Fingerprint).ToHashSet();
        var resolved = shown.Where(alert => alert.IsResolved).Select(alert => alert.Known.Fingerprint).ToHashSet();
        var sendResolved = integration.Config.SendResolved;
        var repeatMs = (long)group.Route.RepeatInterval.TotalMilliseconds;
        var reason = shown.Count == 0 ? null : NotifyDecision.Decide(told, firing, resolved, sendResolved, repeatMs, nowMs);
        return new()
        {
            Key = key,
            Integration = integration,
            GroupLabels = group.Labels,
            Reason = reason,
            SendResolved = sendResolved,
            RepeatMs = repeatMs,
            Firing = firing,
            Resolved = resolved,
            Alerts = sendResolved ? shown : [.. shown.Where(alert => !alert.IsResolved)],
            State = reason == NotifyReason.FirstNotification ? "" : told?.State ?? "",
        };

        bool IsShown(FlushedAlert alert, NotifyLogEntry? told)
        {
            var isOwed = alert.IsResolved && told is not null && told.Owed.Contains(alert.Known.Fingerprint);
            return isOwed || (!group.IsClosing && !holds.ContainsKey(alert.Known.Fingerprint));
        }
    }

    List<AlertGroup> Join(KnownAlert alert, long nowMs)
    {
        inhibitor.Put(alert);
        var joined = new List<AlertGroup>();
        foreach (var route in Root.Match(alert.Labels)) joined.Add(Join(alert, route, nowMs));
        foreach (var group in closing.Values)
        {
            if (group.Alerts.ContainsKey(alert.Fingerprint)) group.Alerts[alert.Fingerprint] = alert;
        }
        return joined;
    }

    AlertGroup Join(KnownAlert alert, AlertRoute route, long nowMs)
    {
        var labels = route.GroupLabelsOf(alert.Labels);
        var waitMs = (long)route.GroupWait.TotalMilliseconds;
        if (!groups.TryGetValue((route.Id, labels), out var group))
        {
            groups[(route.Id, labels)] = group = new(route, labels, route.GroupKey(labels));
            Schedule(group, nowMs + waitMs);
        }
        group.Alerts[alert.Fingerprint] = alert;
        if (!group.HasFlushed && alert.Alert.StartsAtMs + waitMs < nowMs && group.DueMs > nowMs) Schedule(group, nowMs); // It has waited long enough elsewhere.
        return group;
    }

    void Schedule(AlertGroup group, long atMs)
    {
        group.DueMs = atMs;
        due.Enqueue(group, atMs);
    }

    bool IsAlive(AlertGroup group) => group.IsClosing
        ? closing.ContainsKey((group.Key, group.Receiver))
        : groups.TryGetValue((group.Route.Id, group.Labels), out var now) && ReferenceEquals(now, group);

    List<Effect> Maintain(long nowMs)
    {
        nextMaintenanceMs = nowMs + MaintenanceMs;
        foreach (var (key, group) in groups)
        {
            if (group.Alerts.Count == 0 && !group.IsFlushing) groups.Remove(key);
        }
        var effects = FindOwed(nowMs);
        effects.AddRange(log.Clean(nowMs));
        var needed = groups.Values.Concat(closing.Values).SelectMany(group => group.Alerts.Keys).ToHashSet();
        foreach (var entry in log.Entries.Values) needed.UnionWith(entry.Owed);
        foreach (var forgotten in alerts.Clean(nowMs, needed.Contains))
        {
            inhibitor.Remove(forgotten.Alert);
            effects.Add(forgotten);
        }
        effects.AddRange(silences.Clean(nowMs, fingerprint => alerts.Find(fingerprint) is not null));
        return effects;
    }

    /// <summary>Alerts that somebody was told to fire, and that no route brings to him any more, get a group that tells their end.</summary>
    List<Effect> FindOwed(long nowMs)
    {
        var effects = new List<Effect>();
        var led = groups.Values.ToLookup(group => (group.Key, group.Receiver));
        foreach (var (key, entry) in log.Entries.Where(pair => pair.Value.Owed.Count > 0).ToList())
        {
            var isThere = receivers.TryGetValue(key.Receiver, out var receiver) && receiver.Integrations.Any(integration => integration.ToString() == key.Integration);
            if (!isThere)
            {
                effects.Add(log.Remove(key)); // Nobody is left to tell.
                continue;
            }
            var lost = entry.Owed.Where(fingerprint => !led[(key.GroupKey, key.Receiver)].Any(group => group.Alerts.ContainsKey(fingerprint))).ToList();
            var gone = lost.Where(fingerprint => alerts.Find(fingerprint) is null).ToList();
            if (gone.Count > 0) effects.Add(log.Put(key, entry with { Owed = entry.Owed.Except(gone).ToHashSet() }));
            foreach (var fingerprint in lost.Except(gone)) Close(key, entry, alerts.Find(fingerprint)!, nowMs);
        }
        return effects;
    }

    void Close(NotifyLogKey key, NotifyLogEntry entry, KnownAlert alert, long nowMs)
    {
        if (!closing.TryGetValue((key.GroupKey, key.Receiver), out var group))
        {
            var route = Root.All().FirstOrDefault(route => route.Receiver == key.Receiver) ?? Root;
            closing[(key.GroupKey, key.Receiver)] = group = new(route.To(key.Receiver), entry.GroupLabels, key.GroupKey) { IsClosing = true };
            Schedule(group, nowMs);
        }
        group.Alerts.TryAdd(alert.Fingerprint, alert);
    }
}
