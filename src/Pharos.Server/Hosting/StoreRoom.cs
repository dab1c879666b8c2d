using Pharos.Server.Config;
using Pharos.Storage.Series;

namespace Pharos.Server.Hosting;

/// <summary>Owns the series store: opened before, and closed after every room that reads or writes it.</summary>
sealed class StoreRoom(SeriesStore store) : IRoom
{
    public SeriesStore Store => store;

    /// <summary>Opens the store in the data folder.</summary>
    /// <exception cref="StoreLockedException">Another process has the folder.</exception>
    /// <exception cref="IOException">The folder cannot be read or written.</exception>
    public static StoreRoom Open(ServeOptions options, StorageConfig storage, TimeProvider time, ILoggerFactory loggers)
    {
        var settings = new StoreOptions
        {
            Folder = options.DataFolder,
            OutOfOrderWindow = storage.OutOfOrderTimeWindow ?? TimeSpan.Zero,
            RetentionBytes = options.RetentionSizeBytes ?? storage.RetentionSizeBytes ?? 0,
            MemoryCeilingBytes = options.MemoryBytes ?? 0,
        };
        if ((options.RetentionTime ?? storage.RetentionTime) is { } age) settings = settings with { RetentionTime = age };
        return new(SeriesStore.Open(settings, time, loggers.CreateLogger<SeriesStore>()));
    }

    public void Map(IEndpointRouteBuilder routes)
    {
    }

    public ValueTask ApplyAsync(PrometheusConfig config) => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => store.DisposeAsync();
}
