using Pharos.Server.Access;
using Pharos.Server.Alerting;
using Pharos.Server.Config;
using Pharos.Server.Heartbeats;
using Pharos.Server.Hosting.Ports;
using Pharos.Server.Ledger;
using Pharos.Server.Metrics.Api;
using Pharos.Server.Metrics.Otlp;
using Pharos.Server.Metrics.Remote;
using Pharos.Server.Metrics.Scraping;
using Pharos.Server.Notifying;
using Pharos.Server.Rules;
using Pharos.Server.Series;
using Pharos.Server.Store;

namespace Pharos.Server.Hosting.Loading;

/// <summary>What is known of configuration files: one line for each part of a room.</summary>
static class ConfigParts
{
    /// <summary>A part finds the records of those before it. Parts that read further files stand last, so that faults of the file itself are told first.</summary>
    public static readonly IReadOnlyList<IConfigPart> All =
    [
        new AccessPart(),
        new RolesPart(),
        new ListenPart(NamedPorts.All),
        new SeriesPart(),
        new AlertingPart(),
        new RemotePart(),
        new StoragePart(),
        new OtlpPart(),
        new QueryLogPart(),
        new RuntimePart(),
        new TracingPart(),
        new ScrapingPart(),
        new RulesPart(),
        new NotifyingPart(),
        new RoutingPart(),
        new LedgerPart(),
        new HeartbeatsPart(),
    ];

    /// <summary>The keys of a printed prometheus.yml in Prometheus' order; <c>a.b</c> stands for <c>b</c> inside <c>a</c>.</summary>
    public static readonly IReadOnlyList<string> PrintedOrder =
    [
        "global",
        "global.scrape_interval", "global.scrape_timeout", "global.scrape_protocols", "global.evaluation_interval", "global.rule_query_offset", "global.external_labels",
        "global.query_log_file", "global.scrape_failure_log_file", "global.body_size_limit", "global.sample_limit", "global.target_limit", "global.label_limit",
        "global.label_name_length_limit", "global.label_value_length_limit", "global.native_histogram_bucket_limit", "global.native_histogram_min_bucket_factor",
        "global.keep_dropped_targets", "global.metric_name_validation_scheme", "global.metric_name_escaping_scheme", "global.scrape_native_histograms",
        "global.always_scrape_classic_histograms", "global.convert_classic_histograms_to_nhcb", "global.extra_scrape_metrics",
        "runtime", "alerting", "rule_files", "scrape_config_files", "scrape_configs", "storage", "remote_write", "remote_read", "otlp",
    ];
}
