using System.Collections.Concurrent;
using System.Net;
using Pharos.Model.Diagnostics;
using Pharos.Model.Labels;
using Pharos.Server.Alerting.Api;
using Pharos.Server.Alerting.Delivery;
using Pharos.Server.Alerting.Dispatch;
using Pharos.Server.Alerting.Persistence;
using Pharos.Server.Alerting.Sending;
using Pharos.Server.Config;
using Pharos.Server.Discovery;
using Pharos.Server.Doors;
using Pharos.Server.Findings;
using Pharos.Server.Ledger;
using Pharos.Server.Notifying;
using Pharos.Server.Rooms;
using Pharos.Server.Series;
using Pharos.Server.State;
using Pharos.Server.Text;
using Pharos.Server.Timing;

namespace Pharos.Server.Alerting;

/// <summary>Brings alerts to their receivers: those of the alertmanager.yml beside, and the Alertmanagers of the <c>alerting</c> section.</summary>
/// <remarks>Threads: <see cref="Send"/> and <see cref="Alertmanagers"/> may be called by anyone, at any time.</remarks>
sealed partial class AlertingRoom : IRoom
{
    readonly AlertingOptions options;
    readonly WebOptions web;
    readonly TimeProvider time;
    readonly ILogger logger;
    readonly ILogger<AlertmanagerSender> senderLogger;
    readonly NotificationMetrics metrics;
    readonly FindingBook findings;
    readonly ILoggerFactory loggers;
    readonly LedgerRoom ledger;
    readonly AlertEngine engine;
    readonly Ticker ticker;
    readonly DateTimeOffset startedAt;
    readonly ConcurrentDictionary<Uri, bool> ownAddresses = [];
    readonly ConcurrentDictionary<Uri, SendFault> sendFaults = [];
    readonly Lock telling = new();
    volatile AlertmanagerFileConfig file = AlertmanagerFileConfig.Default;
    IReadOnlyList<TextFlaw> flawsTold = [];
    Finding? postFault;
    volatile Routes routes = new(LabelSet.Empty, [], []);

    public AlertingRoom(AlertingOptions options, WebOptions web, StateDatabase state, LedgerRoom ledger, FindingBook findings, TimeProvider time, ILoggerFactory loggers)
    {
        this.findings = findings;
        this.ledger = ledger;
        this.loggers = loggers;
        this.options = options;
        this.web = web;
        this.time = time;
        logger = loggers.CreateLogger<AlertingRoom>();
        startedAt = time.GetUtcNow();
        engine = new(state, new AlertStore(state, ledger.Ledger).Keep, ledger.Ledger, web.ExternalUrl, time, loggers.CreateLogger<AlertEngine>())
        {
            Ended = end => NotificationEnded?.Invoke(end),
        };
        ticker = new("alerting", time, logger, TellFlawsIfChanged, engine.Flood.GiveBackWhenQuiet);
        senderLogger = loggers.CreateLogger<AlertmanagerSender>();
        metrics = new(() => routes.Sections.Sum(section => section.Waiting), options.QueueCapacity, () => Alertmanagers().Active.Count);
    }

    /// <summary>Told how each notification ended that was not cut off by a change of the configuration.</summary>
    public event Action<NotificationEnd>? NotificationEnded;

    /// <summary>Told of a configuration before groups are formed by it: whoever raises alerts by the clock does so now, so that one of before a restart
    /// does not end for a moment.</summary>
    public event Action<Configuration>? BeforeGroups;

    /// <summary>The alertmanager.yml in force.</summary>
    public AlertmanagerFileConfig File => file;

    /// <summary>Its name as it is shown.</summary>
    public string ShownFile => file.Path.Length == 0 ? "alertmanager.yml" : ConfigSource.Show(file.Path);

    /// <summary>All integrations of all receivers.</summary>
    public IReadOnlyCollection<Courier> Couriers => engine.Couriers;

    /// <summary>What alerts pass through, swapped as a whole at a reload.</summary>
    sealed record Routes(LabelSet ExternalLabels, IReadOnlyList<RelabelConfig> Relabelling, IReadOnlyList<AlertmanagerSection> Sections);

    public void Map(DoorTable doors)
    {
        new AlertmanagersEndpoint(Alertmanagers).Map(doors);
        new AlertsEndpoints(engine, () => file, time).Map(doors);
        new SilencesEndpoints(engine, time).Map(doors);
        new StatusEndpoints(() => file, startedAt).Map(doors);
        new RoutingEndpoints(engine, time).Map(doors);
    }

