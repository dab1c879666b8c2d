using Pharos.Model.Labels;
using Pharos.Model.Time;
using Pharos.Server.Alerting;
using Pharos.Server.Config.Yaml;
using Pharos.Server.HttpClients;
using Pharos.Server.Metrics.Remote;
using Pharos.Server.Metrics.Scraping;
using Pharos.Server.Rules;

namespace Pharos.Server.Config;

/// <summary>Reads a <c>prometheus.yml</c> and all files it refers to.</summary>
static class PrometheusConfigReader
{
    /// <summary>The configuration. When the source has errors afterwards, it must not be used; what it holds is what could be read.</summary>
    public static PrometheusConfig Read(ConfigSource source, string path)
    {
        path = Path.GetFullPath(path);
        var node = source.ReadYaml(path);
        var root = new YamlSection(source, path, node, "");
        var global = ReadGlobal(root.Section("global"));
        var config = new PrometheusConfig
        {
            Global = global,
            RuleFilePatterns = ReadPatterns(root, "rule_files"),
            ScrapeConfigFilePatterns = ReadPatterns(root, "scrape_config_files"),
            Alerting = AlertingReader.Read(root.Section("alerting"), global),
            RemoteWrite = RemoteReader.ReadWrites(root, global),
            RemoteRead = RemoteReader.ReadReads(root),
            Storage = StorageReader.Read(root.Section("storage")),
            Otlp = OtlpReader.Read(root.Section("otlp"), global),
            Runtime = ReadRuntime(root.Section("runtime")),
        };
        if (config.RemoteWrite.Count > 0) root.Warn("remote_write", "recognised, not supported yet: samples are not sent on");
        if (config.RemoteRead.Count > 0) root.Warn("remote_read", "recognised, not supported yet: nothing is read from there");
        ReadTracing(root);
        config = config with
        {
            ScrapeConfigs = ReadJobs(source, root, config),
            RuleFiles = [.. config.RuleFilePatterns.SelectMany(ConfigPaths.Glob).Distinct().Select(file => RuleFileReader.Read(source, file, global.MetricNameValidation))],
        };
        root.Close();
        return config with { Yaml = ConfigPrinter.Print(config) };
    }

    static GlobalConfig ReadGlobal(YamlSection? section)
    {
        if (section is null) return new();
        var validation = ScrapeConfigReader.ReadValidation(section, "metric_name_validation_scheme", NameValidation.Utf8);
        var native = section.Bool("scrape_native_histograms");
        var interval = section.Duration("scrape_interval") is { Ticks: > 0 } written ? written : new GlobalConfig().ScrapeInterval;
        var global = new GlobalConfig
        {
            ScrapeInterval = interval,
            ScrapeTimeout = ReadTimeout(section, interval),
            ScrapeProtocols = ScrapeConfigReader.ReadProtocols(section, native ? ScrapeProtocolNames.DefaultWithNativeHistograms : ScrapeProtocolNames.Default),
            EvaluationInterval = section.Duration("evaluation_interval") is { Ticks: > 0 } evaluation ? evaluation : new GlobalConfig().EvaluationInterval,
            RuleQueryOffset = section.Duration("rule_query_offset", TimeSpan.Zero),
            ExternalLabels = ReadExternalLabels(section, validation),
            QueryLogFile = section.FilePath("query_log_file"),
            ScrapeFailureLogFile = section.FilePath("scrape_failure_log_file"),
            Limits = ScrapeConfigReader.ReadLimits(section, new()),
            MetricNameValidation = validation,
            MetricNameEscaping = ScrapeConfigReader.ReadEscaping(section),
            ScrapeNativeHistograms = native,
            AlwaysScrapeClassicHistograms = section.Bool("always_scrape_classic_histograms"),
            ConvertClassicHistogramsToNhcb = section.Bool("convert_classic_histograms_to_nhcb"),
            ExtraScrapeMetrics = section.Bool("extra_scrape_metrics"),
        };
        section.NotSupported("query_log_file");
        ScrapeConfigReader.TellUnsupported(section);
        if (global.MetricNameEscaping == NameEscaping.AllowUtf8 && validation == NameValidation.Legacy)
        {
            section.Error("metric_name_escaping_scheme", "\"allow-utf-8\" needs metric_name_validation_scheme: utf8; write underscores, dots or values");
        }
        section.Close();
        return global;
    }

