using Pharos.Storage.Files;

namespace Pharos.Storage.Series;

/// <summary>How a <see cref="SeriesStore"/> keeps its data. Sizes in bytes.</summary>
public sealed record StoreOptions
{
    /// <summary>Where everything lies. Created when missing; one process at a time.</summary>
    public required string Folder { get; init; }

    /// <summary>Blocks whose newest sample is older are deleted. Zero: never.</summary>
    public TimeSpan RetentionTime { get; init; } = TimeSpan.FromDays(15);

    /// <summary>The oldest blocks are deleted while all are larger together. 0: no limit.</summary>
    public long RetentionBytes { get; init; }

    /// <summary>Length of the blocks that the head is flushed to.</summary>
    public TimeSpan BlockSpan { get; init; } = TimeSpan.FromHours(2);

    /// <summary>How much older than the newest sample a late one may be. Zero: late samples are refused, as Prometheus does unless told.</summary>
    public TimeSpan OutOfOrderWindow { get; init; }

    /// <summary>Native memory of head and catalogue, open runs counted as full, above which new series, and 10 % further any sample, are refused. 0: no limit.</summary>
    public long MemoryCeilingBytes { get; init; }

    /// <summary>Series that the store may know at once, in head and blocks.</summary>
    public int MaxSeries { get; init; } = 1 << 24;

    /// <summary>Whether flushes, checkpoints and compaction run by themselves; tests call them.</summary>
    internal bool Maintains { get; init; } = true;

    internal long LogSegmentBytes { get; init; } = 16 << 20;

    /// <summary>Log since the last checkpoint at which the head is flushed out of turn. Twice what one checkpoint usually cuts, so that steady loads never get there.</summary>
    internal long FloodLogBytes { get; init; } = 64 << 20;

    /// <summary>Log that waits in memory for a disk that refuses before samples are dropped: about twelve million scraped ones.</summary>
    internal long MostUnwrittenBytes { get; init; } = 64 << 20;

    internal int FrameFileBytes { get; init; } = 16 << 20;

    /// <summary>How the log is forced to disk; tests make it fail.</summary>
    internal Action<Microsoft.Win32.SafeHandles.SafeFileHandle> SyncLog { get; init; } = DurableFile.SyncData;
}
