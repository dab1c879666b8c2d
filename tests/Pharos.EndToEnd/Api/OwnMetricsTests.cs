using System.Text;

namespace Pharos.EndToEnd.Api;

/// <summary>Pharos tells of itself under the names of Prometheus wherever the same thing exists, so that dashboards and alerts for Prometheus work on it.</summary>
/// <remarks>Every name that the real server shows over the same configuration is either told by Pharos, too, or stands here with the reason why not.</remarks>
public sealed class OwnMetricsTests(ServerPair servers) : IClassFixture<ServerPair>
{
    /// <summary>By the start of the name.</summary>
    static readonly (string Prefix, string Reason)[] NotTold =
    [
        ("go_", "there is no Go runtime; dotnet_* tells of this one"),
        ("net_conntrack_", "http_client_* and Kestrel count connections"),
        ("promhttp_", "Go's metrics handler; http_requests_total counts its requests"),
        ("process_network_", "not read from the system yet"),
        ("process_virtual_memory_max_bytes", "not read from the system yet"),
        ("prometheus_api_notification_", "there are no live notifications"),
        ("prometheus_api_remote_write_", "refused samples are told in the answer and the log"),
        ("prometheus_engine_query_log_failures_total", "there is no query log"),
        ("prometheus_http_response_size_bytes", "not counted"),
        ("prometheus_notifications_", "sent, errors and latency appear with the first alert that is sent"),
        ("prometheus_remote_", "samples are not sent on; those that come in are counted by http_requests_total"),
        ("prometheus_rule_group_last_re", "alerts are restored with the group's first evaluation"),
        ("prometheus_rule_group_last_rule_duration_sum_seconds", "the group's own duration is told"),
        ("prometheus_sd_", "discovery tells its faults in /api/v1/targets and the log"),
        ("prometheus_target_metadata_cache_bytes", "entries are told"),
        ("prometheus_target_scrape_pool_reloads_failed_total", "a configuration is checked whole before any job is changed"),
        ("prometheus_target_scrape_pools_failed_total", "a configuration is checked whole before any job is changed"),
        ("prometheus_target_scrape_pool_symboltable_items", "jobs have no table of their own"),
        ("prometheus_target_scrape_pool_target_limit", "the configuration tells it"),
        ("prometheus_target_scrapes_cache_flush_forced_total", "the memory of a target is bounded by its body"),
        ("prometheus_target_scrapes_exemplar_out_of_order_total", "exemplars are kept by arrival"),
        ("prometheus_template_", "an expansion that fails is told in the text of the alert"),
        ("prometheus_treecache_", "there is no ZooKeeper discovery"),
        ("prometheus_web_federation_", "errors are told in the answer"),
        ("prometheus_tsdb_checkpoint_", "of Prometheus' log"),
        ("prometheus_tsdb_clean_start", "no lock file stays behind"),
        ("prometheus_tsdb_compaction_", "of Prometheus' blocks"),
        ("prometheus_tsdb_compactions_skipped_total", "of Prometheus' blocks"),
        ("prometheus_tsdb_compactions_triggered_total", "of Prometheus' blocks"),
        ("prometheus_tsdb_data_replay_duration_seconds", "the log tells it at the start"),
        ("prometheus_tsdb_exemplar_", "not told yet"),
        ("prometheus_tsdb_head_", "of Prometheus' head; what is common is told"),
        ("prometheus_tsdb_isolation_", "of Prometheus' head"),
        ("prometheus_tsdb_mmap_", "of Prometheus' head"),
        ("prometheus_tsdb_out_of_", "told by prometheus_target_scrapes_sample_* and in answers to senders"),
        ("prometheus_tsdb_too_old_samples_total", "told by prometheus_target_scrapes_sample_* and in answers to senders"),
        ("prometheus_tsdb_reloads_", "blocks are not looked for on disk while the server runs"),
        ("prometheus_tsdb_size_retentions_total", "the log tells which block went"),
        ("prometheus_tsdb_time_retentions_total", "the log tells which block went"),
        ("prometheus_tsdb_snapshot_replay_error_total", "of Prometheus' head"),
        ("prometheus_tsdb_tombstone_cleanup_seconds", "of Prometheus' blocks"),
        ("prometheus_tsdb_vertical_compactions_total", "of Prometheus' blocks"),
        ("prometheus_tsdb_wal_", "of Prometheus' log; damaged parts are told"),
    ];

