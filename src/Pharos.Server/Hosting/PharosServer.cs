using System.Runtime.InteropServices;
using Pharos.AspNetCore;
using Pharos.Query.PromQL;
using Pharos.Query.PromQL.Planning;
using Pharos.Server.Access;
using Pharos.Server.Alerting;
using Pharos.Server.Doors;
using Pharos.Server.Findings;
using Pharos.Server.Hosting.Notices;
using Pharos.Server.Hosting.Web;
using Pharos.Server.Metrics;
using Pharos.Server.Notifying.Templates;
using Pharos.Server.Rules;

namespace Pharos.Server.Hosting;

/// <summary>The whole server: puts the rooms together, and starts and stops them.</summary>
/// <remarks>Composition is by hand, so that who gets what is read in one place.</remarks>
sealed partial class PharosServer : IAsyncDisposable
{
    readonly WebApplication web;
    readonly WebAccess access;
    readonly ConfigRoom config;
    readonly List<IRoom> rooms;
    readonly PosixSignalRegistration? hangUp;
    readonly ConfigWatch? watch;
    readonly IdleMemory memory;

    PharosServer(WebApplication web, WebAccess access, ConfigRoom config, List<IRoom> rooms, string loaded, ServeOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        this.web = web;
        this.access = access;
        this.config = config;
        this.rooms = rooms;
        if (!OperatingSystem.IsWindows()) hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Reload);
        memory = new(time);
        if (options.AutoReloadInterval is { Ticks: > 0 } interval) watch = new(config, loaded, interval, time, loggers.CreateLogger<ConfigWatch>());
    }

    /// <summary>The addresses that are listened on, with the ports that were taken for port 0.</summary>
    public ICollection<string> Addresses => web.Urls;

    /// <summary>Builds the server and applies the configuration; returns when it answers requests and is ready.</summary>
    /// <exception cref="IOException">An address is in use, or the data folder cannot be used.</exception>
    public static async Task<PharosServer> StartAsync(ServeOptions options, ConfigLoader loader, LoadedConfig loaded, TimeProvider time)
    {
        _ = Task.Run(static () => NotificationTemplates.Default); // Read beside the rest: compiling their reader takes a tenth of a start, and who needs them waits for it.
        var access = new WebAccess(loaded.Web);
        var web = WebHost.Build(options, access);
        var loggers = web.Services.GetRequiredService<ILoggerFactory>();
        var findings = new FindingBook(time);
        var notices = new ServerNotices(options.MaxNoticeSubscribers, time);
        var config = new ConfigRoom(loader.Load, loaded, access, findings, notices, time, loggers);
        var fingerprint = options.AutoReloadInterval is { Ticks: > 0 } ? ConfigWatch.Fingerprint(config.Status) : "";
        var rooms = CreateRooms(options, config, findings, notices, time, loggers, web.Lifetime);
        try
        {
            config.Map(web);
            web.MapPharos();
            foreach (var room in rooms) room.Map(web);
            await web.StartAsync();
            TellStart(loggers.CreateLogger<PharosServer>(), options, access, web.Urls);
            await config.StartAsync(rooms);
            return new(web, access, config, rooms, fingerprint, options, time, loggers);
        }
        catch
        {
            await EndAsync(web, rooms, config, access);
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
        await EndAsync(web, rooms, config, access);
    }

    /// <summary>One line a room, in the order in which they get the configuration; they end in the opposite order.</summary>
    static List<IRoom> CreateRooms(ServeOptions options, ConfigRoom config, FindingBook findings, ServerNotices notices, TimeProvider time, ILoggerFactory loggers, IHostApplicationLifetime lifetime)
    {
        var door = new ApiDoor(options.CorsOrigin, loggers.CreateLogger<ApiDoor>(), DoorLimits.Of(options, time));
        var language = new PromQlOptions
        {
            LookbackMs = (long)options.LookbackDelta.TotalMilliseconds,
            DefaultSubqueryStepMs = () => (long)config.Status.InForce.Global.EvaluationInterval.TotalMilliseconds,
            Clock = time,
        };
        var store = StoreRoom.Open(options, config.Status.InForce.Storage, findings, time, loggers);
        var alerting = new AlertingRoom(options, findings, door, time, loggers);
        findings.Watch("storage damage", () => StoreRoom.Damage(store.Store.Stats()));
        var disk = new DiskRoom(store.Store, alerting, options.DataFolder, findings, notices, time, loggers.CreateLogger<DiskRoom>());
        return
        [
            store, // First, so that it is closed after all who write into it.
            new MetricsRoom(options, language, store.Store, door, () => config.Status, findings, time, loggers),
            alerting,
            disk,
            new RulesRoom(store.Store, store.Store, new PromQlEngine(language), alerting, findings, options, door, time, loggers),
            new FindingsRoom(findings),
            new WebPages(options.ExternalPath, WebFiles.Embedded),
            new HealthRoom(options, () => disk.Refusal, notices, door, lifetime), // Last: the server is ready when every other room has its configuration.
        ];
    }

    static async ValueTask EndAsync(WebApplication web, List<IRoom> rooms, ConfigRoom config, WebAccess access)
    {
        await web.DisposeAsync();
        for (var i = rooms.Count - 1; i >= 0; i--) await rooms[i].DisposeAsync();
        config.Dispose();
        access.Dispose();
    }

    void Reload(PosixSignalContext signal)
    {
        signal.Cancel = true; // Otherwise the process would end.
        _ = Task.Run(config.ReloadAsync); // Tells its faults itself.
    }

    static void TellStart(ILogger logger, ServeOptions options, WebAccess access, ICollection<string> addresses)
    {
        foreach (var note in options.Notes) Note(logger, note);
        foreach (var address in addresses) Listening(logger, address + options.RoutePrefix);
        var isOpenToAll = options.Listen.Any(text => ListenAddress.TryParse(text, out var address) && !address.IsLoopback);
        if (isOpenToAll && access.Gate.IsOpen) OpenToAll(logger);
    }

    [LoggerMessage(LogLevel.Information, "Listening on {Address}")]
    static partial void Listening(ILogger logger, string address);

    [LoggerMessage(LogLevel.Warning, "{Note}")]
    static partial void Note(ILogger logger, string note);

    [LoggerMessage(LogLevel.Warning, "Everybody who reaches this machine can read and write here: no login protects it. Set logins in web.yml (--web.config.file), or --listen 127.0.0.1:9090")]
    static partial void OpenToAll(ILogger logger);
}
