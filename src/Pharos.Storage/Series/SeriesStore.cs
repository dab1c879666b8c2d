using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Pharos.Model.Labels;
using Pharos.Model.Reading;
using Pharos.Model.Writing;
using Pharos.Storage.Files;
using Pharos.Storage.Series.Blocks;
using Pharos.Storage.Series.Head;
using Pharos.Storage.Series.Index;
using Pharos.Storage.Series.Upkeep;
using Pharos.Storage.Series.Views;
using Pharos.Storage.Wal;

namespace Pharos.Storage.Series;

/// <summary>The embedded store of series: catalogue, head, log and blocks behind the reading and the writing seam.</summary>
/// <remarks>
/// <para>What <see cref="FlushAsync"/> has promised is on disk; what a query has returned will be within a second. A kill at any instant
/// loses nothing else, and the store opens again whatever it finds: damaged parts are set aside and told in <see cref="StoreStats.SetAside"/>.</para>
/// <para>Parts: <see cref="StoreRecovery"/> brings back what the folder holds; <see cref="StoreViews"/> owns blocks and what queries see of them;
/// <see cref="StoreUpkeep"/> owns all work on what is stored; <see cref="StoreDamage"/> what was found damaged. The store itself takes samples and decides
/// whether there is room for them.</para>
/// <para>Threads: all public members are safe for all.</para>
/// </remarks>
public sealed class SeriesStore : ISeriesSource, ISeriesSink, IAsyncDisposable
{
    const int MaxLabelBytes = 128 * 1024;

    readonly string folder;
    readonly long memoryCeilingBytes;
    readonly TimeProvider clock;
    readonly FolderLock folderLock;
    readonly KeyedHash hash;
    readonly SeriesCatalogue catalogue;
    readonly CatalogueFile catalogueFile;
    readonly MatcherResolver matchers;
    readonly SeriesHead head;
    readonly RawKeyTable rawKeys;
    readonly LogWriter log;
    readonly StoreViews views;
    readonly StoreUpkeep upkeep;
    int isDisposed;
    long refusedSamples;

    SeriesStore(StoreOptions options, StoreRecovery recovered, KeyedHash hash, FolderLock folderLock, TimeProvider clock, ILogger logger)
    {
        (folder, memoryCeilingBytes, this.clock, this.folderLock, this.hash) = (options.Folder, options.MemoryCeilingBytes, clock, folderLock, hash);
        (catalogue, catalogueFile, head) = (recovered.Catalogue, recovered.CatalogueFile, recovered.Head);
        matchers = new MatcherResolver(catalogue);
        rawKeys = new RawKeyTable(head.IsLive);
        views = new StoreViews(recovered.BlocksFolder, recovered.Found, new HeadView(recovered.Checkpoint.FromMs, 0), recovered.Tombstones, catalogue, head, recovered.Damage, clock);
        var logSettings = new LogWriterSettings(recovered.LogFolder, options.LogSegmentBytes, options.SyncLog) { MostUnwrittenBytes = options.MostUnwrittenBytes };
        log = new LogWriter(logSettings, recovered.LastGeneration + 1, head.TakeLogs, catalogueFile.AppendNew, logger);
        var kept = new UpkeepSettings(folder, options.BlockSpan, options.RetentionTime, options.RetentionBytes, options.FloodLogBytes);
        upkeep = new StoreUpkeep(kept, recovered.Checkpoint, views, log, clock, logger);
        upkeep.Start(recovered.IsHeadDamaged, recovered.Checkpoint.FirstGeneration, options.Maintains);
    }

    /// <summary>Why no new series are taken now; null: they are.</summary>
    public string? NewSeriesRefusal => IsDisposed ? null : log.Failure ?? MemoryRefusal(memoryCeilingBytes) ?? (catalogue.Count < catalogue.MaxSeries ? null : CatalogueRefusal);

    internal LogWriter Log => log;

    internal SeriesHead Head => head;

    internal SeriesCatalogue Catalogue => catalogue;

    internal StoreUpkeep Upkeep => upkeep;

