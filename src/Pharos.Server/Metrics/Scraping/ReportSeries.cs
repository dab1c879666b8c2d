using Pharos.Model.Labels;
using Pharos.Model.Writing;

namespace Pharos.Server.Metrics.Scraping;

/// <summary>The series that tell of the scrape itself: <c>up</c> and its kin.</summary>
/// <remarks>They bear the target's labels; metric relabelling and limits do not touch them. Source: Prometheus, jobs and instances.</remarks>
static class ReportSeries
{
    static readonly string[] Always = ["up", "scrape_duration_seconds", "scrape_samples_scraped", "scrape_samples_post_metric_relabeling", "scrape_series_added"];

    static readonly string[] WithExtra = [.. Always, "scrape_timeout_seconds", "scrape_sample_limit", "scrape_body_size_bytes"];

    public static IReadOnlyList<string> Names(ScrapeConfig config) => config.ExtraScrapeMetrics ? WithExtra : Always;

    /// <summary>Finds or creates all of them. False: the store refuses, and why.</summary>
    public static bool TryResolve(ISeriesSink sink, ScrapeConfig config, LabelSet targetLabels, LabelSetBuilder builder, out SeriesHandle[] handles, out string? reason)
    {
        var names = Names(config);
        handles = new SeriesHandle[names.Count];
        reason = null;
        for (var i = 0; i < handles.Length; i++)
        {
            builder.Clear();
            builder.Add(LabelSet.MetricName, names[i]);
            foreach (var (name, value) in targetLabels) builder.Add(name, value);
            builder.Sort();
            if (!sink.TryCreate(0, builder, out handles[i], out reason)) return false;
        }
        return true;
    }

    /// <summary>Adds one sample a series, in the order of <see cref="Names"/>.</summary>
    public static void Add(SampleBatch batch, SeriesHandle[] handles, long timeMs, in ScrapeReport report, ScrapeConfig config, ScrapeTarget target)
    {
        ReadOnlySpan<double> values =
        [
            report.IsUp ? 1 : 0,
            report.DurationSeconds,
            report.Counts.Scraped,
            report.Counts.AfterRelabelling,
            report.Counts.SeriesAdded,
            target.TimeoutMs / 1000.0,
            config.Limits.Samples,
            report.BodyBytes,
        ];
        for (var i = 0; i < handles.Length; i++) batch.Add(handles[i], timeMs, values[i]);
    }
}

/// <summary>How one scrape went.</summary>
/// <param name="BodyBytes">After decompression; -1 when it passed the limit.</param>
readonly record struct ScrapeReport(bool IsUp, double DurationSeconds, ScrapeCounts Counts, long BodyBytes);
