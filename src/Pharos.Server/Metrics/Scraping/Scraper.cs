using Pharos.Model.Writing;
using Pharos.Server.Findings;
using Pharos.Server.Metrics.Exemplars;
using Pharos.Server.Rooms;

namespace Pharos.Server.Metrics.Scraping;

/// <summary>Scrapes all targets of all jobs into the store. The way into scraping.</summary>
/// <remarks>Threads: <see cref="Prepare"/> is called by one at a time; <see cref="Targets"/> by anybody.</remarks>
sealed class Scraper : IAsyncDisposable
{
    readonly Lock gate = new();
    readonly ScrapeServices services;
    readonly ILogger logger;
    readonly CancellationTokenSource shutdown = new();
    readonly List<Task> removals = [];
    List<ScrapeJob> jobs = [];

    public Scraper(ISeriesSink sink, ExemplarRing exemplars, FindingBook findings, BodyBudget bodies, TimeProvider time, ILoggerFactory loggers)
    {
        logger = loggers.CreateLogger<Scraper>();
        services = new(sink, exemplars, time, new(logger), new(findings), bodies);
        services.Metrics.Observe(Targets);
    }

    /// <summary>Makes ready new and changed jobs, so that the swap leaves those of the configuration. What did not change goes on undisturbed.</summary>
    public void Prepare(ScrapingConfig config, Preparation preparation)
    {
        var before = jobs.ToDictionary(job => job.Name, StringComparer.Ordinal);
        var after = new List<ScrapeJob>();
        foreach (var wanted in config.Jobs)
        {
            if (before.Remove(wanted.JobName, out var job)) job.Prepare(wanted, preparation);
            else
            {
                job = preparation.Own(new ScrapeJob(wanted, services, logger, shutdown.Token));
                preparation.OnSwap(job.Start);
            }
            after.Add(job);
        }
        preparation.OnSwap(() => Take(after, before.Values));
    }

    /// <summary>All targets now.</summary>
    public TargetsSnapshot Targets()
    {
        List<ScrapeJob> current;
        lock (gate) current = jobs;
        var active = new List<TargetStatus>();
        var dropped = new List<DroppedTarget>();
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var faults = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var job in current) job.AddTo(active, dropped, counts, faults);
        return new(active, dropped, counts, faults);
    }

    public async ValueTask DisposeAsync()
    {
        await shutdown.CancelAsync().ConfigureAwait(false);
        List<ScrapeJob> current;
        lock (gate) (current, jobs) = (jobs, []);
        await Task.WhenAll(current.Select(job => job.DisposeAsync().AsTask()).Concat(removals)).ConfigureAwait(false);
        shutdown.Dispose();
        services.Metrics.Dispose();
    }

    void Take(List<ScrapeJob> after, IReadOnlyCollection<ScrapeJob> gone)
    {
        lock (gate) jobs = after;
        removals.RemoveAll(task => task.IsCompleted);
        removals.AddRange(gone.Select(job => job.RemoveAsync().AsTask()));
        services.Log.Applied(after.Count);
    }
}
