using Pharos.Model.Labels;

namespace Pharos.Server.Metrics.Scraping;

/// <summary>One address to scrape, with all that relabelling decided about it.</summary>
/// <remarks>Two targets of a job are the same when <see cref="Identity"/> is equal; the same target found twice is scraped once.</remarks>
sealed class ScrapeTarget
{
    /// <summary>Labels as found, with the job's defaults, before relabelling.</summary>
    public required LabelSet DiscoveredLabels { get; init; }

    /// <summary>Labels after relabelling, those that begin with <c>__</c> but not <c>__meta_</c> included.</summary>
    public required LabelSet Identity { get; init; }

    /// <summary>The labels that series of this target bear.</summary>
    public required LabelSet Labels { get; init; }

    public required Uri Url { get; init; }

    public required long IntervalMs { get; init; }

    public required long TimeoutMs { get; init; }
}

/// <summary>A target that relabelling dropped.</summary>
sealed record DroppedTarget(string Pool, LabelSet DiscoveredLabels);
