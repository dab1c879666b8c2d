using System.Runtime.InteropServices;
using Pharos.AspNetCore;
using Pharos.Query.PromQL;
using Pharos.Query.PromQL.Planning;
using Pharos.Server.Access;
using Pharos.Server.Alerting;
using Pharos.Server.Alerting.Persistence;
using Pharos.Server.Doors;
using Pharos.Server.Findings;
using Pharos.Server.Heartbeats;
using Pharos.Server.Hosting.Loading;
using Pharos.Server.Hosting.Notices;
using Pharos.Server.Hosting.Ports;
using Pharos.Server.Hosting.Web;
using Pharos.Server.Ledger;
using Pharos.Server.Metrics;
using Pharos.Server.Notifying.Templates;
using Pharos.Server.Rooms;
using Pharos.Server.Rules;
using Pharos.Server.State;
using Pharos.Server.Store;

namespace Pharos.Server.Hosting;

/// <summary>The whole server: puts the rooms together, and starts and stops them.</summary>
/// <remarks>Composition is by hand, so that who gets what is read in one place.</remarks>
sealed partial class PharosServer : IAsyncDisposable
{
    readonly WebApplication web;
    readonly ConfigRoom config;
    readonly StateFolder state;
    readonly List<IRoom> rooms;
    readonly PosixSignalRegistration? hangUp;
    readonly ConfigWatch? watch;
    readonly IdleMemory memory;

