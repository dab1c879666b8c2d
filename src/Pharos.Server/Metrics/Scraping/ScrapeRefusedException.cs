namespace Pharos.Server.Metrics.Scraping;

/// <summary>A scrape that is dropped whole because of a limit or of what it holds; the message is shown on the Targets page.</summary>
sealed class ScrapeRefusedException(string message) : Exception(message);
