using Pharos.Model.Labels;
using Pharos.Server.Config;
using Pharos.Server.Discovery;
using Pharos.Server.Hosting;
using Pharos.Server.Hosting.Api;

namespace Pharos.Server.Alerting;

/// <summary>Brings alerts to their receivers: the Alertmanagers of the <c>alerting</c> section.</summary>
/// <remarks>Threads: <see cref="Send"/> and <see cref="Alertmanagers"/> may be called by anyone, at any time.</remarks>
sealed class AlertingRoom : IRoom
{
    readonly ServeOptions options;
    readonly ApiDoor door;
    readonly TimeProvider time;
    readonly ILogger logger;
    readonly ILogger<AlertmanagerSender> senderLogger;
    readonly NotificationMetrics metrics;
    volatile Routes routes = new(LabelSet.Empty, [], []);

    public AlertingRoom(ServeOptions options, ApiDoor door, TimeProvider time, ILoggerFactory loggers)
    {
        this.options = options;
        this.door = door;
        this.time = time;
        logger = loggers.CreateLogger<AlertingRoom>();
        senderLogger = loggers.CreateLogger<AlertmanagerSender>();
        metrics = new(() => routes.Sections.Sum(section => section.Waiting), options.NotificationQueueCapacity, () => Alertmanagers().Active.Count);
    }

    /// <summary>What alerts pass through, swapped as a whole at a reload.</summary>
    sealed record Routes(LabelSet ExternalLabels, IReadOnlyList<RelabelConfig> Relabelling, IReadOnlyList<AlertmanagerSection> Sections);

    public void Map(IEndpointRouteBuilder endpoints) => new AlertmanagersEndpoint(Alertmanagers).Map(endpoints, door);

    public async ValueTask ApplyAsync(PrometheusConfig config)
    {
        var unused = routes.Sections.ToList();
        var sections = new List<AlertmanagerSection>();
        foreach (var (section, index) in config.Alerting.Alertmanagers.Select((section, index) => (section, index)))
        {
            var kept = unused.Find(candidate => ConfigEquality.AreSame(candidate.Config, section));
            if (kept is not null) unused.Remove(kept);
            sections.Add(kept ?? new AlertmanagerSection($"alerting.alertmanagers[{index}]", section, (url, client) => CreateSender(section, url, client), time, logger));
        }
        routes = new(config.Global.ExternalLabels, config.Alerting.AlertRelabelConfigs, sections);
        foreach (var section in unused) await section.DisposeAsync();
    }

    /// <summary>Puts alerts on their way. Never waits; what cannot be sent in time is dropped, oldest first, and counted.</summary>
    public void Send(IReadOnlyList<Alert> alerts)
    {
        var now = routes;
        if (alerts.Count == 0 || now.Sections.Count == 0) return;
        var labelled = AlertRelabelling.Apply([.. alerts.Select(alert => AlertRelabelling.AddExternal(alert, now.ExternalLabels))], now.Relabelling);
        foreach (var section in now.Sections) section.Send(labelled);
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
        metrics.Dispose();
    }

    AlertmanagerSender CreateSender(AlertmanagerConfig section, Uri url, HttpClient client) =>
        new(url, client, section.Timeout, options.NotificationQueueCapacity, options.NotificationMaxBatch, metrics, time, senderLogger);
}
