namespace Pharos.Server.Metrics.Scraping;

/// <summary>What scraping writes to the log. A failure is told when it is new, not at each scrape.</summary>
sealed partial class ScrapeLog(ILogger logger)
{
    [LoggerMessage(LogLevel.Warning, "Scrape of {Url} (job {Job}) failed: {Reason}")]
    public partial void ScrapeFailed(string job, string url, string reason);

    [LoggerMessage(LogLevel.Error, "Scraping {Url} (job {Job}) ended by a fault of Pharos; it is tried again at the next interval")]
    public partial void ScrapeBroke(Exception error, string job, string url);

    [LoggerMessage(LogLevel.Warning, "Not everything that {Url} (job {Job}) shows is stored: {Loss}")]
    public partial void NotStored(string job, string url, string loss);

    [LoggerMessage(LogLevel.Error, "Job {Job}: {Fault}")]
    public partial void TargetFault(string job, string fault);

    [LoggerMessage(LogLevel.Information, "Scraping {Jobs} jobs")]
    public partial void Applied(int jobs);
}
