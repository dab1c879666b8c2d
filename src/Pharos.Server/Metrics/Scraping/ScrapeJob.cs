using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Pharos.Model.Labels;
using Pharos.Server.Config;
using Pharos.Server.Discovery;
using Pharos.Server.HttpClients;
using Pharos.Server.Rooms;

namespace Pharos.Server.Metrics.Scraping;

/// <summary>One job: its discovery, its HTTP client, and a loop for each target that discovery and relabelling leave.</summary>
/// <remarks>
/// <para>Targets that stay keep their loop, whatever else changes: only new ones start and gone ones stop.</para>
/// <para>Threads: <see cref="Sync"/> is called by discovery, one call at a time; everything else under the same lock.</para>
/// </remarks>
sealed class ScrapeJob : IAsyncDisposable
{
    readonly Lock gate = new();
    readonly ScrapeServices services;
    readonly ILogger logger;
    readonly CancellationToken shutdown;
    readonly Dictionary<LabelSet, TargetLoop> loops = [];
    readonly List<Task> endings = [];
    ScrapeConfig config;
    JobSettings settings;
    HttpClient client;
    DiscoverySet discovery;
    IReadOnlyList<TargetGroup> groups = [];
    IReadOnlyList<string> faults = [];
    IReadOnlyList<DroppedTarget> dropped = [];
    int droppedCount;
    bool isEnding;

    public ScrapeJob(ScrapeConfig config, ScrapeServices services, ILogger logger, CancellationToken shutdown)
    {
        this.config = config;
        this.services = services;
        this.logger = logger;
        this.shutdown = shutdown;
        client = OutboundHttp.Create(config.Http, services.Time);
        settings = new(config, new(config, client, services.Bodies));
        discovery = Discover(config);
    }

    public string Name => config.JobName;

    /// <summary>Begins to look for targets and to scrape them.</summary>
    public void Start()
    {
        services.Metrics.PoolAdded(config.JobName);
        discovery.Start();
    }

    /// <summary>Makes ready for a changed configuration. Targets that are the same after it are scraped on without a gap.</summary>
    public void Prepare(ScrapeConfig changed, Preparation preparation)
    {
        if (ConfigEquality.AreSame(config, changed)) return;
        var nextClient = preparation.Own(OutboundHttp.Create(changed.Http, services.Time));
        var nextSettings = new JobSettings(changed, new(changed, nextClient, services.Bodies));
        var elsewhere = ConfigEquality.AreSame(config.Discovery, changed.Discovery) ? null : preparation.Own(Discover(changed));
        preparation.OnSwap(() => ChangeAsync(nextSettings, nextClient, elsewhere));
    }

    public void AddTo(List<TargetStatus> active, List<DroppedTarget> droppedTargets, Dictionary<string, int> droppedCounts, Dictionary<string, IReadOnlyList<string>> faultsByJob)
    {
        lock (gate)
        {
            active.AddRange(loops.Values.Select(loop => loop.Status).OrderBy(status => status.ScrapeUrl, StringComparer.Ordinal));
            droppedTargets.AddRange(dropped);
            droppedCounts[Name] = droppedCount;
            if (faults.Count > 0) faultsByJob[Name] = faults;
        }
    }

    /// <summary>Stops the job because the configuration has it no more. Completes when its series have ended, some intervals later.</summary>
    public async ValueTask RemoveAsync()
    {
        await discovery.DisposeAsync().ConfigureAwait(false);
        TargetLoop[] gone;
        lock (gate)
        {
            isEnding = true;
            gone = [.. loops.Values];
            loops.Clear();
        }
        await Task.WhenAll(gone.Select(loop => loop.StopAsync())).ConfigureAwait(false);
        client.Dispose();
        await Task.WhenAll(gone.Select(loop => loop.EndSeriesAsync(() => false, shutdown)).Concat(endings)).ConfigureAwait(false);
    }

