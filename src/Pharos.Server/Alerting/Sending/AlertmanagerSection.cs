using Pharos.Server.Discovery;
using Pharos.Server.HttpClients;


namespace Pharos.Server.Alerting.Sending;

/// <summary>The Alertmanagers of one section of the configuration: finds them, and keeps one sender for each.</summary>
/// <remarks>Threads: safe for all.</remarks>
sealed class AlertmanagerSection : IAsyncDisposable
{
    readonly Lock gate = new();
    readonly HttpClient client;
    readonly Func<Uri, HttpClient, AlertmanagerSender?> createSender;
    readonly DiscoverySet discovery;
    readonly List<Task> ending = [];
    Dictionary<Uri, AlertmanagerSender> senders = [];
    IReadOnlyList<Uri> dropped = [];
    bool disposed;

    /// <param name="createSender">Null for an address that is not posted to.</param>
    public AlertmanagerSection(string name, AlertmanagerConfig config, Func<Uri, HttpClient, AlertmanagerSender?> createSender, TimeProvider time, ILogger logger)
    {
        Config = config;
        this.createSender = createSender;
        client = OutboundHttp.Create(config.Http, time);
        discovery = new(name, config.Discovery, time, logger, Discovered);
    }

    public AlertmanagerConfig Config { get; }

    /// <summary>Begins to look for Alertmanagers; before it there are none.</summary>
    public void Start() => discovery.Start();

    public int Waiting
    {
        get
        {
            lock (gate) return senders.Values.Sum(sender => sender.Waiting);
        }
    }

    public AlertmanagersSnapshot Snapshot()
    {
        lock (gate) return new([.. senders.Keys], dropped);
    }

    /// <param name="alerts">Not yet relabelled for this section.</param>
    public void Send(IReadOnlyList<Alert> alerts)
    {
        var own = AlertRelabelling.Apply(alerts, Config.AlertRelabelConfigs);
        if (own.Count == 0) return;
        lock (gate)
        {
            foreach (var sender in senders.Values) sender.Enqueue(own);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await discovery.DisposeAsync();
        List<Task> last;
        lock (gate)
        {
            disposed = true;
            last = [.. ending, .. senders.Values.Select(sender => sender.DisposeAsync().AsTask())];
            senders = [];
        }
        await Task.WhenAll(last);
        client.Dispose();
    }

    void Discovered(IReadOnlyList<TargetGroup> groups)
    {
        var found = AlertmanagerTarget.Resolve(Config, groups);
        lock (gate)
        {
            if (disposed) return;
            var next = new Dictionary<Uri, AlertmanagerSender>();
            foreach (var url in found.Active)
            {
                if ((senders.GetValueOrDefault(url) ?? createSender(url, client)) is { } sender) next[url] = sender;
            }
            ending.RemoveAll(task => task.IsCompleted);
            ending.AddRange(senders.Where(entry => !next.ContainsKey(entry.Key)).Select(entry => entry.Value.DisposeAsync().AsTask()));
            (senders, dropped) = (next, found.Dropped);
        }
    }
}
