using Pharos.Query.PromQL;
using Pharos.Server.Config;
using Pharos.Server.Doors;
using Pharos.Server.Findings;
using Pharos.Server.Metrics.Api;
using Pharos.Server.Metrics.Api.Search;
using Pharos.Server.Metrics.Exemplars;
using Pharos.Server.Metrics.Federation;
using Pharos.Server.Metrics.Metadata;
using Pharos.Server.Metrics.RemoteRead;
using Pharos.Server.Metrics.RemoteWrite;
using Pharos.Server.Metrics.Scraping;
using Pharos.Server.Queries;
using Pharos.Server.Rooms;
using Pharos.Server.Series;
using Pharos.Server.Store;
using Pharos.Storage.Series;

namespace Pharos.Server.Metrics;

/// <summary>Metrics in and out: scraping, remote write and read, federation, and the Prometheus HTTP API.</summary>
/// <remarks>The store is the composition's: it is disposed after this room, which stops scraping first.</remarks>
sealed class MetricsRoom : IRoom
{
    const int DefaultMaxExemplars = 100_000;

    readonly ExemplarRing exemplars = new(DefaultMaxExemplars);
    readonly QueryShares shares;
    readonly QueryMetrics queryMetrics;
    readonly Scraper scraper;
    readonly RemoteWriteDoor writeDoor;
    readonly RemoteReadDoor readDoor;
    readonly Action<DoorTable>[] endpoints;
    volatile Configuration config = Configuration.Empty;

    public MetricsRoom(
        MetricsOptions options, WebOptions web, QueryOptions query, PromQlOptions language, StoreRoom storage,
        Func<ConfigStatus> configStatus, FindingBook findings, TimeProvider time, ILoggerFactory loggers)
    {
        var store = storage.Store;
        var metadata = new MetadataCatalogue();
        shares = new(query.MaxConcurrency, options.RemoteReadConcurrency, time);
        queryMetrics = new(shares[QueryClass.Query]);
        scraper = new Scraper(store, exemplars, findings, new(options.HeapBytes), time, loggers);
        writeDoor = new RemoteWriteDoor(store, exemplars, metadata, RemoteWriteLimits.Within(options.HeapBytes), loggers.CreateLogger<RemoteWriteDoor>());
        var federation = new FederationDoor(store, query, shares[QueryClass.Federation], () => config.Of<SeriesConfig>().ExternalLabels, time);
        readDoor = new RemoteReadDoor(store, shares[QueryClass.RemoteRead], options, query.Timeout, () => config.Of<SeriesConfig>().ExternalLabels);
        var queryDoors = new QueryEndpoints(store, query, language, shares[QueryClass.Query], queryMetrics, time);
        var series = new SeriesEndpoints(store, query, shares[QueryClass.List]);
        var search = new SearchEndpoints(store, scraper.Targets, metadata, query, shares[QueryClass.List], options.SearchMaxLimit, time);
        var exemplar = new ExemplarEndpoint(exemplars);
        var targets = new TargetEndpoints(scraper.Targets, () => config.Of<ScrapingConfig>().Jobs, web.ExternalUrl);
        var described = new MetadataEndpoints(scraper.Targets, metadata);
        var status = new StatusEndpoints(options, web, language, storage, configStatus, time);
        var admin = new AdminEndpoints(store, shares[QueryClass.Admin], web.EnableAdminApi);
        endpoints =
        [
            queryDoors.Map,
            series.Map,
            search.Map,
            exemplar.Map,
            targets.Map,
            described.Map,
            status.Map,
            SelfMetricsEndpoint.Map,
            admin.Map,
            writeDoor.Map,
            readDoor.Map,
            federation.Map,
            MapOtlp,
        ];
    }

    /// <summary>All targets now, for other rooms' decisions.</summary>
    public TargetsSnapshot Targets => scraper.Targets();

    public void Map(DoorTable doors)
    {
        foreach (var map in endpoints) map(doors);
    }

    /// <summary>As Prometheus answers where the receiver is switched off: senders take it as final and do not try again.</summary>
    static void MapOtlp(DoorTable doors) => doors.Map(
        Door.Push("/api/v1/otlp/v1/metrics", "OTLP metrics, which are not received"),
        _ => throw ApiFaultException.NotFound("OTLP metrics are not received here; send them to /api/v1/write by the prometheusremotewrite exporter of an OpenTelemetry Collector"));

    public ValueTask PrepareAsync(Configuration next, Preparation preparation)
    {
        preparation.OnSwap(() =>
        {
            config = next;
            exemplars.Resize(next.Of<StorageConfig>().MaxExemplars ?? DefaultMaxExemplars);
        });
        scraper.Prepare(next.Of<ScrapingConfig>(), preparation);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await scraper.DisposeAsync();
        shares.Dispose();
        queryMetrics.Dispose();
        writeDoor.Dispose();
        readDoor.Dispose();
    }
}
