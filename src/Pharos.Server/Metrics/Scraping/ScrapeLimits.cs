namespace Pharos.Server.Metrics.Scraping;

/// <summary>Bounds of one scrape; 0 means no bound.</summary>
sealed record ScrapeLimits
{
    /// <summary>Of the body after decompression.</summary>
    public long BodySizeBytes { get; init; }

    /// <summary>Samples left after relabelling; above it the whole scrape fails.</summary>
    public long Samples { get; init; }

    public long Labels { get; init; }

    public long LabelNameBytes { get; init; }

    public long LabelValueBytes { get; init; }

    /// <summary>Targets of the job; above it all of them fail without being scraped.</summary>
    public long Targets { get; init; }

    /// <summary>Dropped targets that are kept to be shown.</summary>
    public long KeepDroppedTargets { get; init; }

    public long NativeHistogramBuckets { get; init; }

    public double NativeHistogramMinBucketFactor { get; init; }
}
