namespace Pharos.Storage.Series;

/// <summary>Figures of the store at one moment.</summary>
public sealed record StoreStats
{
    /// <summary>Series with recent samples.</summary>
    public required int HeadSeries { get; init; }

    /// <summary>Series in head and blocks.</summary>
    public required int Series { get; init; }

    /// <summary>Time of the oldest sample that is not in a block; null when the head is empty.</summary>
    public required long? HeadMinMs { get; init; }

    public required long? HeadMaxMs { get; init; }

    /// <summary>Oldest and newest time of everything stored; null when nothing is.</summary>
    public required long? MinMs { get; init; }

    public required long? MaxMs { get; init; }

    /// <summary>Samples appended since the start.</summary>
    public required long SamplesAppended { get; init; }

    /// <summary>Label pairs, and bytes on disk of blocks, log and head.</summary>
    public required int LabelPairs { get; init; }

    public required long SizeBytes { get; init; }

    public required IReadOnlyList<StoredBlock> Blocks { get; init; }

    /// <summary>Native memory by owner.</summary>
    public required IReadOnlyDictionary<string, long> NativeBytes { get; init; }

    /// <summary>Blocks written since the start, out of the head or by merging.</summary>
    public required long Compactions { get; init; }

    /// <summary>Rounds of background work that failed since the start; each is tried again.</summary>
    public required long FailedMaintenance { get; init; }

    /// <summary>Why what is pushed is refused; null while all is well.</summary>
    public required string? ReadOnlyReason { get; init; }

    /// <summary>Bytes of log that wait in memory for a disk that refuses.</summary>
    public required long UnwrittenBytes { get; init; }

    /// <summary>Samples refused since the start because memory or disk had no room.</summary>
    public required long RefusedSamples { get; init; }

    /// <summary>Damaged parts found since the start, one line each.</summary>
    public required IReadOnlyList<string> SetAside { get; init; }
}

/// <summary>One block file. Times are inclusive.</summary>
public sealed record StoredBlock(string Name, long MinMs, long MaxMs, long Series, long Samples, long SizeBytes);

/// <summary>Where the series come from: the largest names, values and pairs, as Prometheus' page shows them.</summary>
public sealed record StoreCardinality(
    IReadOnlyList<NamedCount> SeriesByMetricName,
    IReadOnlyList<NamedCount> ValuesByLabelName,
    IReadOnlyList<NamedCount> BytesByLabelName,
    IReadOnlyList<NamedCount> SeriesByLabelPair);

/// <summary>One line of a top list.</summary>
public readonly record struct NamedCount(string Name, long Count);
