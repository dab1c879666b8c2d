using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;
using Pharos.Server.Series;

namespace Pharos.Server.Metrics.Scraping;

/// <summary>Reads the jobs, the files that hold more of them, and what <c>global</c> says of all of them.</summary>
sealed class ScrapingPart : IConfigPart
{
    public ConfigFile File => ConfigFile.Prometheus;

    public void Read(FileReading file)
    {
        var series = file.Of<SeriesConfig>();
        var config = new ScrapingConfig { Defaults = ReadDefaults(file.Root.Shared("global"), series), FilePatterns = file.Root.FilePatterns("scrape_config_files") };
        file.Add(config with { Jobs = ReadJobs(file, config, series) });
    }

    public void Print(Configuration configuration, YamlWriter yaml)
    {
        var scraping = configuration.Of<ScrapingConfig>();
        yaml.Mapping("global", () => ScrapePrinter.Write(yaml, scraping.Defaults));
        yaml.Texts("scrape_config_files", scraping.FilePatterns);
        yaml.List("scrape_configs", scraping.Jobs, job => ScrapePrinter.Write(yaml, job));
    }

    static ScrapeDefaults ReadDefaults(YamlSection? global, SeriesConfig series)
    {
        var otherwise = new ScrapeDefaults();
        if (global is null) return otherwise;
        var native = global.Bool("scrape_native_histograms");
        var interval = global.Duration("scrape_interval") is { Ticks: > 0 } written ? written : otherwise.Interval;
        var defaults = new ScrapeDefaults
        {
            Interval = interval,
            Timeout = ScrapeConfigReader.ReadTimeout(global, interval, otherwise.Timeout),
            Protocols = ScrapeConfigReader.ReadProtocols(global, native ? ScrapeProtocolNames.DefaultWithNativeHistograms : ScrapeProtocolNames.Default),
            FailureLogFile = global.FilePath("scrape_failure_log_file"),
            Limits = ScrapeConfigReader.ReadLimits(global, new()),
            NameEscaping = ScrapeConfigReader.ReadEscaping(global),
            ScrapeNativeHistograms = native,
            AlwaysScrapeClassicHistograms = global.Bool("always_scrape_classic_histograms"),
            ConvertClassicHistogramsToNhcb = global.Bool("convert_classic_histograms_to_nhcb"),
            ExtraScrapeMetrics = global.Bool("extra_scrape_metrics"),
        };
        ScrapeConfigReader.TellUnsupported(global);
        if (defaults.NameEscaping == NameEscaping.AllowUtf8 && series.MetricNameValidation == NameValidation.Legacy)
        {
            global.Error("metric_name_escaping_scheme", "\"allow-utf-8\" needs metric_name_validation_scheme: utf8; write underscores, dots or values");
        }
        return defaults;
    }

    static List<ScrapeConfig> ReadJobs(FileReading file, ScrapingConfig config, SeriesConfig series)
    {
        var jobs = new List<ScrapeConfig>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        AddJobs(file.Root, config.Defaults, series, jobs, names);
        foreach (var path in config.FilePatterns.SelectMany(ConfigPaths.Glob))
        {
            if (file.Source.ReadYaml(path) is not { } node) continue;
            var section = new YamlSection(file.Source, path, node, "");
            AddJobs(section, config.Defaults, series, jobs, names);
            section.Close();
        }
        return jobs;
    }

    static void AddJobs(YamlSection section, ScrapeDefaults defaults, SeriesConfig series, List<ScrapeConfig> jobs, HashSet<string> names)
    {
        foreach (var job in section.Sections("scrape_configs", "job"))
        {
            var config = ScrapeConfigReader.Read(job, defaults, series);
            if (config.JobName.Length > 0 && !names.Add(config.JobName)) job.Error("job_name", $"\"{config.JobName}\" is written twice; give the jobs different names");
            jobs.Add(config);
        }
    }
}