    public ValueTask PrepareAsync(Configuration next, Preparation preparation)
    {
        var (alerting, nextFile) = (next.Of<AlertingConfig>(), next.Of<AlertmanagerFileConfig>());
        var unused = routes.Sections.ToList();
        var sections = new List<AlertmanagerSection>();
        foreach (var (section, index) in alerting.Alertmanagers.Select((section, index) => (section, index)))
        {
            var kept = unused.Find(candidate => ConfigEquality.AreSame(candidate.Config, section));
            if (kept is not null) unused.Remove(kept);
            sections.Add(kept ?? Prepare(section, index, preparation));
        }
        preparation.OnSwap(() =>
        {
            routes = new(next.Of<SeriesConfig>().ExternalLabels, alerting.AlertRelabelConfigs, sections);
            BeforeGroups?.Invoke(next);
            file = nextFile;
        });
        engine.Prepare(nextFile, new(time, loggers, nextFile.Templates), preparation);
        preparation.OnSwap(async () =>
        {
            foreach (var section in unused) await section.DisposeAsync();
            TellFindings();
        });
        return ValueTask.CompletedTask;
    }

    /// <summary>Puts alerts on their way. Never waits; what cannot be sent in time is dropped, oldest first, and counted.</summary>
    public void Send(IReadOnlyList<Alert> alerts)
    {
        var now = routes;
        if (alerts.Count == 0) return;
        var labelled = AlertRelabelling.Apply([.. alerts.Select(alert => AlertRelabelling.AddExternal(alert, now.ExternalLabels))], now.Relabelling);
        _ = PostAsync([.. labelled.Select(alert => new KnownAlert(alert, AlertFingerprint.Of(alert.Labels), time.GetUtcNow().ToUnixTimeMilliseconds(), HasTimeout: false))]);
        foreach (var section in now.Sections) section.Send(labelled);
    }

    /// <summary>Tells which alerting rules there are, so that an alert that was never seen can be explained.</summary>
    public void TellRules(IEnumerable<(string Name, string Expression)> alertingRules) => ledger.TellRules(alertingRules);

    /// <summary>When groups of alerts were last looked at, and what is still to be told, since when.</summary>
    public (long LookedMs, IReadOnlyList<(NotifyLogKey Key, long SinceMs)> Untold) Pulse() => engine.Pulse();

    /// <summary>The integrations of a receiver, and what ends attempts when the configuration is replaced.</summary>
    public (IReadOnlyList<Courier> Couriers, CancellationToken Cut) WaysTo(string receiver) => engine.WaysTo(receiver);

    /// <summary>Notes that an alert of a rule came into another phase.</summary>
    /// <param name="phase"><c>pending</c>, <c>firing</c> or <c>inactive</c>.</param>
    public void NoteRule(LabelSet labels, string phase, string text)
    {
        var sent = AlertRelabelling.Apply([AlertRelabelling.AddExternal(new(labels, LabelSet.Empty, 0, 0, ""), routes.ExternalLabels)], routes.Relabelling);
        if (sent.Count == 0) return;
        ledger.Ledger.Record(new()
        {
            AtMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
            Step = LedgerStep.Rule,
            Outcome = LedgerOutcome.Note,
            Fingerprint = AlertFingerprint.Of(sent[0].Labels),
            Labels = sent[0].Labels,
            Reason = phase,
            Text = text,
        });
    }

    public AlertmanagersSnapshot Alertmanagers()
    {
        var parts = routes.Sections.Select(section => section.Snapshot()).ToList();
        return new([.. parts.SelectMany(part => part.Active)], [.. parts.SelectMany(part => part.Dropped)]);
    }

    public async ValueTask DisposeAsync()
    {
        var last = routes;
        routes = new(LabelSet.Empty, [], []);
        await Task.WhenAll(last.Sections.Select(section => section.DisposeAsync().AsTask()));
        await ticker.DisposeAsync();
        await engine.DisposeAsync();
        metrics.Dispose();
    }

    AlertmanagerSection Prepare(AlertmanagerConfig config, int index, Preparation preparation)
    {
        var section = preparation.Own(new AlertmanagerSection($"alerting.alertmanagers[{index}]", config, (url, client) => CreateSender(config, url, client), time, logger));
        preparation.OnSwap(section.Start);
        return section;
    }

    /// <summary>Null for this server itself, which has the alerts already.</summary>
    AlertmanagerSender? CreateSender(AlertmanagerConfig section, Uri url, HttpClient client)
    {
        if (IsOwn(url))
        {
            if (ownAddresses.TryAdd(url, true)) TellFindings();
            return null;
        }
        return new(url, client, section.Timeout, options.QueueCapacity, options.MaxBatch, HasOwnRoutes, Told, metrics, time, senderLogger);
    }

    bool HasOwnRoutes() => file.Path.Length > 0;