    static TimeSpan ReadTimeout(YamlSection section, TimeSpan interval)
    {
        var otherwise = new GlobalConfig().ScrapeTimeout;
        if (section.Duration("scrape_timeout") is not { Ticks: > 0 } written) return otherwise > interval ? interval : otherwise;
        if (written <= interval) return written;
        section.Error("scrape_timeout", $"{Show(written)} is longer than the scrape interval of {Show(interval)}; write at most {Show(interval)}, so that scrapes never overlap");
        return interval;
    }

    static LabelSet ReadExternalLabels(YamlSection section, NameValidation scheme)
    {
        var unset = new List<string>();
        var labels = section.Labels("external_labels", scheme).Select(label =>
            new Label(label.Name, EnvironmentText.ExpandAsPrometheus(label.Value, section.Source.Environment, unset)));
        var expanded = LabelSet.From(labels);
        foreach (var name in unset.Distinct()) section.Warn("external_labels", $"environment variable ${name} is not set and becomes nothing; set it, or write $$ for a dollar");
        return expanded;
    }

    static IReadOnlyList<string> ReadPatterns(YamlSection root, string key)
    {
        var patterns = new List<string>();
        foreach (var written in root.Scalars(key))
        {
            var star = written.Text.IndexOf('*', StringComparison.Ordinal);
            if (star >= 0 && written.Text.IndexOf('/', star) >= 0)
            {
                root.ErrorAt(written.Line, written.Column, key, $"{written.Describe()} has a wildcard before the last \"/\"; write it in the last part only");
            }
            else if (written.Text.Length > 0)
            {
                var pattern = ConfigPaths.ResolvePattern(root, key, written.Text);
                var isOneFile = pattern.AsSpan().IndexOfAny("*?[") < 0;
                if (root.Source.IsStrict && isOneFile && !File.Exists(pattern)) root.ErrorAt(written.Line, written.Column, key, $"{written.Describe()} does not exist; create the file, or name another");
                patterns.Add(pattern);
            }
        }
        return patterns;
    }

    static List<ScrapeConfig> ReadJobs(ConfigSource source, YamlSection root, PrometheusConfig config)
    {
        var jobs = new List<ScrapeConfig>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        AddJobs(root, config.Global, jobs, names);
        foreach (var file in config.ScrapeConfigFilePatterns.SelectMany(ConfigPaths.Glob))
        {
            if (source.ReadYaml(file) is not { } node) continue;
            var section = new YamlSection(source, file, node, "");
            AddJobs(section, config.Global, jobs, names);
            section.Close();
        }
        return jobs;
    }

    static void AddJobs(YamlSection section, GlobalConfig global, List<ScrapeConfig> jobs, HashSet<string> names)
    {
        foreach (var job in section.Sections("scrape_configs", "job"))
        {
            var config = ScrapeConfigReader.Read(job, global);
            if (config.JobName.Length > 0 && !names.Add(config.JobName)) job.Error("job_name", $"\"{config.JobName}\" is written twice; give the jobs different names");
            jobs.Add(config);
        }
    }

    static RuntimeConfig ReadRuntime(YamlSection? section)
    {
        if (section is null) return new();
        int? percent = section.Has("gogc") ? (int)section.Integer("gogc", 75, int.MinValue, int.MaxValue) : null;
        section.DoesNothing("gogc", "there is no Go collector; --memory bounds the memory");
        section.Close();
        return new() { GoGc = percent };
    }

    static void ReadTracing(YamlSection root)
    {
        if (root.Section("tracing") is not { } section) return;
        root.NotSupported("tracing");
        section.OneOf("client_type", "grpc", "http");
        if (section.Text("endpoint", "").Length == 0) section.Error("endpoint", "is missing; write where traces are to be sent");
        section.Number("sampling_fraction", 0);
        section.Bool("insecure");
        HttpClientReader.ReadTls(section.Section("tls_config"));
        RemoteReader.ReadHeaders(section, "headers");
        section.OneOf("compression", "gzip", "");
        section.Duration("timeout");
        section.Close();
    }

    static string Show(TimeSpan time) => PromDuration.Format((long)time.TotalMilliseconds);
}
