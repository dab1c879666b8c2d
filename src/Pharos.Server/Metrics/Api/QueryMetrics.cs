using System.Diagnostics.Metrics;
using Pharos.Server.Queries;

namespace Pharos.Server.Metrics.Api;

/// <summary>What queries tell of themselves, under the names that Prometheus gave these figures.</summary>
sealed class QueryMetrics : IDisposable
{
    static readonly double[] Bounds = [0.001, 0.01, 0.1, 0.5, 1, 5, 10, 60, 120];

    readonly Meter meter = new("Pharos.Queries");
    readonly Histogram<double> durations;
    readonly Counter<long> samples;

    public QueryMetrics(QueryScheduler scheduler)
    {
        durations = meter.CreateHistogram<double>("prometheus_engine_query_duration_seconds", null, "Time that queries of the API spent, by part.", null, new() { HistogramBucketBoundaries = Bounds });
        samples = meter.CreateCounter<long>("prometheus_engine_query_samples_total", description: "Samples that queries of the API read.");
        samples.Add(0);
        meter.CreateObservableGauge("prometheus_engine_queries", () => scheduler.Running + scheduler.Queued, null, "Queries that run or wait.");
        meter.CreateObservableGauge("prometheus_engine_queries_concurrent_max", () => scheduler.Threads, null, "Most queries that run at once.");
        meter.CreateObservableGauge("prometheus_engine_query_log_enabled", () => 0, null, "Whether queries are logged to a file; they are not.");
    }

    public void Answered(TimeSpan queued, TimeSpan preparing, TimeSpan evaluating, TimeSpan sorting, long samplesRead)
    {
        Record("queue_time", queued);
        Record("prepare_time", preparing);
        Record("inner_eval", evaluating);
        Record("result_sort", sorting);
        samples.Add(samplesRead);
    }

    public void Dispose() => meter.Dispose();

    void Record(string slice, TimeSpan duration) => durations.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("slice", slice));
}
