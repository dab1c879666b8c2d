using Pharos.Server.Config;

namespace Pharos.Server.Metrics.Scraping;

/// <summary>What <c>global</c> says of scraping. It is already laid into every <see cref="ScrapeConfig"/> that has none of its own.</summary>
sealed record ScrapeDefaults
{
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>At most <see cref="Interval"/>.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    public IReadOnlyList<ScrapeProtocol> Protocols { get; init; } = ScrapeProtocolNames.Default;

    public string? FailureLogFile { get; init; }

    public ScrapeLimits Limits { get; init; } = new();

    /// <summary>Null when not written: each job then takes what fits its validation scheme.</summary>
    public NameEscaping? NameEscaping { get; init; }

    public bool ScrapeNativeHistograms { get; init; }

    public bool AlwaysScrapeClassicHistograms { get; init; }

    public bool ConvertClassicHistogramsToNhcb { get; init; }

    public bool ExtraScrapeMetrics { get; init; }
}
