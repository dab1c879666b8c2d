using Pharos.Model.Labels;
using Pharos.Server.Discovery.Dns;
using Pharos.Server.Discovery.Files;
using Pharos.Server.Discovery.Http;
using Pharos.Server.HttpClients;

namespace Pharos.Server.Discovery;

/// <summary>All places in which one job, or one alertmanager section, finds its targets.</summary>
/// <remarks>
/// <para>Nothing is asked before <see cref="Start"/>: the constructor only makes what can fail.</para>
/// <para>What a place said last holds until it says something else: a directory that cannot be reached for a while takes no target away.</para>
/// <para>Threads: the callback is never called twice at once; each call has everything that is known then.</para>
/// </remarks>
sealed class DiscoverySet : IAsyncDisposable
{
    /// <summary>How soon a place is asked again after a fault of this program.</summary>
    static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(15);

    readonly Lock gate = new();
    readonly TimeProvider time;
    readonly CancellationTokenSource stop = new();
    readonly Action<IReadOnlyList<TargetGroup>> changed;
    readonly IReadOnlyList<TargetGroup>[] found;
    readonly DiscoveryLog log;
    readonly List<IDiscoverer> places = [];
    Task running = Task.CompletedTask;
    readonly List<IDisposable> owned = [];

    /// <param name="name">The job or section, for the log.</param>
    public DiscoverySet(string name, DiscoveryConfig config, TimeProvider time, ILogger logger, Action<IReadOnlyList<TargetGroup>> changed)
    {
        this.changed = changed;
        this.time = time;
        log = new DiscoveryLog(logger, name);
        places.AddRange(config.Files.Select(files => new FileDiscoverer(files, time, log)));
        foreach (var http in config.Http)
        {
            var client = OutboundHttp.Create(http.Http, time);
            owned.Add(client);
            places.Add(new HttpDiscoverer(http, client, time, log));
        }
        places.AddRange(config.Dns.Select(dns => new DnsDiscoverer(dns, DnsLookup.OfSystem(), time, log)));
        found = new IReadOnlyList<TargetGroup>[places.Count + 1];
        Array.Fill(found, []);
        found[^1] = StaticGroups(config);
    }

    /// <summary>Begins to look; tells at once what needs no looking. Once, and not after the end.</summary>
    public void Start()
    {
        if (found[^1].Count > 0 || places.Count == 0) changed(found[^1]);
        running = Task.WhenAll(places.Select((place, index) => Task.Run(() => RunAsync(place, index))));
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync().ConfigureAwait(false);
        await running.ConfigureAwait(false);
        foreach (var one in owned) one.Dispose();
        stop.Dispose();
    }

    static TargetGroup[] StaticGroups(DiscoveryConfig config) =>
    [
        .. config.Static.Select((group, index) => new TargetGroup($"static/{index}", group.Labels, [.. group.Targets.Select(address => LabelSet.From((TargetGroup.Address, address)))])),
    ];

    async Task RunAsync(IDiscoverer place, int index)
    {
        try
        {
            while (!await AskAsync(place, index).ConfigureAwait(false)) await Task.Delay(AfterFault, time, stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped.
        }
    }

    /// <returns>False: it broke, and is to be asked again.</returns>
    async Task<bool> AskAsync(IDiscoverer place, int index)
    {
        try
        {
            await place.RunAsync(groups => Tell(index, groups), stop.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !stop.IsCancellationRequested)
        {
            log.Broke(fault, place.GetType().Name);
            return false;
        }
    }

    void Tell(int index, IReadOnlyList<TargetGroup> groups)
    {
        lock (gate)
        {
            if (stop.IsCancellationRequested) return;
            found[index] = groups;
            changed([.. found.SelectMany(list => list)]);
        }
    }
}
