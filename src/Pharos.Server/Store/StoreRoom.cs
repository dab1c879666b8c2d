using Pharos.Model.Diagnostics;
using Pharos.Server.Config;
using Pharos.Server.Doors;
using Pharos.Server.Findings;
using Pharos.Server.Rooms;
using Pharos.Storage.Series;

namespace Pharos.Server.Store;

/// <summary>Owns the series store: opened before, and closed after every room that reads or writes it.</summary>
sealed class StoreRoom : IRoom
{
    readonly StorageOptions options;
    readonly StoreMetrics metrics;
    StorageConfig storage;

    StoreRoom(SeriesStore store, StorageOptions options, StorageConfig storage, TimeProvider time)
    {
        (Store, this.options, this.storage) = (store, options, storage);
        metrics = new(store, () => Retention, time);
    }

    public SeriesStore Store { get; }

    /// <summary>How long samples are kept, and how many bytes at most (0: no bound), as in force.</summary>
    public (TimeSpan Age, long Bytes) Retention => (AgeOf(options, storage), SizeOf(options, storage));

    /// <summary>Opens the store in the data folder.</summary>
    /// <exception cref="StoreLockedException">Another process has the folder.</exception>
    /// <exception cref="IOException">The folder cannot be read or written.</exception>
    public static StoreRoom Open(StorageOptions options, StorageConfig storage, FindingBook findings, TimeProvider time, ILoggerFactory loggers)
    {
        var settings = new StoreOptions
        {
            Folder = options.DataFolder,
            OutOfOrderWindow = WindowOf(storage),
            RetentionTime = AgeOf(options, storage),
            RetentionBytes = SizeOf(options, storage),
            MemoryCeilingBytes = options.SeriesBytes,
        };
        var store = SeriesStore.Open(settings, time, loggers.CreateLogger<SeriesStore>());
        findings.Watch("storage", () => store.NewSeriesRefusal is { } reason ? [Refusal(reason)] : []);
        return new(store, options, storage, time);
    }

    /// <summary>Damage that was found in the data folder since the start.</summary>
    public static IReadOnlyList<Finding> Damage(StoreStats stats) =>
        [.. stats.SetAside.Select(told => new Finding(
            "storage-damage", told, Severity.Error, "storage", $"damage on disk: {told}", "look after the disk; what was set aside lies in folders named corrupt", "/status/blocks"))];

    public void Map(DoorTable doors)
    {
    }

    public ValueTask PrepareAsync(Configuration next, Preparation preparation)
    {
        var taken = next.Of<StorageConfig>();
        preparation.OnSwap(() =>
        {
            storage = taken;
            Store.Reconfigure(WindowOf(taken), AgeOf(options, taken), SizeOf(options, taken));
        });
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        metrics.Dispose();
        return Store.DisposeAsync();
    }

    static Finding Refusal(string reason)
    {
        var (why, mend) = Finding.Parts(reason);
        return new("series-refused", "storage", Severity.Error, "storage", $"new series are refused: {why}", mend, "/status/cardinality");
    }

    static TimeSpan WindowOf(StorageConfig storage) => storage.OutOfOrderTimeWindow ?? TimeSpan.Zero;

    /// <summary>A flag wins over the file.</summary>
    static TimeSpan AgeOf(StorageOptions options, StorageConfig storage) => options.RetentionTime ?? storage.RetentionTime ?? TimeSpan.FromDays(15);

    static long SizeOf(StorageOptions options, StorageConfig storage) => options.RetentionSizeBytes ?? storage.RetentionSizeBytes ?? 0;
}
