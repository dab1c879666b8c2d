using Pharos.Model.Time;
using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;
using Pharos.Server.Discovery;
using Pharos.Server.HttpClients;
using Pharos.Server.Series;

namespace Pharos.Server.Metrics.Scraping;

/// <summary>Reads one entry of <c>scrape_configs</c> and fills in what <c>global</c> says.</summary>
static class ScrapeConfigReader
{
    public static ScrapeConfig Read(YamlSection job, ScrapeDefaults defaults, SeriesConfig series)
    {
        var name = job.Text("job_name", "");
        if (name.Length == 0) job.Error("job_name", "is missing; write a name for the job");
        var interval = job.Duration("scrape_interval") is { Ticks: > 0 } own ? own : defaults.Interval;
        var validation = SeriesPart.ReadValidation(job, series.MetricNameValidation);
        var native = job.InheritedBool("scrape_native_histograms", defaults.ScrapeNativeHistograms);
        var config = new ScrapeConfig
        {
            JobName = name,
            Interval = interval,
            Timeout = ReadTimeout(job, interval, defaults.Timeout),
            Protocols = ReadProtocols(job, native == defaults.ScrapeNativeHistograms
                || !IsDefault(defaults.Protocols) ? defaults.Protocols : native ? ScrapeProtocolNames.DefaultWithNativeHistograms : ScrapeProtocolNames.Default),
            FallbackProtocol = ReadProtocol(job, "fallback_scrape_protocol"),
            MetricsPath = job.Text("metrics_path", "/metrics"),
            Scheme = job.OneOf("scheme", "http", "https") ?? "http",
            Params = job.Lists("params"),
            HonorLabels = job.Bool("honor_labels"),
            HonorTimestamps = job.Bool("honor_timestamps", true),
            TrackTimestampsStaleness = job.Bool("track_timestamps_staleness"),
            EnableCompression = job.Bool("enable_compression", true),
            ScrapeNativeHistograms = native,
            AlwaysScrapeClassicHistograms = job.InheritedBool("always_scrape_classic_histograms", defaults.AlwaysScrapeClassicHistograms),
            ConvertClassicHistogramsToNhcb = job.InheritedBool("convert_classic_histograms_to_nhcb", defaults.ConvertClassicHistogramsToNhcb),
            ExtraScrapeMetrics = job.InheritedBool("extra_scrape_metrics", defaults.ExtraScrapeMetrics),
            FailureLogFile = job.FilePath("scrape_failure_log_file") ?? defaults.FailureLogFile,
            Limits = ReadLimits(job, defaults.Limits),
            NameValidation = validation,
            NameEscaping = ReadEscaping(job, validation, defaults),
            Http = HttpClientReader.Read(job),
            Discovery = DiscoveryReader.Read(job, validation),
            RelabelConfigs = RelabelReader.ReadAll(job, "relabel_configs", validation),
            MetricRelabelConfigs = RelabelReader.ReadAll(job, "metric_relabel_configs", validation),
        };
        TellUnsupported(job);
        job.Close();
        return config;
    }

    /// <summary>Keys that <c>global</c> and jobs share, and that are not obeyed yet. A switch that is off asks for nothing.</summary>
    public static void TellUnsupported(YamlSection section)
    {
        section.NotSupported("scrape_failure_log_file");
        section.NotSupported("native_histogram_min_bucket_factor");
        if (section.Bool("convert_classic_histograms_to_nhcb")) section.NotSupported("convert_classic_histograms_to_nhcb");
    }

    /// <summary>At most the interval, in <c>global</c> and in jobs.</summary>
    public static TimeSpan ReadTimeout(YamlSection section, TimeSpan interval, TimeSpan otherwise)
    {
        if (section.Duration("scrape_timeout") is not { Ticks: > 0 } written) return otherwise > interval ? interval : otherwise;
        if (written <= interval) return written;
        section.Error("scrape_timeout", $"{Show(written)} is longer than the scrape interval of {Show(interval)}; write at most {Show(interval)}, so that scrapes never overlap");
        return interval;
    }

