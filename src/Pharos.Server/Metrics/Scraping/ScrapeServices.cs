using Pharos.Model.Writing;
using Pharos.Server.Metrics.Exemplars;

namespace Pharos.Server.Metrics.Scraping;

/// <summary>What all targets share.</summary>
sealed record ScrapeServices(ISeriesSink Sink, ExemplarRing Exemplars, TimeProvider Time, ScrapeLog Log, ScrapeLosses Losses, BodyBudget Bodies)
{
    public WorkspacePool Workspaces { get; } = new(Math.Max(2, Environment.ProcessorCount));

    public ScrapeMetrics Metrics { get; } = new();
}

/// <summary>The settings of one job as its targets use them. Targets know that something changed by getting another one.</summary>
sealed record JobSettings(ScrapeConfig Config, ScrapeFetcher Fetcher);
