using Pharos.Server.Config;
using Pharos.Server.Discovery;
using Pharos.Server.HttpClients;


namespace Pharos.Server.Metrics.Scraping;

/// <summary>One job: which targets to scrape, and how. What the job leaves out is filled in from <c>global</c>.</summary>
sealed record ScrapeConfig
{
    /// <summary>Not empty, and distinct among all jobs.</summary>
    public required string JobName { get; init; }

    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long one scrape may take. At most <see cref="Interval"/>, so that scrapes of a target never overlap.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What to ask a target for, most wanted first; distinct.</summary>
    public IReadOnlyList<ScrapeProtocol> Protocols { get; init; } = ScrapeProtocolNames.Default;

    /// <summary>How to read an answer that does not say what it is; null: such an answer is read as text and told.</summary>
    public ScrapeProtocol? FallbackProtocol { get; init; }

    public string MetricsPath { get; init; } = "/metrics";

    /// <summary><c>http</c> or <c>https</c>.</summary>
    public string Scheme { get; init; } = "http";

    /// <summary>Query parameters in the order written; the first value of each becomes a <c>__param_</c> label.</summary>
    public IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> Params { get; init; } = [];

    public bool HonorLabels { get; init; }

    public bool HonorTimestamps { get; init; } = true;

    public bool TrackTimestampsStaleness { get; init; }

    public bool EnableCompression { get; init; } = true;

    public bool ScrapeNativeHistograms { get; init; }

    public bool AlwaysScrapeClassicHistograms { get; init; }

    public bool ConvertClassicHistogramsToNhcb { get; init; }

    /// <summary>Adds <c>scrape_timeout_seconds</c>, <c>scrape_sample_limit</c> and <c>scrape_body_size_bytes</c>.</summary>
    public bool ExtraScrapeMetrics { get; init; }

    public string? FailureLogFile { get; init; }

    public ScrapeLimits Limits { get; init; } = new();

    public NameValidation NameValidation { get; init; } = NameValidation.Utf8;

    public NameEscaping NameEscaping { get; init; } = NameEscaping.AllowUtf8;

    public HttpClientConfig Http { get; init; } = HttpClientConfig.Default;

    public DiscoveryConfig Discovery { get; init; } = DiscoveryConfig.Empty;

    /// <summary>Applied to each discovered target.</summary>
    public IReadOnlyList<RelabelConfig> RelabelConfigs { get; init; } = [];

    /// <summary>Applied to each scraped sample.</summary>
    public IReadOnlyList<RelabelConfig> MetricRelabelConfigs { get; init; } = [];
}