    /// <summary>The keys that <c>global</c> and jobs share.</summary>
    public static ScrapeLimits ReadLimits(YamlSection section, ScrapeLimits otherwise)
    {
        long Limit(string key, long inherited) => section.Integer(key, 0, 0, long.MaxValue) is > 0 and var own ? own : inherited;
        return new()
        {
            BodySizeBytes = section.SizeBytes("body_size_limit") is > 0 and var size ? size : otherwise.BodySizeBytes,
            Samples = Limit("sample_limit", otherwise.Samples),
            Targets = Limit("target_limit", otherwise.Targets),
            Labels = Limit("label_limit", otherwise.Labels),
            LabelNameBytes = Limit("label_name_length_limit", otherwise.LabelNameBytes),
            LabelValueBytes = Limit("label_value_length_limit", otherwise.LabelValueBytes),
            KeepDroppedTargets = Limit("keep_dropped_targets", otherwise.KeepDroppedTargets),
            NativeHistogramBuckets = Limit("native_histogram_bucket_limit", otherwise.NativeHistogramBuckets),
            NativeHistogramMinBucketFactor = section.Number("native_histogram_min_bucket_factor", otherwise.NativeHistogramMinBucketFactor),
        };
    }

    public static IReadOnlyList<ScrapeProtocol> ReadProtocols(YamlSection section, IReadOnlyList<ScrapeProtocol> otherwise)
    {
        if (!section.Has("scrape_protocols")) return otherwise;
        var protocols = new List<ScrapeProtocol>();
        foreach (var scalar in section.Scalars("scrape_protocols"))
        {
            if (!ScrapeProtocolNames.TryParse(scalar.Text, out var protocol))
            {
                section.ErrorAt(scalar.Line, scalar.Column, "scrape_protocols", $"{scalar.Describe()} is not known; write one of {string.Join(", ", ScrapeProtocolNames.All)}");
            }
            else if (protocols.Contains(protocol.Value))
            {
                section.ErrorAt(scalar.Line, scalar.Column, "scrape_protocols", $"{scalar.Describe()} is written twice; keep one");
            }
            else
            {
                protocols.Add(protocol.Value);
            }
        }
        if (section.Items("scrape_protocols").Count == 0) section.Error("scrape_protocols", "is empty; write at least one, or remove the key");
        return protocols.Count > 0 ? protocols : otherwise;
    }

    static ScrapeProtocol? ReadProtocol(YamlSection section, string key) =>
        section.OneOf(key, [.. ScrapeProtocolNames.All]) is { } word && ScrapeProtocolNames.TryParse(word, out var protocol) ? protocol : null;

    public static NameEscaping? ReadEscaping(YamlSection section) => section.OneOf("metric_name_escaping_scheme", "allow-utf-8", "underscores", "dots", "values", "") switch
    {
        "allow-utf-8" => NameEscaping.AllowUtf8,
        "underscores" => NameEscaping.Underscores,
        "dots" => NameEscaping.Dots,
        "values" => NameEscaping.Values,
        _ => null,
    };

    static NameEscaping ReadEscaping(YamlSection job, NameValidation validation, ScrapeDefaults defaults)
    {
        var own = ReadEscaping(job);
        var inherited = defaults.NameEscaping;
        var fitting = validation == NameValidation.Utf8 ? NameEscaping.AllowUtf8 : NameEscaping.Underscores;
        if (own is null && inherited == NameEscaping.AllowUtf8 && validation == NameValidation.Legacy) inherited = null;
        var escaping = own ?? inherited ?? fitting;
        if (escaping == NameEscaping.AllowUtf8 && validation == NameValidation.Legacy)
        {
            job.Error("metric_name_escaping_scheme", "\"allow-utf-8\" needs metric_name_validation_scheme: utf8; write underscores, dots or values");
        }
        return escaping;
    }

    static bool IsDefault(IReadOnlyList<ScrapeProtocol> protocols) =>
        protocols.SequenceEqual(ScrapeProtocolNames.Default) || protocols.SequenceEqual(ScrapeProtocolNames.DefaultWithNativeHistograms);

    static string Show(TimeSpan time) => PromDuration.Format((long)time.TotalMilliseconds);
}
