using System.Diagnostics.Metrics;
using Pharos.Model.Diagnostics;
using Pharos.Server.Config;
using Pharos.Server.Doors;
using Pharos.Server.Findings;
using Pharos.Server.Hosting.Notices;
using Pharos.Server.Rooms;

namespace Pharos.Server.Hosting.Loading;

/// <summary>Holds the configuration in force and replaces it as a whole: when anything in the new one is wrong, the old one goes on.</summary>
/// <remarks>Threads: <see cref="Status"/> is for all; reloads run one after the other.</remarks>
sealed partial class ConfigRoom : IDisposable
{
    const string ReloadFault = "Configuration reload has failed.";

    readonly Func<LoadedConfig> load;
    readonly FindingBook findings;
    readonly ServerNotices notices;
    readonly TimeProvider time;
    readonly ILogger logger;
    readonly SemaphoreSlim oneAtATime = new(1);
    readonly Meter meter = new("Pharos.Server.Config");
    IReadOnlyList<IRoom> rooms = [];
    volatile ConfigStatus status;

    public ConfigRoom(Func<LoadedConfig> load, LoadedConfig first, FindingBook findings, ServerNotices notices, TimeProvider time, ILoggerFactory loggers)
    {
        this.load = load;
        this.findings = findings;
        this.notices = notices;
        this.time = time;
        logger = loggers.CreateLogger<ConfigRoom>();
        status = InForce(first);
        foreach (var prefix in (string[])["pharos", "prometheus"]) // The second name is the one that dashboards and alerts for Prometheus ask for.
        {
            meter.CreateObservableGauge($"{prefix}_config_last_reload_successful", () => status.IsLastReloadSuccessful ? 1 : 0, null, "Whether the last reload of the configuration was successful.");
            meter.CreateObservableGauge($"{prefix}_config_last_reload_success_timestamp_seconds", () => status.LoadedAt.ToUnixTimeMilliseconds() / 1e3, null, "When the configuration in force was loaded.");
        }
    }

    public ConfigStatus Status => status;

    public void Map(DoorTable doors) =>
        doors.Map(Door.Change("/-/reload", Right.Admin, "takes the configuration anew") with { Faults = FaultFormat.Text }, ReloadDoorAsync);

    /// <summary>Gives the first configuration to all rooms, and each later one.</summary>
    public async ValueTask StartAsync(IReadOnlyList<IRoom> rooms)
    {
        this.rooms = rooms;
        Tell(status.Diagnostics);
        var ready = new List<Preparation>();
        try
        {
            foreach (var room in rooms) await PrepareAsync(room, status.InForce, ready);
            foreach (var preparation in ready) await preparation.SwapAsync();
        }
        finally
        {
            await ThrowAwayAsync(ready);
        }
    }

    /// <summary>Loads anew. On any fault, also one of ours, nothing changes but the status: who asks may be a signal or a clock, which nobody hears.</summary>
    public async Task<LoadedConfig> ReloadAsync()
    {
        await oneAtATime.WaitAsync();
        var ready = new List<Preparation>();
        try
        {
            var loaded = await Task.Run(load);
            if (loaded.HasErrors) return Refuse(loaded, mayPass: false);
            if (await PrepareAllAsync(loaded.Configuration, ready) is { } broken) return Refuse(loaded.With(Broken(broken)), mayPass: true);
            if (ready.SelectMany(preparation => preparation.Refusals).ToList() is { Count: > 0 } refusals) return Refuse(loaded.With(refusals), mayPass: false);
            return await SwapAllAsync(loaded, ready);
        }
        catch (Exception error)
        {
            Broke(logger, "The reader of the configuration", error);
            var none = new LoadedConfig(status.InForce, status.Shown, [], status.Files, status.Patterns);
            return Refuse(none.With(Diagnostic.Error("configuration", 0, 0, "could not be read by a fault of this program; the log says why")), mayPass: true);
        }
        finally
        {
            await ThrowAwayAsync(ready);
            oneAtATime.Release();
        }
    }

    public void Dispose()
    {
        meter.Dispose();
        oneAtATime.Dispose();
    }

