namespace Pharos.Server.Metrics.Scraping;

/// <summary>What taking in one body came to.</summary>
struct ScrapeCounts
{
    /// <summary>Samples in the body.</summary>
    public int Scraped;

    /// <summary>Samples left after relabelling.</summary>
    public int AfterRelabelling;

    /// <summary>Series that this target did not show in the scrape before.</summary>
    public int SeriesAdded;

    /// <summary>Series that the store did not take in, and why.</summary>
    public int Refused;

    public string? RefusedReason;
}