    /// <summary>Stops at the end of the process: series do not end, because the process may be back soon.</summary>
    public async ValueTask DisposeAsync()
    {
        await discovery.DisposeAsync().ConfigureAwait(false);
        Task[] stopping;
        lock (gate)
        {
            isEnding = true;
            stopping = [.. loops.Values.Select(loop => loop.StopAsync()), .. endings];
            loops.Clear();
        }
        await Task.WhenAll(stopping).ConfigureAwait(false);
        client.Dispose();
    }

    DiscoverySet Discover(ScrapeConfig wanted) => new(wanted.JobName, wanted.Discovery, services.Time, logger, Sync);

    /// <param name="elsewhere">Where targets are found from now on; null: where they were found before.</param>
    async ValueTask ChangeAsync(JobSettings changed, HttpClient changedClient, DiscoverySet? elsewhere)
    {
        services.Metrics.PoolChanged();
        if (elsewhere is not null) await discovery.DisposeAsync().ConfigureAwait(false);
        HttpClient old;
        lock (gate)
        {
            old = client;
            (config, client, settings) = (changed.Config, changedClient, changed);
            if (elsewhere is null) Sync(groups);
        }
        if (elsewhere is not null)
        {
            discovery = elsewhere;
            discovery.Start();
        }
        // Scrapes that run now may still use the old client; it lives until the last of them could have ended.
        _ = Task.Delay(changed.Config.Timeout + changed.Config.Interval, services.Time, shutdown).ContinueWith(_ => old.Dispose(), TaskScheduler.Default);
    }

    /// <summary>Starts and stops loops so that they are those of the groups.</summary>
    void Sync(IReadOnlyList<TargetGroup> found)
    {
        lock (gate)
        {
            if (isEnding) return;
            var startedAt = services.Time.GetTimestamp();
            groups = found;
            var wanted = new Dictionary<LabelSet, ScrapeTarget>();
            var newFaults = new List<string>();
            var newDropped = new List<DroppedTarget>();
            droppedCount = 0;
            foreach (var outcome in found.SelectMany(group => TargetBuilder.Build(config, group)))
            {
                if (outcome.Target is { } target) wanted.TryAdd(target.Identity, target);
                else if (outcome.Fault is { } fault) newFaults.Add(fault);
                else if (++droppedCount <= config.Limits.KeepDroppedTargets || config.Limits.KeepDroppedTargets == 0) newDropped.Add(outcome.Dropped!);
            }
            foreach (var fault in newFaults.Except(faults, StringComparer.Ordinal)) services.Log.TargetFault(Name, fault);
            (faults, dropped) = (newFaults, newDropped);
            Reconcile(wanted);
            services.Metrics.Synced(Name, services.Time.GetElapsedTime(startedAt), newFaults.Count);
        }
    }

    void Reconcile(Dictionary<LabelSet, ScrapeTarget> wanted)
    {
        foreach (var (identity, loop) in loops.ToArray())
        {
            if (wanted.ContainsKey(identity)) continue;
            loops.Remove(identity);
            End(loop);
        }
        var limit = config.Limits.Targets;
        var refusal = limit > 0 && wanted.Count > limit ? $"target_limit exceeded (number of targets: {wanted.Count}, limit: {limit})" : null;
        if (refusal is not null) services.Metrics.TooManyTargets();
        foreach (var (identity, target) in wanted)
        {
            if (!loops.TryGetValue(identity, out var loop)) loops.Add(identity, loop = new(target, settings, services, OffsetOf(identity)));
            loop.Use(settings);
            loop.Refuse(refusal);
        }
    }

    void End(TargetLoop loop)
    {
        endings.RemoveAll(task => task.IsCompleted);
        endings.Add(EndAsync(loop));
    }

    async Task EndAsync(TargetLoop loop)
    {
        await loop.StopAsync().ConfigureAwait(false);
        await loop.EndSeriesAsync(
            () =>
            {
                lock (gate) return loops.ContainsKey(loop.Target.Identity);
            },
            shutdown).ConfigureAwait(false);
    }

    /// <summary>The same for the same target in every process, so that a restart does not move its times.</summary>
    static ulong OffsetOf(LabelSet identity) =>
        BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(identity.ToString())));
}