    /// <summary>Lets all rooms make ready; those behind one that breaks are not asked.</summary>
    /// <returns>The room that broke.</returns>
    async Task<IRoom?> PrepareAllAsync(Configuration next, List<Preparation> ready)
    {
        foreach (var room in rooms)
        {
            try
            {
                await PrepareAsync(room, next, ready);
            }
            catch (Exception error)
            {
                Broke(logger, room.GetType().Name, error);
                return room;
            }
        }
        return null;
    }

    /// <summary>The preparation is listed before the room is asked, so that what it opened before it broke is closed again.</summary>
    static ValueTask PrepareAsync(IRoom room, Configuration next, List<Preparation> ready)
    {
        var preparation = new Preparation();
        ready.Add(preparation);
        return room.PrepareAsync(next, preparation);
    }

    async Task<LoadedConfig> SwapAllAsync(LoadedConfig loaded, List<Preparation> ready)
    {
        IRoom? broken = null;
        for (var i = 0; i < ready.Count; i++)
        {
            try
            {
                await ready[i].SwapAsync();
            }
            catch (Exception error) // A bug: there is no way back, so that the others take it all the same.
            {
                Broke(logger, rooms[i].GetType().Name, error);
                broken = rooms[i];
            }
        }
        status = InForce(loaded);
        if (broken is not null) return Refuse(loaded.With(Broken(broken)), mayPass: true);
        Tell(loaded.Diagnostics);
        notices.Withdraw(ReloadFault);
        Reloaded(logger);
        return loaded;
    }

    async Task ThrowAwayAsync(List<Preparation> ready)
    {
        foreach (var preparation in Enumerable.Reverse(ready))
        {
            try
            {
                await preparation.DisposeAsync();
            }
            catch (Exception error) // What cannot be closed must not keep the others open.
            {
                Broke(logger, "What was made ready", error);
            }
        }
    }

    ConfigStatus InForce(LoadedConfig loaded) => new(loaded.Configuration, loaded.Shown, time.GetUtcNow(), true, loaded.Diagnostics, loaded.Files, loaded.Patterns);

    static Diagnostic Broken(IRoom room) => Diagnostic.Error("configuration", 0, 0, $"{room.GetType().Name} broke on it; the log says why, and to load it once more may help");

    LoadedConfig Refuse(LoadedConfig loaded, bool mayPass)
    {
        Tell(loaded.Diagnostics);
        status = status with { IsLastReloadSuccessful = false, Diagnostics = loaded.Diagnostics, Files = loaded.Files, MayPass = mayPass };
        notices.Raise(ReloadFault);
        ReloadFailed(logger, loaded.Diagnostics.Count(diagnostic => diagnostic.Severity == Severity.Error));
        return loaded;
    }

    async Task ReloadDoorAsync(ApiCall call)
    {
        var loaded = await ReloadAsync();
        if (loaded.HasErrors) throw new ApiFaultException(FaultKind.Internal, $"failed to reload config; the old one goes on:\n{loaded.Errors}");
    }

    /// <summary>Each message to the log and to the page, where it stays until the next load.</summary>
    void Tell(IReadOnlyList<Diagnostic> diagnostics)
    {
        findings.Replace("config", [.. diagnostics.Select(Finding.From)]);
        foreach (var diagnostic in diagnostics)
        {
            var level = diagnostic.Severity switch { Severity.Error => LogLevel.Error, Severity.Warning => LogLevel.Warning, _ => LogLevel.Information };
            Told(logger, level, diagnostic.ToString());
        }
    }

    [LoggerMessage("{Diagnostic}")]
    static partial void Told(ILogger logger, LogLevel level, string diagnostic);

    [LoggerMessage(LogLevel.Information, "The configuration was reloaded")]
    static partial void Reloaded(ILogger logger);

    [LoggerMessage(LogLevel.Error, "{Part} broke while the configuration was reloaded")]
    static partial void Broke(ILogger logger, string part, Exception error);

    [LoggerMessage(LogLevel.Error, "The configuration was not reloaded, the old one goes on: {Errors} faults")]
    static partial void ReloadFailed(ILogger logger, int errors);
}
