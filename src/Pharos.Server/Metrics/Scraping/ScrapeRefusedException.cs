namespace Pharos.Server.Metrics.Scraping;

/// <summary>A scrape that is dropped whole because of a limit or of what it holds; the message is shown on the Targets page.</summary>
sealed class ScrapeRefusedException(string message, ScrapeBound bound = ScrapeBound.None) : Exception(message)
{
    public ScrapeBound Bound { get; } = bound;
}

/// <summary>Which limit of the configuration a scrape passed.</summary>
enum ScrapeBound : byte
{
    None,
    Samples,
    Labels,
    Buckets,
}
