using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Pharos.Model.Reading;
using Pharos.Model.Writing;
using Pharos.Storage.Series.Head;
using Pharos.Storage.Series.Index;
using Pharos.Storage.Wal;

namespace Pharos.Storage.Series;

/// <summary>The embedded store of series: catalogue, head, log and blocks behind the reading and the writing seam.</summary>
/// <remarks>
/// <para>What <see cref="FlushAsync"/> has promised is on disk; what a query has returned will be within a second. A kill at any instant
/// loses nothing else, and the store opens again whatever it finds: damaged parts are set aside and told in <see cref="StoreStats.SetAside"/>.</para>
/// <para>Threads: all public members are safe for all.</para>
/// </remarks>
public sealed partial class SeriesStore : ISeriesSource, ISeriesSink, IAsyncDisposable
{
    readonly StoreOptions options;
    readonly TimeProvider clock;
    readonly ILogger logger;
    readonly FolderLock folderLock;
    readonly KeyedHash hash = new();
    readonly RawKeyTable rawKeys;
    readonly SeriesHead head;
    readonly CatalogueFile catalogueFile;
    readonly LogWriter log;
    readonly List<string> setAside = [];
    StoreView view;
    int isDisposed;

    SeriesStore(StoreOptions options, TimeProvider clock, ILogger logger)
    {
        this.options = options;
        this.clock = clock;
        this.logger = logger;
        Directory.CreateDirectory(options.Folder);
        folderLock = FolderLock.Take(options.Folder);
        Catalogue = new SeriesCatalogue(hash, options.MaxSeries);
        Matchers = new MatcherResolver(Catalogue);
        catalogueFile = CatalogueFile.Open(Path.Combine(options.Folder, "catalogue"), Catalogue, clock, logger);
        setAside.AddRange(catalogueFile.SetAside);
        head = new SeriesHead(Path.Combine(options.Folder, "head"), options.MaxSeries, options.FrameFileBytes, (long)options.OutOfOrderWindow.TotalMilliseconds, logger);
        rawKeys = new RawKeyTable(head.IsLive);
        var lastGeneration = Recover();
        view = new StoreView(new HeadView(head.Limits.MinValidMs, head.Limits.Epoch), OnReleased);
        log = new LogWriter(new LogWriterSettings(LogFolder, options.LogSegmentBytes, options.SyncLog), lastGeneration + 1, head.TakeLogs, catalogueFile.AppendNew, logger);
    }

    internal SeriesCatalogue Catalogue { get; }

    internal MatcherResolver Matchers { get; }

    internal LogWriter Log => log;

    string LogFolder => Path.Combine(options.Folder, "wal");

    /// <summary>Opens the store, brings back what was acknowledged, and starts its background work.</summary>
    /// <exception cref="StoreLockedException">Another process has the folder.</exception>
    /// <exception cref="IOException">The folder cannot be read or written.</exception>
    public static SeriesStore Open(StoreOptions options, TimeProvider clock, ILogger logger) => new(options, clock, logger);

    public ISeriesSnapshot Lease()
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref isDisposed) != 0, this);
        while (true)
        {
            var current = Volatile.Read(ref view);
            if (current.TryLease()) return new StoreSnapshot(this, current);
        }
    }

    public UInt128 HashRaw(ReadOnlySpan<byte> raw) => hash.Hash128(raw);

    public bool TryFind(UInt128 rawKey, out SeriesHandle handle) => rawKeys.TryFind(rawKey, out handle) && head.IsLive(handle);

    public bool TryCreate(UInt128 rawKey, LabelSetBuilder sortedLabels, out SeriesHandle handle, [NotNullWhen(false)] out string? reason)
    {
        handle = default;
        if (!MayCreate(sortedLabels, out reason)) return false;
        if (!Catalogue.TryIntern(sortedLabels, out var index, out _))
        {
            reason = $"the store has {Catalogue.MaxSeries} series, the most it may have";
            return false;
        }
        handle = head.Attach(Catalogue, index);
        if (rawKey != 0) rawKeys.Set(rawKey, handle);
        return true;
    }

    public AppendOutcome Append(SampleBatch batch)
    {
        log.WaitForRoom();
        var refusal = log.Failure;
        if (refusal is null) return head.Append(batch, log);
        batch.Status.AsSpan(0, batch.Count).Fill(AppendStatus.Refused);
        return new AppendOutcome(0, 0, 0, 0, 0, 0, batch.Count, refusal);
    }

    public ValueTask FlushAsync(CancellationToken cancellation) => log.FlushAsync(cancellation);

    /// <summary>Writes what is pending and frees the folder. Snapshots must have been disposed.</summary>
    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref isDisposed, 1) != 0) return ValueTask.CompletedTask;
        log.Dispose();
        catalogueFile.Dispose();
        head.Dispose();
        rawKeys.Dispose();
        Catalogue.Dispose();
        folderLock.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Adds a series' samples of (afterMs, throughMs], strictly ascending; the first stored of equal times wins.</summary>
    internal void Read(StoreView from, uint index, long afterMs, long throughMs, SampleColumns into)
    {
        var slot = Catalogue.SlotOf(index);
        if (slot != SeriesCatalogue.NoSlot) head.Read(slot - 1, Catalogue.IdOf(index), from.Head, afterMs, throughMs, into);
        into.MergeParts();
    }

    internal HeadShard.NewestFound FindNewest(uint index, long afterMs, long throughMs, out long timeMs, out double value)
    {
        var slot = Catalogue.SlotOf(index);
        if (slot != SeriesCatalogue.NoSlot) return head.FindNewest(slot - 1, Catalogue.IdOf(index), afterMs, throughMs, out timeMs, out value);
        (timeMs, value) = (0, 0);
        return HeadShard.NewestFound.Unknown;
    }

    bool MayCreate(LabelSetBuilder labels, [NotNullWhen(false)] out string? reason)
    {
        reason = log.Failure;
        if (reason is not null) return false;
        for (var i = 0; i < labels.Count; i++)
        {
            if (labels.Name(i).Length + labels.Value(i).Length <= MaxLabelBytes) continue;
            reason = $"a label of {labels.Name(i).Length + labels.Value(i).Length} bytes; at most {MaxLabelBytes} are stored";
            return false;
        }
        if (labels.Count == 0)
        {
            reason = "a series needs at least one label";
            return false;
        }
        return true;
    }

    const int MaxLabelBytes = 128 * 1024;

    void OnReleased(StoreView old)
    {
    }

    /// <summary>Brings the head back from the log. Returns the highest log generation there was.</summary>
    uint Recover()
    {
        Directory.CreateDirectory(LogFolder);
        head.Frames.OpenExisting(new Dictionary<uint, long>());
        var reader = new LogReader(LogFolder, clock, logger);
        long unknown = 0;
        var last = reader.Replay(0, (kind, shard, sequence, payload) => unknown += head.Replay(kind, shard, sequence, payload, Catalogue));
        setAside.AddRange(reader.SetAside);
        if (unknown > 0) UnknownSeries(logger, unknown);
        return last;
    }

    [LoggerMessage(LogLevel.Warning, "{Count} samples in the log belong to series that the catalogue does not know; they were never acknowledged, or the catalogue is damaged")]
    static partial void UnknownSeries(ILogger logger, long count);
}
