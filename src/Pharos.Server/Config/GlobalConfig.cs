using Pharos.Model.Labels;
using Pharos.Server.Metrics.Scraping;

namespace Pharos.Server.Config;

/// <summary>The <c>global</c> section. Scrape settings here are already laid into every <see cref="ScrapeConfig"/> that has none of its own.</summary>
sealed record GlobalConfig
{
    public TimeSpan ScrapeInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>At most <see cref="ScrapeInterval"/>.</summary>
    public TimeSpan ScrapeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    public IReadOnlyList<ScrapeProtocol> ScrapeProtocols { get; init; } = ScrapeProtocolNames.Default;

    public TimeSpan EvaluationInterval { get; init; } = TimeSpan.FromMinutes(1);

    public TimeSpan RuleQueryOffset { get; init; }

    /// <summary>Added when talking to the outside (federation, remote write and read, Alertmanager); variables are expanded.</summary>
    public LabelSet ExternalLabels { get; init; } = LabelSet.Empty;

    /// <summary>Absolute path; null: queries are not logged.</summary>
    public string? QueryLogFile { get; init; }

    public string? ScrapeFailureLogFile { get; init; }

    public ScrapeLimits Limits { get; init; } = new();

    public NameValidation MetricNameValidation { get; init; } = NameValidation.Utf8;

    /// <summary>Null when not written: each job then takes what fits its validation scheme.</summary>
    public NameEscaping? MetricNameEscaping { get; init; }

    public bool ScrapeNativeHistograms { get; init; }

    public bool AlwaysScrapeClassicHistograms { get; init; }

    public bool ConvertClassicHistogramsToNhcb { get; init; }

    public bool ExtraScrapeMetrics { get; init; }
}
