using System.Diagnostics.Metrics;
using Pharos.Model.Time;

namespace Pharos.Server.Metrics.Scraping;

/// <summary>What scraping tells of itself, under the names that Prometheus gave these figures, so that its own alerts and dashboards work here.</summary>
sealed class ScrapeMetrics : IDisposable
{
    readonly Meter meter = new("Pharos.Scraping");
    readonly Histogram<double> intervals;
    readonly Histogram<double> syncs;
    readonly Counter<long> pools;
    readonly Counter<long> reloads;
    readonly Counter<long> syncCount;
    readonly Counter<long> failedSyncs;
    readonly Counter<long> tooManyTargets;
    readonly Counter<long> tooManyLabels;
    readonly Counter<long> tooManySamples;
    readonly Counter<long> tooManyBuckets;
    readonly Counter<long> tooLarge;
    readonly Counter<long> duplicates;
    readonly Counter<long> outOfOrder;
    readonly Counter<long> outOfBounds;
    readonly Counter<long> refused;

    public ScrapeMetrics()
    {
        intervals = meter.CreateHistogram<double>("prometheus_target_interval_length_seconds", null, "Actual time between two scrapes of a target.", null, new() { HistogramBucketBoundaries = [0.5, 1, 2, 5, 10, 15, 20, 30, 60, 120, 300] });
        syncs = meter.CreateHistogram<double>("prometheus_target_sync_length_seconds", description: "Time to take over the targets that discovery found.");
        pools = Zero("prometheus_target_scrape_pools_total", "Jobs that were set up.");
        reloads = Zero("prometheus_target_scrape_pool_reloads_total", "Jobs that were changed by a new configuration.");
        syncCount = meter.CreateCounter<long>("prometheus_target_scrape_pool_sync_total", description: "Times the targets of a job were taken over from discovery.");
        failedSyncs = meter.CreateCounter<long>("prometheus_target_sync_failed_total", description: "Targets that were found and cannot be scraped.");
        tooManyTargets = Zero("prometheus_target_scrape_pool_exceeded_target_limit_total", "Times a job had more targets than its target_limit.");
        tooManyLabels = Zero("prometheus_target_scrape_pool_exceeded_label_limits_total", "Scrapes dropped for a limit of labels.");
        tooManySamples = Zero("prometheus_target_scrapes_exceeded_sample_limit_total", "Scrapes dropped for sample_limit.");
        tooManyBuckets = Zero("prometheus_target_scrapes_exceeded_native_histogram_bucket_limit_total", "Scrapes dropped for native_histogram_bucket_limit.");
        tooLarge = Zero("prometheus_target_scrapes_exceeded_body_size_limit_total", "Scrapes dropped for body_size_limit.");
        duplicates = Zero("prometheus_target_scrapes_sample_duplicate_timestamp_total", "Samples refused for having the time of another value.");
        outOfOrder = Zero("prometheus_target_scrapes_sample_out_of_order_total", "Samples refused for being out of order.");
        outOfBounds = Zero("prometheus_target_scrapes_sample_out_of_bounds_total", "Samples refused for being too old, or too far ahead of the clock.");
        refused = meter.CreateCounter<long>("pharos_scrape_samples_refused_total", description: "Samples that the store did not take, being at a limit or unable to write.");
    }

    /// <summary>Starts to tell of the targets there are now.</summary>
    public void Observe(Func<TargetsSnapshot> targets)
    {
        meter.CreateObservableGauge("prometheus_target_scrape_pool_targets", () => Count(targets(), "scrape_job"), null, "Targets of the job.");
        meter.CreateObservableGauge("prometheus_sd_discovered_targets", () => CountFound(targets()), null, "Targets found, dropped ones included.");
        meter.CreateObservableGauge("prometheus_target_metadata_cache_entries", () => CountFamilies(targets()), null, "Metric families whose type and help are known.");
    }

    public void Scraped(long intervalMs, TimeSpan sinceLast) => intervals.Record(sinceLast.TotalSeconds, new KeyValuePair<string, object?>("interval", PromDuration.Format(intervalMs)));

    public void PoolAdded(string job)
    {
        pools.Add(1);
        refused.Add(0, Job(job));
    }

    public void PoolChanged() => reloads.Add(1);

    public void Synced(string job, TimeSpan duration, int faults)
    {
        syncCount.Add(1, Job(job));
        syncs.Record(duration.TotalSeconds, Job(job));
        failedSyncs.Add(faults, Job(job));
    }

    public void TooManyTargets() => tooManyTargets.Add(1);

    public void Refused(Exception failure)
    {
        if (failure is BodyTooLargeException) tooLarge.Add(1);
        else if (failure is ScrapeRefusedException { Bound: var bound and not ScrapeBound.None })
        {
            var counter = bound switch { ScrapeBound.Samples => tooManySamples, ScrapeBound.Buckets => tooManyBuckets, _ => tooManyLabels };
            counter.Add(1);
        }
    }

    public void Lost(string job, in ScrapeLoss loss)
    {
        duplicates.Add(loss.Outcome.DuplicateOther);
        outOfOrder.Add(loss.Outcome.OutOfOrder);
        outOfBounds.Add(loss.Outcome.TooOld + loss.Outcome.TooNew);
        refused.Add(loss.Refused, Job(job));
    }

    public void Dispose() => meter.Dispose();

    /// <summary>A counter that is there from the start, so that its first increase is seen as one.</summary>
    Counter<long> Zero(string name, string help)
    {
        var counter = meter.CreateCounter<long>(name, description: help);
        counter.Add(0);
        return counter;
    }

    static IEnumerable<Measurement<long>> Count(TargetsSnapshot targets, string label) =>
        targets.DroppedCounts.Keys.Select(job => new Measurement<long>(targets.Active.Count(target => target.Pool == job), new KeyValuePair<string, object?>(label, job)));

    static IEnumerable<Measurement<long>> CountFound(TargetsSnapshot targets) =>
        targets.DroppedCounts.Select(job => new Measurement<long>(targets.Active.Count(target => target.Pool == job.Key) + job.Value, new("config", job.Key), new("name", "scrape")));

    static IEnumerable<Measurement<long>> CountFamilies(TargetsSnapshot targets) =>
        targets.Active.GroupBy(target => target.Pool, StringComparer.Ordinal).Select(job => new Measurement<long>(job.Sum(target => target.Metadata().Count), new KeyValuePair<string, object?>("scrape_job", job.Key)));

    static KeyValuePair<string, object?> Job(string job) => new("scrape_job", job);
}
