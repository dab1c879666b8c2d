using Pharos.Model.Labels;
using Pharos.Model.Samples;

namespace Pharos.Server.Metrics.Scraping;

enum TargetHealth
{
    /// <summary>Not scraped yet.</summary>
    Unknown,
    Up,
    Down,
}

/// <summary>A target and how its last scrape went.</summary>
sealed record TargetStatus
{
    /// <summary>The job's name.</summary>
    public required string Pool { get; init; }

    public required LabelSet DiscoveredLabels { get; init; }

    public required LabelSet Labels { get; init; }

    public required string ScrapeUrl { get; init; }

    public required long IntervalMs { get; init; }

    public required long TimeoutMs { get; init; }

    public TargetHealth Health { get; init; }

    /// <summary>Why the last scrape failed; of one that worked, what was not stored of it, or what else the user should know; "" mostly.</summary>
    public string LastError { get; init; } = "";

    /// <summary>Ms since the epoch; 0: never.</summary>
    public long LastScrapeMs { get; init; }

    public double LastDurationSeconds { get; init; }

    public int Samples { get; init; }

    public int SamplesAfterRelabelling { get; init; }

    public long BodyBytes { get; init; }

    /// <summary>What the target says of its metrics, by family.</summary>
    public required Func<IReadOnlyDictionary<string, MetricMetadata>> Metadata { get; init; }
}

/// <summary>All targets at one moment.</summary>
/// <param name="Active">By job in the order of the configuration, then by address.</param>
/// <param name="Dropped">Those that are kept to be shown.</param>
/// <param name="DroppedCounts">By job, also those that are not kept.</param>
/// <param name="Faults">By job, what is wrong with found targets that cannot be scraped.</param>
sealed record TargetsSnapshot(
    IReadOnlyList<TargetStatus> Active,
    IReadOnlyList<DroppedTarget> Dropped,
    IReadOnlyDictionary<string, int> DroppedCounts,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Faults);
