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
    volatile StoreOptions options;
    readonly TimeProvider clock;
    readonly ILogger logger;
    readonly FolderLock folderLock;
    readonly KeyedHash hash = new();
    readonly RawKeyTable rawKeys;
    readonly SeriesHead head;
    readonly CatalogueFile catalogueFile;
    readonly List<string> setAside = [];
    readonly CancellationTokenSource stopping = new();
    Task maintenance = Task.CompletedTask;
    LogWriter log = null!; // Set by Start, before anybody sees the store.
    StoreView view;
    uint lastGeneration;
    bool isHeadDamaged;
    int isDisposed;
    long refusedSamples;

    SeriesStore(StoreOptions options, TimeProvider clock, ILogger logger, FolderLock folderLock)
    {
        this.options = options;
        this.clock = clock;
        this.logger = logger;
        this.folderLock = folderLock;
        Catalogue = new SeriesCatalogue(hash, options.MaxSeries);
        Matchers = new MatcherResolver(Catalogue);
        blocks = OpenBlocks();
        catalogueFile = CatalogueFile.Open(Path.Combine(options.Folder, "catalogue"), Catalogue, SeriesInBlocks, clock, logger);
        setAside.AddRange(catalogueFile.SetAside);
        head = new SeriesHead(Path.Combine(options.Folder, "head"), options.MaxSeries, options.FrameFileBytes, (long)options.OutOfOrderWindow.TotalMilliseconds, logger, clock);
        rawKeys = new RawKeyTable(head.IsLive);
        checkpoint = new Checkpoint(options.Folder, clock, logger);
        lastGeneration = RecoverHead();
        view = AddView(new HeadView(checkpoint.FromMs, 0), LoadTombstones());
    }

    /// <summary>Why no new series are taken now; null: they are.</summary>
    public string? NewSeriesRefusal => IsDisposed ? null : log.Failure ?? MemoryRefusal(options.MemoryCeilingBytes) ?? (Catalogue.Count < Catalogue.MaxSeries ? null : CatalogueRefusal);

    internal SeriesCatalogue Catalogue { get; }

    internal MatcherResolver Matchers { get; }

    internal LogWriter Log => log;

    internal SeriesHead Head => head;

    string LogFolder => Path.Combine(options.Folder, "wal");

    /// <summary>Opens the store, brings back what was acknowledged, and starts its background work.</summary>
    /// <exception cref="StoreLockedException">Another process has the folder.</exception>
    /// <exception cref="IOException">The folder cannot be read or written.</exception>
    public static SeriesStore Open(StoreOptions options, TimeProvider clock, ILogger logger)
    {
        Directory.CreateDirectory(options.Folder);
        var folderLock = FolderLock.Take(options.Folder);
        try
        {
            var store = new SeriesStore(options, clock, logger, folderLock);
            if (store.TryDropDeadSeries())
            {
                store.FreeMemory();
                store = new SeriesStore(options, clock, logger, folderLock);
            }
            store.Start();
            return store;
        }
        catch
        {
            folderLock.Dispose();
            throw;
        }
    }

    void Start()
    {
        log = new LogWriter(new LogWriterSettings(LogFolder, options.LogSegmentBytes, options.SyncLog) { MostUnwrittenBytes = options.MostUnwrittenBytes }, lastGeneration + 1, head.TakeLogs, catalogueFile.AppendNew, logger);
        if (isHeadDamaged) ReplaceDamaged();
        else log.Recycle(checkpoint.FirstGeneration);
        checkpointedAt = maintainedAt = clock.GetTimestamp();
        TrySettleAhead();
        if (options.Maintains) maintenance = Task.Run(MaintainAsync);
    }

    public ISeriesSnapshot Lease()
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        while (true)
        {
            var current = Volatile.Read(ref view);
            if (current.TryLease()) return new StoreSnapshot(this, current);
        }
    }

    public UInt128 HashRaw(ReadOnlySpan<byte> raw) => hash.Hash128(raw);

    public bool TryFind(UInt128 rawKey, out SeriesHandle handle)
    {
        handle = default;
        return !IsDisposed && rawKeys.TryFind(rawKey, out handle) && head.IsLive(handle);
    }

    public bool TryCreate(UInt128 rawKey, LabelSetBuilder sortedLabels, out SeriesHandle handle, [NotNullWhen(false)] out string? reason)
    {
        handle = default;
        if (!MayCreate(sortedLabels, out reason)) return false;
        if (!Catalogue.TryIntern(sortedLabels, out var index, out _))
        {
            reason = CatalogueRefusal;
            return false;
        }
        handle = head.Attach(Catalogue, index);
        if (rawKey != 0) rawKeys.Set(rawKey, handle);
        return true;
    }

    public AppendOutcome Append(SampleBatch batch)
    {
        if (IsDisposed) return Refuse(batch, "the store is closed");
        log.WaitForRoom();
        var refusal = log.Refusal ?? MemoryRefusal(options.MemoryCeilingBytes + (options.MemoryCeilingBytes / 10));
        var outcome = refusal is null ? head.Append(batch, NowMs, log) : Refuse(batch, refusal);
        if (outcome.Refused > 0) Interlocked.Add(ref refusedSamples, outcome.Refused);
        return outcome;
    }

    public string? Unavailable => log.Failure ?? head.Frames.Failure; // Room in memory is for what cannot come again.

    /// <summary>Bytes of log that wait in memory for a disk that refuses.</summary>
    public long UnwrittenBytes => log.UnwrittenBytes;

    /// <summary>What the disk refuses now, one sentence each; empty while all is well.</summary>
    public IReadOnlyList<string> WriteFailures => [.. new[] { log.Failure, log.Refusal is null ? null : "so much waits that further samples are dropped", head.Frames.Failure, maintenanceFailure }.OfType<string>()];

    /// <summary>Takes settings that may change while the store is open.</summary>
    public void Reconfigure(TimeSpan outOfOrderWindow, TimeSpan retentionTime, long retentionBytes)
    {
        options = options with { OutOfOrderWindow = outOfOrderWindow, RetentionTime = retentionTime, RetentionBytes = retentionBytes };
        head.ChangeLimits(limits => limits with { OutOfOrderWindowMs = (long)outOfOrderWindow.TotalMilliseconds });
    }

    public ValueTask FlushAsync(CancellationToken cancellation) => log.FlushAsync(cancellation);

    /// <summary>Writes what is pending and frees the folder, once the queries that are running have ended (after 10 s, without them).</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref isDisposed, 1) != 0) return;
        await stopping.CancelAsync().ConfigureAwait(false);
        await maintenance.ConfigureAwait(false);
        log.Dispose();
        view.Release();
        for (var i = 0; i < 1000 && HasLiveViews(); i++) await Task.Delay(10).ConfigureAwait(false);
        if (!HasLiveViews()) FreeMemory(); // Otherwise memory is left to the end of the process rather than taken from under a query.
        stopping.Dispose();
        folderLock.Dispose();
    }

    void FreeMemory()
    {
        catalogueFile.Dispose();
        foreach (var block in blocks) block.Release(); // The store's own lease, beside the view's.
        head.Dispose();
        rawKeys.Dispose();
        Catalogue.Dispose();
    }

    bool HasLiveViews()
    {
        lock (viewGate) return liveViews.Count > 0;
    }

    long NowMs => clock.GetUtcNow().ToUnixTimeMilliseconds();

    bool IsDisposed => Volatile.Read(ref isDisposed) != 0;

    /// <summary>Why nothing more is taken, when memory is above a limit (0: none).</summary>
    string? MemoryRefusal(long limitBytes)
    {
        if (limitBytes == 0) return null;
        var used = Catalogue.SizeBytes + head.FullBytes + rawKeys.SizeBytes;
        return used <= limitBytes ? null : $"series have all of the {options.MemoryCeilingBytes} bytes of memory that are allowed for them; give the server more (--memory), or fewer series";
    }

    string CatalogueRefusal => $"the store has {Catalogue.MaxSeries} series, the most it may have";

    static AppendOutcome Refuse(SampleBatch batch, string reason)
    {
        batch.Status.AsSpan(0, batch.Count).Fill(AppendStatus.Refused);
        return new AppendOutcome(0, 0, 0, 0, 0, 0, 0, batch.Count, reason);
    }

    bool MayCreate(LabelSetBuilder labels, [NotNullWhen(false)] out string? reason)
    {
        reason = IsDisposed ? "the store is closed" : log.Refusal ?? MemoryRefusal(options.MemoryCeilingBytes);
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
}