    void Told(Uri url, SendFault? fault)
    {
        if (fault is null) sendFaults.TryRemove(url, out _);
        else sendFaults[url] = fault;
        TellFindings();
    }

    bool IsOwn(Uri url) => web.Listen.Any(address => address.Port == url.Port
        && (url.IsLoopback || url.Host == Dns.GetHostName() || (!address.IsEvery && url.Host == address.Host)));

    /// <summary>Nobody waits for it, so that it tells its faults itself: to the log, and as a finding until alerts are taken again.</summary>
    async Task PostAsync(IReadOnlyList<KnownAlert> alerts)
    {
        Finding? found = null;
        try
        {
            await engine.PostAsync(alerts);
        }
        catch (IOException error)
        {
            found = new( // That the disk refuses is told elsewhere too, and logged once a minute.
                "alerts-not-kept", "alerting", Severity.Error, "alerting", $"alerts are routed, but cannot be kept: {error.Message}",
                "a restart forgets them until their rules send them again; make room on the disk of the data");
        }
        catch (Exception error)
        {
            NotTaken(logger, alerts.Count, error);
            found = new("alerts-not-routed", "alerting", Severity.Error, "alerting", $"{alerts.Count} alerts of the rules were not routed: {error.GetType().Name}", "the log says why; their rules send them again");
        }
        if (Interlocked.Exchange(ref postFault, found) != found) TellFindings();
    }

    void TellFindings()
    {
        var unable =
            from receiver in file.Receivers
            from integration in receiver.Integrations
            where integration.Config.Unable is not null
            select new Finding(
                "receiver-unable", $"{receiver.Name}/{integration}", Severity.Error, ShownFile, $"receiver {receiver.Name} cannot send by {integration}: {integration.Config.Unable}", "", ReceiverPage(receiver.Name));
        var own = ownAddresses.Keys.Select(url => new Finding(
            "alertmanager-is-this-server", url.Shown(), Severity.Info, "alerting", $"{url.Shown()} is this server itself, which has its alerts already; they are not posted to it", "remove it from alerting in prometheus.yml"));
        // Addresses tell on threads of their own: the list looked up last must also be the one that stays.
        lock (telling) findings.Replace("alerting", [.. unable, .. own, .. postFault is { } post ? [post] : Array.Empty<Finding>(), .. sendFaults.OrderBy(pair => pair.Key.ToString(), StringComparer.Ordinal).Select(pair => ToFinding(pair.Key, pair.Value))]);
    }

    Finding ToFinding(Uri url, SendFault fault) => fault.IsUnreachable && HasOwnRoutes()
        ? new("alertmanager-unreachable", url.Shown(), Severity.Warning, "alerting", $"{url.Shown()} cannot be reached ({fault.Reason}), so that no alerts are posted to it; the routes of {ShownFile} deliver them", "remove it from alerting in prometheus.yml, or start it")
        : new("alertmanager-unreachable", url.Shown(), Severity.Error, "alerting", $"{url.Shown()} gets no alerts: {fault.Reason}", "start it, or mend alerting in prometheus.yml");

    /// <summary>Asked each second by the ticker alone. They stay until the configuration is read anew: the next alert may fit the template by chance.</summary>
    void TellFlawsIfChanged()
    {
        var flawed = engine.Couriers.Where(courier => courier.State.Flaw is not null).OrderBy(courier => $"{courier.Receiver} {courier.Integration}", StringComparer.Ordinal).ToList();
        var flaws = flawed.Select(courier => courier.State.Flaw!).ToList();
        if (flaws.SequenceEqual(flawsTold)) return;
        flawsTold = flaws;
        findings.Replace("alerting.templates", [.. flawed.Select((courier, index) => ToFinding(courier, flaws[index]))]);
    }

    Finding ToFinding(Courier courier, TextFlaw flaw) => new(
        "receiver-template-fails",
        $"{courier.Receiver}/{courier.Integration}",
        Severity.Error,
        ShownFile,
        $"templates of {courier.Integration} of receiver {courier.Receiver} failed at {LedgerTexts.Moment(flaw.At.ToUnixTimeMilliseconds())}, and default texts stood in: "
        + string.Join("; ", flaw.Fields),
        "mend the template; `pharos check alertmanager` tries all of them on sample alerts",
        ReceiverPage(courier.Receiver));

    /// <summary>Where a receiver is shown.</summary>
    public static string ReceiverPage(string name) => $"/alerts/receivers?filter={Uri.EscapeDataString(name)}";

    [LoggerMessage(LogLevel.Error, "{Count} alerts of the rules were not routed")]
    static partial void NotTaken(ILogger logger, int count, Exception error);
}
