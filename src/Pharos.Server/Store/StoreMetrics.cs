using System.Diagnostics.Metrics;
using Pharos.Storage.Series;

namespace Pharos.Server.Store;

/// <summary>What the store tells of itself, under the names of Prometheus' store where the same thing exists.</summary>
/// <remarks>One look at the store serves all instruments of a collection: the figures are kept for a second.</remarks>
sealed class StoreMetrics : IDisposable
{
    static readonly TimeSpan Kept = TimeSpan.FromSeconds(1);

    readonly Meter meter = new("Pharos.Store");
    readonly Lock gate = new();
    readonly SeriesStore store;
    readonly TimeProvider time;
    StoreStats stats;
    long readAt;

    /// <param name="retention">How long samples are kept and how many bytes at most, as in force.</param>
    public StoreMetrics(SeriesStore store, Func<(TimeSpan Age, long Bytes)> retention, TimeProvider time)
    {
        (this.store, this.time) = (store, time);
        (stats, readAt) = (store.Stats(), time.GetTimestamp());
        Gauge("prometheus_tsdb_head_series", of => of.HeadSeries, "Series with recent samples.");
        Gauge("prometheus_tsdb_head_chunks", of => of.HeadSeries, "Column chunks that are written to: one a series.");
        Gauge("prometheus_tsdb_head_min_time", of => of.HeadMinMs ?? 0, "Time of the oldest sample that is not in a block, in ms since the epoch.");
        Gauge("prometheus_tsdb_head_max_time", of => of.HeadMaxMs ?? 0, "Time of the newest sample, in ms since the epoch.");
        Gauge("prometheus_tsdb_head_min_time_seconds", of => (of.HeadMinMs ?? 0) / 1e3, "Time of the oldest sample that is not in a block.");
        Gauge("prometheus_tsdb_head_max_time_seconds", of => (of.HeadMaxMs ?? 0) / 1e3, "Time of the newest sample.");
        Gauge("prometheus_tsdb_lowest_timestamp", of => of.MinMs ?? 0, "Time of the oldest sample stored, in ms since the epoch.");
        Gauge("prometheus_tsdb_lowest_timestamp_seconds", of => (of.MinMs ?? 0) / 1e3, "Time of the oldest sample stored.");
        Gauge("prometheus_tsdb_blocks_loaded", of => of.Blocks.Count, "Blocks.");
        Gauge("prometheus_tsdb_storage_blocks_bytes", of => of.Blocks.Sum(block => block.SizeBytes), "Bytes of all blocks.");
        Gauge("pharos_storage_bytes", of => of.SizeBytes, "Bytes of blocks, log and checkpoints.");
        Gauge("prometheus_tsdb_symbol_table_size_bytes", of => of.NativeBytes["catalogue"], "Memory of names, values and series labels.");
        Gauge("prometheus_tsdb_retention_limit_seconds", _ => retention().Age.TotalSeconds, "How long samples are kept.");
        Gauge("prometheus_tsdb_retention_limit_bytes", _ => retention().Bytes, "Most bytes kept; 0: no bound.");
        Gauge("pharos_storage_read_only", of => of.ReadOnlyReason is null ? 0 : 1, "1 while the log cannot be written, so that pushes are refused.");
        Gauge("pharos_storage_unwritten_bytes", of => of.UnwrittenBytes, "Bytes of log that wait in memory for a disk that refuses.");
        Counter("pharos_storage_refused_samples_total", of => of.RefusedSamples, "Samples dropped because memory or disk had no room for them.");
        Counter("prometheus_tsdb_head_samples_appended_total", of => of.SamplesAppended, "Samples appended, of any type.");
        Counter("prometheus_tsdb_compactions_total", of => of.Compactions, "Blocks written, out of the head or by merging.");
        Counter("prometheus_tsdb_compactions_failed_total", of => of.FailedMaintenance, "Rounds of background work that failed.");
        Counter("prometheus_tsdb_wal_corruptions_total", of => of.SetAside.Count, "Damaged parts that were set aside.");
    }

    public void Dispose() => meter.Dispose();

    void Gauge(string name, Func<StoreStats, double> value, string help) => meter.CreateObservableGauge(name, () => value(Now()), null, help);

    void Counter(string name, Func<StoreStats, long> value, string help) => meter.CreateObservableCounter(name, () => value(Now()), null, help);

    StoreStats Now()
    {
        lock (gate)
        {
            if (time.GetElapsedTime(readAt) > Kept) (stats, readAt) = (store.Stats(), time.GetTimestamp());
            return stats;
        }
    }
}
