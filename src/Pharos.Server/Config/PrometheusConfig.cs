using Pharos.Server.Alerting;
using Pharos.Server.Metrics.Remote;
using Pharos.Server.Metrics.Scraping;
using Pharos.Server.Rules;


namespace Pharos.Server.Config;

/// <summary>A whole <c>prometheus.yml</c> with everything it refers to, defaults filled in and all checks passed.</summary>
sealed record PrometheusConfig
{
    public static readonly PrometheusConfig Empty = new();

    public GlobalConfig Global { get; init; } = new();

    /// <summary>The patterns as written, relative ones made absolute against the folder of the file.</summary>
    public IReadOnlyList<string> RuleFilePatterns { get; init; } = [];

    /// <summary>The rule files that the patterns reach now, in order, parsed and checked.</summary>
    public IReadOnlyList<RuleFileConfig> RuleFiles { get; init; } = [];

    public IReadOnlyList<string> ScrapeConfigFilePatterns { get; init; } = [];

    /// <summary>All jobs, those of <c>scrape_config_files</c> after those of the file itself. Names are distinct.</summary>
    public IReadOnlyList<ScrapeConfig> ScrapeConfigs { get; init; } = [];

    public AlertingConfig Alerting { get; init; } = new();

    public IReadOnlyList<RemoteWriteConfig> RemoteWrite { get; init; } = [];

    public IReadOnlyList<RemoteReadConfig> RemoteRead { get; init; } = [];

    public StorageConfig Storage { get; init; } = new();

    public OtlpConfig Otlp { get; init; } = new();

    public RuntimeConfig Runtime { get; init; } = new();

    /// <summary>The configuration with defaults filled in and secrets hidden, as <c>/api/v1/status/config</c> shows it.</summary>
    public string Yaml { get; init; } = "";
}

/// <summary>The <c>runtime</c> section: settings of Go's collector, which do nothing here.</summary>
sealed record RuntimeConfig
{
    public int? GoGc { get; init; }
}