    /// <summary>Opens the store, brings back what was acknowledged, and starts its background work.</summary>
    /// <exception cref="StoreLockedException">Another process has the folder.</exception>
    /// <exception cref="IOException">The folder cannot be read or written.</exception>
    public static SeriesStore Open(StoreOptions options, TimeProvider clock, ILogger logger)
    {
        Directory.CreateDirectory(options.Folder);
        var folderLock = FolderLock.Take(options.Folder);
        try
        {
            var hash = new KeyedHash();
            return new SeriesStore(options, StoreRecovery.Run(options, hash, clock, logger), hash, folderLock, clock, logger);
        }
        catch
        {
            folderLock.Dispose();
            throw;
        }
    }

    public ISeriesSnapshot Lease()
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        return new StoreSnapshot(views, matchers, views.Lease());
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
        if (!catalogue.TryIntern(sortedLabels, out var index, out _))
        {
            reason = CatalogueRefusal;
            return false;
        }
        handle = head.Attach(catalogue, index);
        if (rawKey != 0) rawKeys.Set(rawKey, handle);
        return true;
    }

    public AppendOutcome Append(SampleBatch batch)
    {
        if (IsDisposed) return Refuse(batch, "the store is closed");
        log.WaitForRoom();
        var refusal = log.Refusal ?? MemoryRefusal(memoryCeilingBytes + (memoryCeilingBytes / 10));
        var outcome = refusal is null ? head.Append(batch, NowMs, log) : Refuse(batch, refusal);
        if (outcome.Refused > 0) Interlocked.Add(ref refusedSamples, outcome.Refused);
        return outcome;
    }

    public string? Unavailable => log.Failure ?? head.Frames.Failure; // Room in memory is for what cannot come again.

    /// <summary>Bytes of log that wait in memory for a disk that refuses.</summary>
    public long UnwrittenBytes => log.UnwrittenBytes;

    /// <summary>What the disk refuses now, one sentence each; empty while all is well.</summary>
    public IReadOnlyList<string> WriteFailures => [.. new[] { log.Failure, log.Refusal is null ? null : "so much waits that further samples are dropped", head.Frames.Failure, upkeep.Failure }.OfType<string>()];

    /// <summary>Takes settings that may change while the store is open.</summary>
    public void Reconfigure(TimeSpan outOfOrderWindow, TimeSpan retentionTime, long retentionBytes)
    {
        upkeep.Reconfigure(retentionTime, retentionBytes);
        head.ChangeLimits(limits => limits with { OutOfOrderWindowMs = (long)outOfOrderWindow.TotalMilliseconds });
    }

    public ValueTask FlushAsync(CancellationToken cancellation) => log.FlushAsync(cancellation);

    /// <summary>Deletes the matching series' samples from … through (both inclusive) that are stored now. Queries no longer see them when
    /// this returns; their bytes go with the next merge, or <see cref="CleanTombstones"/>.</summary>
    /// <returns>The number of series that matched.</returns>
    /// <exception cref="IOException">The deletion could not be made durable; nothing was deleted.</exception>
    public int DeleteSeries(IReadOnlyList<LabelMatcher> selector, long fromMs, long throughMs)
    {
        var series = matchers.Resolve(selector, CancellationToken.None);
        if (series.Length == 0 || fromMs > throughMs) return 0;
        upkeep.Delete(series, fromMs, throughMs);
        return series.Length;
    }

    /// <summary>Rewrites the blocks that have deleted samples, so that their room is freed.</summary>
    public void CleanTombstones(CancellationToken cancellation = default) => upkeep.ApplyDeletions(cancellation);

    /// <summary>Puts a consistent copy of the blocks, as links where the disk can, and of the catalogue into a new folder below <c>snapshots/</c>.</summary>
    /// <param name="skipHead">Leaves out what is not in a block yet.</param>
    /// <returns>The name of the folder.</returns>
    public string Snapshot(bool skipHead) => upkeep.Copy(skipHead);

    /// <summary>Takes over the blocks of a Prometheus data folder, each as one block here. What this store has at the same times stays as it is.</summary>
    /// <remarks>Samples that Prometheus holds in its log alone are not taken: stop it, or snapshot it through its admin API, first.</remarks>
    /// <exception cref="IOException">A disk failed. A damaged block is told in the result and left out.</exception>
    public IEnumerable<ImportedBlock> ImportPrometheus(string dataFolder, CancellationToken cancellation) => new PrometheusImport(upkeep, views, log).Run(dataFolder, cancellation);

    /// <summary>Figures of this moment. Cheap enough to be asked at each scrape of our own metrics.</summary>
    public StoreStats Stats()
    {
        var newest = head.NewestMs;
        var oldest = Math.Max(head.OldestMs, head.Limits.MinValidMs);
        var current = views.Blocks;
        views.Damage.TellMended(current);
        var isEmpty = newest == long.MinValue || oldest > newest;
        return new StoreStats
        {
            HeadSeries = head.LiveSeries,
            Series = catalogue.Count,
            HeadMinMs = isEmpty ? null : oldest,
            HeadMaxMs = isEmpty ? null : newest,
            MinMs = current.Select(block => (long?)block.MinMs).Append(isEmpty ? null : oldest).Min(),
            MaxMs = current.Select(block => (long?)block.MaxMs).Append(isEmpty ? null : newest).Max(),
            SamplesAppended = head.SamplesAppended,
            LabelPairs = catalogue.Pairs.Count,
            SizeBytes = FolderSize.Of(folder),
            Blocks = [.. current.Select(block => new StoredBlock(Path.GetFileName(block.Path), block.MinMs, block.MaxMs, block.SeriesCount, block.SampleCount, block.SizeBytes))],
            NativeBytes = new Dictionary<string, long>
            {
                ["catalogue"] = catalogue.SizeBytes,
                ["head"] = head.SizeBytes,
                ["raw keys"] = rawKeys.SizeBytes,
            },
            Compactions = upkeep.BlocksWritten,
            FailedMaintenance = upkeep.FailedRounds,
            ReadOnlyReason = Unavailable,
            UnwrittenBytes = UnwrittenBytes,
            RefusedSamples = Interlocked.Read(ref refusedSamples),
            SetAside = views.Damage.Told(head.Frames.Damage),
        };
    }

    /// <summary>The largest contributors to the number of series. Walks the pairs: some milliseconds for a million.</summary>
    public StoreCardinality Cardinality(int top) => CardinalityCount.Of(catalogue, top);

    /// <summary>Writes what is pending and frees the folder, once the queries that are running have ended (after 10 s, without them).</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref isDisposed, 1) != 0) return;
        await upkeep.StopAsync().ConfigureAwait(false);
        log.Dispose();
        views.Close();
        for (var i = 0; i < 1000 && views.HasLive; i++) await Task.Delay(10).ConfigureAwait(false);
        if (!views.HasLive) FreeMemory(); // Otherwise memory is left to the end of the process rather than taken from under a query.
        folderLock.Dispose();
    }

    void FreeMemory()
    {
        catalogueFile.Dispose();
        views.Free();
        head.Dispose();
        rawKeys.Dispose();
        catalogue.Dispose();
    }

    long NowMs => clock.GetUtcNow().ToUnixTimeMilliseconds();

    bool IsDisposed => Volatile.Read(ref isDisposed) != 0;

    /// <summary>Why nothing more is taken, when memory is above a limit (0: none).</summary>
    string? MemoryRefusal(long limitBytes)
    {
        if (limitBytes == 0) return null;
        var used = catalogue.SizeBytes + head.FullBytes + rawKeys.SizeBytes;
        return used <= limitBytes ? null : $"series have all of the {memoryCeilingBytes} bytes of memory that are allowed for them; give the server more (--memory), or fewer series";
    }

    string CatalogueRefusal => $"the store has {catalogue.MaxSeries} series, the most it may have";

    static AppendOutcome Refuse(SampleBatch batch, string reason)
    {
        batch.Status.AsSpan(0, batch.Count).Fill(AppendStatus.Refused);
        return new AppendOutcome(0, 0, 0, 0, 0, 0, 0, batch.Count, reason);
    }

    bool MayCreate(LabelSetBuilder labels, [NotNullWhen(false)] out string? reason)
    {
        reason = IsDisposed ? "the store is closed" : log.Refusal ?? MemoryRefusal(memoryCeilingBytes);
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
}
