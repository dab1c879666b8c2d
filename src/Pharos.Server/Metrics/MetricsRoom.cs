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

    /// <summary>Deleting, freeing and copying at once; they keep the disk busy for minutes.</summary>
    const int MaxAdminWork = 2;

    readonly ApiDoor door;
    readonly ExemplarRing exemplars = new(DefaultMaxExemplars);
    readonly List<QueryScheduler> schedulers = [];
    readonly QueryMetrics queryMetrics;
    readonly Scraper scraper;
    readonly RemoteWriteDoor writeDoor;
    readonly RemoteReadDoor readDoor;
    readonly FederationDoor federation;
    readonly Action<IEndpointRouteBuilder>[] endpoints;
    volatile Configuration config = Configuration.Empty;

    public MetricsRoom(
        MetricsOptions options, WebOptions web, QueryOptions query, PromQlOptions language, StoreRoom storage, ApiDoor door,
        Func<ConfigStatus> configStatus, FindingBook findings, TimeProvider time, ILoggerFactory loggers)
    {
        this.door = door;
        var store = storage.Store;
        var metadata = new MetadataCatalogue();
        var settings = new QuerySettings { Timeout = query.Timeout, MaxConcurrency = query.MaxConcurrency, MaxSamples = query.MaxSamples, Language = language };
        var queries = Scheduler(query.MaxConcurrency, "query");
        var lists = Scheduler(query.MaxConcurrency, "list");
        queryMetrics = new(queries);
        scraper = new Scraper(store, exemplars, findings, new(options.HeapBytes), time, loggers);
        writeDoor = new RemoteWriteDoor(store, exemplars, metadata, RemoteWriteLimits.Within(options.HeapBytes), door.Limits, loggers.CreateLogger<RemoteWriteDoor>());
        federation = new FederationDoor(store, settings, Scheduler(query.MaxConcurrency, "federation"), () => config.Of<SeriesConfig>().ExternalLabels, door.Limits, time);
        readDoor = new RemoteReadDoor(store, Scheduler(options.RemoteReadConcurrency, "remote read"), options, query.Timeout, () => config.Of<SeriesConfig>().ExternalLabels, door.Limits);
        var queryDoors = new QueryEndpoints(store, settings, queries, queryMetrics, time);
        var series = new SeriesEndpoints(store, settings, lists);
        var search = new SearchEndpoints(store, scraper.Targets, metadata, settings, lists, options.SearchMaxLimit, time);
        var exemplar = new ExemplarEndpoint(exemplars);
        var targets = new TargetEndpoints(scraper.Targets, () => config.Of<ScrapingConfig>().Jobs, web.ExternalUrl);
        var described = new MetadataEndpoints(scraper.Targets, metadata);
        var status = new StatusEndpoints(options, web, language, storage, configStatus, time);
        var admin = new AdminEndpoints(store, Scheduler(MaxAdminWork, "admin"), web.EnableAdminApi);
        endpoints =
        [
            routes => queryDoors.Map(routes, door),
            routes => series.Map(routes, door),
            routes => search.Map(routes, door),
            routes => exemplar.Map(routes, door),
            routes => targets.Map(routes, door),
            routes => described.Map(routes, door),
            routes => status.Map(routes, door),
            routes => SelfMetricsEndpoint.Map(routes, door),
            routes => admin.Map(routes, door),
        ];

        QueryScheduler Scheduler(int maxConcurrency, string name)
        {
            var scheduler = new QueryScheduler(maxConcurrency, time, name);
            schedulers.Add(scheduler);
            return scheduler;
        }
    }

    /// <summary>All targets now, for other rooms' decisions.</summary>
    public TargetsSnapshot Targets => scraper.Targets();

    public void Map(IEndpointRouteBuilder routes)
    {
        foreach (var map in endpoints) map(routes);
        routes.MapPost("/api/v1/write", writeDoor.HandleAsync);
        routes.MapPost("/api/v1/read", readDoor.HandleAsync);
        routes.MapPost("/api/v1/otlp/v1/metrics", RefuseOtlpAsync);
        routes.MapGet("/federate", context =>
        {
            door.AllowOrigin(context);
            return federation.HandleAsync(context);
        });
    }

    /// <summary>As Prometheus answers where the receiver is switched off: senders take it as final and do not try again.</summary>
    static Task RefuseOtlpAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync("OTLP metrics are not received here; send them to /api/v1/write by the prometheusremotewrite exporter of an OpenTelemetry Collector\n");
    }

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
        foreach (var scheduler in schedulers) scheduler.Dispose();
        queryMetrics.Dispose();
        writeDoor.Dispose();
        readDoor.Dispose();
    }
}