    /// <summary>What the alerts and dashboards for Prometheus itself ask for most, and must never go.</summary>
    static readonly string[] Wanted =
    [
        "prometheus_build_info", "prometheus_ready", "prometheus_config_last_reload_successful", "prometheus_config_last_reload_success_timestamp_seconds", "prometheus_http_requests_total",
        "prometheus_http_request_duration_seconds", "prometheus_engine_query_duration_seconds", "prometheus_engine_queries", "prometheus_engine_queries_concurrent_max", "prometheus_tsdb_head_series",
        "prometheus_tsdb_head_chunks", "prometheus_tsdb_head_samples_appended_total", "prometheus_tsdb_blocks_loaded", "prometheus_tsdb_compactions_total", "prometheus_tsdb_compactions_failed_total",
        "prometheus_tsdb_wal_corruptions_total", "prometheus_tsdb_storage_blocks_bytes", "prometheus_target_interval_length_seconds", "prometheus_target_scrape_pool_targets", "prometheus_target_sync_length_seconds",
        "prometheus_target_scrape_pool_sync_total", "prometheus_target_sync_failed_total", "prometheus_target_scrapes_exceeded_sample_limit_total", "prometheus_target_scrapes_exceeded_body_size_limit_total",
        "prometheus_target_scrapes_sample_duplicate_timestamp_total", "prometheus_target_scrapes_sample_out_of_order_total", "prometheus_target_scrapes_sample_out_of_bounds_total",
        "prometheus_target_scrape_pool_exceeded_label_limits_total", "prometheus_target_scrape_pool_exceeded_target_limit_total", "prometheus_target_metadata_cache_entries", "prometheus_sd_discovered_targets",
        "prometheus_rule_evaluations_total", "prometheus_rule_evaluation_failures_total", "prometheus_rule_evaluation_duration_seconds", "prometheus_rule_group_iterations_total", "prometheus_rule_group_iterations_missed_total",
        "prometheus_rule_group_rules", "prometheus_rule_group_interval_seconds", "prometheus_rule_group_last_duration_seconds", "prometheus_rule_group_last_evaluation_timestamp_seconds",
        "prometheus_notifications_queue_length", "prometheus_notifications_queue_capacity", "prometheus_notifications_alertmanagers_discovered",
        "process_cpu_seconds_total", "process_resident_memory_bytes", "process_start_time_seconds", "process_open_fds", "process_max_fds",
    ];

    [Fact]
    public async Task Every_name_of_the_real_server_is_told_or_explained()
    {
        await servers.Prometheus.GetStringAsync("api/v1/query?query=up", TestContext.Current.CancellationToken);
        await servers.Pharos.GetStringAsync("api/v1/query?query=up", TestContext.Current.CancellationToken);
        var expected = await TypesAsync(servers.Prometheus);
        var actual = await TypesAsync(servers.Pharos);

        var faults = expected.Keys.Where(name => !actual.ContainsKey(name) && !NotTold.Any(one => name.StartsWith(one.Prefix, StringComparison.Ordinal))).Select(name => $"{name} is missing").ToList();
        faults.AddRange(Wanted.Where(name => !actual.ContainsKey(name)).Select(name => $"{name} must be told"));
        faults.AddRange(NotTold.Where(one => !expected.Keys.Any(name => name.StartsWith(one.Prefix, StringComparison.Ordinal) && !actual.ContainsKey(name))).Select(one => $"{one.Prefix} is explained, but nothing of it is missing"));
        foreach (var (name, type) in actual)
        {
            // A summary there is a histogram here: sums and counts are the same, quantiles are asked by histogram_quantile.
            if (expected.TryGetValue(name, out var wanted) && wanted != type && (wanted, type) != ("summary", "histogram")) faults.Add($"{name} is a {type} instead of a {wanted}");
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Fact]
    public async Task Promtool_finds_nothing_to_say_of_them()
    {
        var text = await servers.Pharos.GetStringAsync("metrics", TestContext.Current.CancellationToken);

        Assert.Equal((0, ""), Peers.Run(Peers.Find("promtool"), Encoding.UTF8.GetBytes(text), "check", "metrics"));
    }

    static async Task<Dictionary<string, string>> TypesAsync(HttpClient server)
    {
        var text = await server.GetStringAsync("metrics");
        return text.Split('\n').Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(line => line.Split(' ')).ToDictionary(parts => parts[2], parts => parts[3], StringComparer.Ordinal);
    }
}
