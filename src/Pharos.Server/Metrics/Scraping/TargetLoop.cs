using Pharos.Server.Text;
using Pharos.Server.Timing;

namespace Pharos.Server.Metrics.Scraping;

/// <summary>Scrapes one target at each of its times until it is stopped.</summary>
/// <remarks>
/// <para>Times are absolute: epoch + n · interval + an offset of the target's own, so that scrapes spread evenly and come at the same
/// places after a restart. A time that passed while a scrape ran is left out, not made up for.</para>
/// <para>A scrape that starts less than 2 ms (or 1 % of the interval) beside its time is stored under that time: regular times cost less space.</para>
/// </remarks>
sealed class TargetLoop
{
    const long MaxToleranceMs = 2;

    readonly ScrapeTarget target;
    readonly TargetScrape scrape;
    readonly ScrapeServices services;
    readonly Timetable times;
    readonly CancellationTokenSource stop = new();
    readonly Task running;
    volatile JobSettings settings;
    volatile string? refusal;
    long lastDueMs;
    long lastStartedAt;

    public TargetLoop(ScrapeTarget target, JobSettings settings, ScrapeServices services, ulong offsetHash)
    {
        this.target = target;
        this.settings = settings;
        this.services = services;
        scrape = new(target, settings, services);
        times = new(target.IntervalMs, offsetHash);
        lastDueMs = times.Latest(NowMs());
        running = Task.Run(RunAsync);
    }

    public TargetStatus Status => scrape.Status;

    public ScrapeTarget Target => target;

    public void Use(JobSettings changed) => settings = changed;

    /// <summary>Sets or lifts the reason for which all targets of the job fail without being asked.</summary>
    public void Refuse(string? reason) => refusal = reason;

    /// <summary>Stops scraping; the series stay as they are.</summary>
    public async Task StopAsync()
    {
        await stop.CancelAsync().ConfigureAwait(false);
        await running.ConfigureAwait(false);
        stop.Dispose();
    }

    /// <summary>Ends the series of a stopped target, two intervals later, unless something else goes on writing them.</summary>
    /// <remarks>The marker bears the time at which the next scrape would have been. Whoever took the target over has written since; then the store
    /// refuses the marker as out of order.</remarks>
    public async Task EndSeriesAsync(Func<bool> isWantedAgain, CancellationToken shutdown)
    {
        var endMs = lastDueMs + target.IntervalMs;
        try
        {
            await Timetable.WaitAsync(services.Time, endMs + target.IntervalMs + (target.IntervalMs / 10), shutdown).ConfigureAwait(false);
            if (!isWantedAgain()) await scrape.EndAsync(endMs, shutdown).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The process ends: it will be back, or the series end by lookback.
        }
        catch (Exception fault)
        {
            services.Log.ScrapeBroke(fault, settings.Config.JobName, target.Url.AbsoluteUri); // Nobody waits for it.
        }
    }

    async Task RunAsync()
    {
        try
        {
            while (!stop.IsCancellationRequested)
            {
                var dueMs = times.Next(lastDueMs, NowMs());
                await Timetable.WaitAsync(services.Time, dueMs, stop.Token).ConfigureAwait(false);
                lastDueMs = dueMs;
                await ScrapeOnceAsync(dueMs).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped.
        }
    }

    async Task ScrapeOnceAsync(long dueMs)
    {
        try
        {
            if (lastStartedAt != 0) services.Metrics.Scraped(target.IntervalMs, services.Time.GetElapsedTime(lastStartedAt));
            lastStartedAt = services.Time.GetTimestamp();
            scrape.Use(settings);
            await scrape.RunAsync(Align(NowMs(), dueMs, target.IntervalMs), refusal, stop.Token).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !stop.IsCancellationRequested)
        {
            // A named loop: whatever happens to one scrape, the target is asked again and the others are not touched.
            services.Log.ScrapeBroke(fault, settings.Config.JobName, target.Url.Shown());
        }
    }

    /// <summary>The time to store under: the due time when the scrape starts close enough to it.</summary>
    internal static long Align(long nowMs, long dueMs, long intervalMs) =>
        Math.Abs(nowMs - dueMs) <= Math.Min(MaxToleranceMs, intervalMs / 100) ? dueMs : nowMs;

    long NowMs() => services.Time.GetUtcNow().ToUnixTimeMilliseconds();
}
