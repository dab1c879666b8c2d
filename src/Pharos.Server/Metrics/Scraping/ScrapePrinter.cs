using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;
using Pharos.Server.Discovery;
using Pharos.Server.HttpClients;
using Pharos.Server.Text;

namespace Pharos.Server.Metrics.Scraping;

/// <summary>Prints what is in force of scraping, as <c>/api/v1/status/config</c> and <c>/api/v1/scrape_pools/config</c> show it.</summary>
static class ScrapePrinter
{
    /// <summary>One job alone.</summary>
    public static string Print(ScrapeConfig job)
    {
        var yaml = new YamlWriter();
        Write(yaml, job);
        return yaml.ToString();
    }

    public static void Write(YamlWriter yaml, ScrapeDefaults defaults)
    {
        yaml.Value("scrape_interval", defaults.Interval);
        yaml.Value("scrape_timeout", defaults.Timeout);
        yaml.Texts("scrape_protocols", [.. defaults.Protocols.Select(protocol => protocol.Text())]);
        yaml.Value("scrape_failure_log_file", defaults.FailureLogFile);
        Write(yaml, defaults.Limits);
        if (defaults.NameEscaping is { } escaping) yaml.Value("metric_name_escaping_scheme", escaping.Text());
        yaml.Value("scrape_native_histograms", defaults.ScrapeNativeHistograms);
        yaml.Value("always_scrape_classic_histograms", defaults.AlwaysScrapeClassicHistograms);
        yaml.Value("convert_classic_histograms_to_nhcb", defaults.ConvertClassicHistogramsToNhcb);
        yaml.Value("extra_scrape_metrics", defaults.ExtraScrapeMetrics);
    }

    public static void Write(YamlWriter yaml, ScrapeConfig job)
    {
        yaml.Value("job_name", job.JobName);
        if (job.HonorLabels) yaml.Value("honor_labels", true);
        yaml.Value("honor_timestamps", job.HonorTimestamps);
        yaml.Value("track_timestamps_staleness", job.TrackTimestampsStaleness);
        yaml.Lists("params", job.Params);
        yaml.Value("scrape_interval", job.Interval);
        yaml.Value("scrape_timeout", job.Timeout);
        yaml.Texts("scrape_protocols", [.. job.Protocols.Select(protocol => protocol.Text())]);
        yaml.Value("fallback_scrape_protocol", job.FallbackProtocol?.Text());
        yaml.Value("scrape_native_histograms", job.ScrapeNativeHistograms);
        yaml.Value("always_scrape_classic_histograms", job.AlwaysScrapeClassicHistograms);
        yaml.Value("convert_classic_histograms_to_nhcb", job.ConvertClassicHistogramsToNhcb);
        yaml.Value("extra_scrape_metrics", job.ExtraScrapeMetrics);
        yaml.Value("scrape_failure_log_file", job.FailureLogFile);
        yaml.Value("metrics_path", job.MetricsPath);
        yaml.Value("scheme", job.Scheme);
        yaml.Value("enable_compression", job.EnableCompression);
        Write(yaml, job.Limits);
        yaml.Value("metric_name_validation_scheme", job.NameValidation.Text());
        yaml.Value("metric_name_escaping_scheme", job.NameEscaping.Text());
        HttpClientPrinter.Write(yaml, job.Http);
        DiscoveryPrinter.Write(yaml, "relabel_configs", job.RelabelConfigs);
        DiscoveryPrinter.Write(yaml, "metric_relabel_configs", job.MetricRelabelConfigs);
        DiscoveryPrinter.Write(yaml, job.Discovery);
    }

    static void Write(YamlWriter yaml, ScrapeLimits limits)
    {
        if (limits.BodySizeBytes > 0) yaml.Value("body_size_limit", ByteSize.Format(limits.BodySizeBytes));
        Write(yaml, "sample_limit", limits.Samples);
        Write(yaml, "target_limit", limits.Targets);
        Write(yaml, "label_limit", limits.Labels);
        Write(yaml, "label_name_length_limit", limits.LabelNameBytes);
        Write(yaml, "label_value_length_limit", limits.LabelValueBytes);
        Write(yaml, "native_histogram_bucket_limit", limits.NativeHistogramBuckets);
        if (limits.NativeHistogramMinBucketFactor > 0) yaml.Value("native_histogram_min_bucket_factor", limits.NativeHistogramMinBucketFactor);
        Write(yaml, "keep_dropped_targets", limits.KeepDroppedTargets);
    }

    static void Write(YamlWriter yaml, string key, long limit)
    {
        if (limit > 0) yaml.Value(key, limit);
    }
}