    PharosServer(WebApplication web, ConfigRoom config, StateFolder state, List<IRoom> rooms, string loaded, ServeOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        this.web = web;
        this.config = config;
        this.state = state;
        this.rooms = rooms;
        if (!OperatingSystem.IsWindows()) hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Reload);
        memory = new(time);
        if (options.AutoReloadInterval is { Ticks: > 0 } interval) watch = new(config, loaded, interval, time, loggers.CreateLogger<ConfigWatch>());
    }

    /// <summary>The addresses that are listened on, with the ports that were taken for port 0.</summary>
    public ICollection<string> Addresses => web.Urls;

    /// <summary>All that answers, each with the <see cref="Door"/> that it declares.</summary>
    public IReadOnlyList<Endpoint> Endpoints => web.Services.GetRequiredService<EndpointDataSource>().Endpoints;

    /// <summary>Builds the server and applies the configuration; returns when it answers requests and is ready.</summary>
    /// <exception cref="IOException">An address is in use, or the data folder cannot be used.</exception>
    public static async Task<PharosServer> StartAsync(ServeOptions options, ConfigLoader loader, LoadedConfig loaded, TimeProvider time)
    {
        _ = Task.Run(static () => NotificationTemplates.Default); // Read beside the rest: compiling their reader takes a tenth of a start, and who needs them waits for it.
        var access = new WebAccess(loaded.Configuration.Of<WebConfig>(), loaded.Configuration.Of<RolesConfig>());
        var web = WebHost.Build(options, access);
        var loggers = web.Services.GetRequiredService<ILoggerFactory>();
        var findings = new FindingBook(time);
        var notices = new ServerNotices(options.MaxNoticeSubscribers, time);
        var config = new ConfigRoom(loader.Load, loaded, findings, notices, time, loggers);
        var fingerprint = options.AutoReloadInterval is { Ticks: > 0 } ? ConfigWatch.Fingerprint(config.Status) : "";
        var state = new StateFolder(options.Storage.DataFolder, time, loggers);
        var rooms = CreateRooms(options, web, access, config, state, findings, notices, time, loggers);
        try
        {
            var doors = new DoorTable(web, new(options.Web.CorsOrigin), new(options.Web.ReadTimeout, options.Query.Timeout, time), loggers.CreateLogger<DoorTable>());
            config.Map(doors);
            DoorTable.Declare(web.MapPharos(), path => Door.Text(path, path == "/metrics" ? "the metrics of this server itself" : "a probe of this process"));
            foreach (var room in rooms) room.Map(doors);
            await web.StartAsync();
            TellStart(loggers.CreateLogger<PharosServer>(), options, access, web.Urls);
            await config.StartAsync(rooms);
            return new(web, config, state, rooms, fingerprint, options, time, loggers);
        }
        catch
        {
            await EndAsync(web, rooms, state, config);
            throw;
        }
    }

    /// <summary>Completes when the process was asked to end.</summary>
    public Task WaitForShutdownAsync() => web.WaitForShutdownAsync();

    public async ValueTask DisposeAsync()
    {
        hangUp?.Dispose();
        memory.Dispose();
        if (watch is not null) await watch.DisposeAsync();
        await web.StopAsync();
        await EndAsync(web, rooms, state, config);
    }

    /// <summary>One line a room, in the order in which they get the configuration; they end in the opposite order.</summary>
    static List<IRoom> CreateRooms(ServeOptions options, WebApplication web, WebAccess access, ConfigRoom config, StateFolder state, FindingBook findings, ServerNotices notices, TimeProvider time, ILoggerFactory loggers)
    {
        var language = new PromQlOptions
        {
            LookbackMs = (long)options.Query.LookbackDelta.TotalMilliseconds,
            DefaultSubqueryStepMs = () => (long)config.Status.InForce.Of<RulesConfig>().EvaluationInterval.TotalMilliseconds,
            Clock = time,
        };
        var store = StoreRoom.Open(options.Storage, config.Status.InForce.Of<StorageConfig>(), findings, time, loggers);
        var alerts = state.Open(AlertTables.File(LedgerTables.Declared, HeartbeatTables.Declared)); // One file: who posts waits for one sync.
        var ledger = new LedgerRoom(alerts, time);
        var alerting = new AlertingRoom(options.Alerting, options.Web, alerts, ledger, findings, time, loggers);
        var rules = new RulesRoom(
            store.Store, store.Store, new PromQlEngine(language), alerting, findings, options.Rules, options.Query, options.Web.ExternalUrl, time, loggers);
        findings.Watch("storage damage", () => StoreRoom.Damage(store.Store.Stats()));
        var disk = new DiskRoom(store.Store, state, options.Storage.DataFolder, findings, notices, time, loggers.CreateLogger<DiskRoom>());
        return
        [
            access,
            store, // Early, so that it is closed after all who write into it.
            new MetricsRoom(options.Metrics, options.Web, options.Query, language, store, () => config.Status, findings, time, loggers),
            ledger,
            alerting,
            disk,
            rules,
            new HeartbeatsRoom(
                options.Web.ExternalUrl, alerts, alerting, ledger, rules.Pulses,
                findings, time, loggers),
            new FindingsRoom(findings),
            new PortsRoom(port => WebHost.OpenAsync(web.Services, options.Web, access, port), findings, time, loggers.CreateLogger<PortsRoom>()),
            new WebPages(options.Web.ExternalPath, WebFiles.Embedded),
            new HealthRoom(options.Web.EnableQuit, () => disk.Refusal, notices, web.Lifetime), // Last: the server is ready when every other room has its configuration.
        ];
    }

    static async ValueTask EndAsync(WebApplication web, List<IRoom> rooms, StateFolder state, ConfigRoom config)
    {
        foreach (var ports in rooms.OfType<PortsRoom>()) await ports.DisposeAsync(); // As the host's own: no request comes when those who answer end.
        await web.DisposeAsync();
        for (var i = rooms.Count - 1; i >= 0; i--) await rooms[i].DisposeAsync();
        await state.DisposeAsync();
        config.Dispose();
    }

    void Reload(PosixSignalContext signal)
    {
        signal.Cancel = true; // Otherwise the process would end.
        _ = Task.Run(config.ReloadAsync); // Tells its faults itself.
    }

    static void TellStart(ILogger logger, ServeOptions options, WebAccess access, ICollection<string> addresses)
    {
        foreach (var note in options.Notes) Note(logger, note);
        foreach (var address in addresses) Listening(logger, address + options.Web.RoutePrefix);
        var isOpenToAll = options.Web.Listen.Any(address => !address.IsLoopback);
        if (isOpenToAll && access.IsOpen) OpenToAll(logger);
    }

    [LoggerMessage(LogLevel.Information, "Listening on {Address}")]
    static partial void Listening(ILogger logger, string address);

    [LoggerMessage(LogLevel.Warning, "{Note}")]
    static partial void Note(ILogger logger, string note);

    [LoggerMessage(LogLevel.Warning, "Everybody who reaches this machine can read and write here: no login protects it. Set logins in web.yml (--web.config.file), or --listen 127.0.0.1:9090")]
    static partial void OpenToAll(ILogger logger);
}
