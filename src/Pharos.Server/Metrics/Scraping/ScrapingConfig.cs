using Pharos.Server.Config;

namespace Pharos.Server.Metrics.Scraping;

/// <summary>What is scraped, and how.</summary>
sealed record ScrapingConfig : ISettings<ScrapingConfig>
{
    public static ScrapingConfig Default { get; } = new();

    public ScrapeDefaults Defaults { get; init; } = new();

    /// <summary>Patterns of files with more jobs.</summary>
    public IReadOnlyList<string> FilePatterns { get; init; } = [];

    /// <summary>All jobs, those of <c>scrape_config_files</c> after those of the file itself. Names are distinct.</summary>
    public IReadOnlyList<ScrapeConfig> Jobs { get; init; } = [];
}
