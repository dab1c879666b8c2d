using System.Diagnostics.Metrics;
using Pharos.Model.Diagnostics;
using Pharos.Server.Access;
using Pharos.Server.Config;
using Pharos.Server.Findings;
using Pharos.Server.Hosting.Notices;

namespace Pharos.Server.Hosting;

/// <summary>How the last load ended.</summary>
/// <param name="LoadedAt">When the configuration in force was taken.</param>
/// <param name="Diagnostics">What the last attempt had to tell, also when it failed.</param>
/// <param name="Files">All files that the last attempt read.</param>
sealed record ConfigStatus(PrometheusConfig InForce, DateTimeOffset LoadedAt, bool IsLastReloadSuccessful, IReadOnlyList<Diagnostic> Diagnostics, IReadOnlyList<string> Files)
{
    /// <summary>The last attempt failed by no fault of the files: another may succeed with the same ones.</summary>
    public bool MayPass { get; init; }
}

/// <summary>Holds the configuration in force and replaces it as a whole: when anything in the new one is wrong, the old one goes on.</summary>
/// <remarks>Threads: <see cref="Status"/> is for all; reloads run one after the other.</remarks>
sealed partial class ConfigRoom : IDisposable
{
    const string ReloadFault = "Configuration reload has failed.";

    readonly Func<LoadedConfig> load;
    readonly WebAccess access;
    readonly FindingBook findings;
    readonly ServerNotices notices;
    readonly TimeProvider time;
    readonly ILogger logger;
    readonly SemaphoreSlim oneAtATime = new(1);
    readonly Meter meter = new("Pharos.Server.Config");
    IReadOnlyList<IRoom> rooms = [];
    volatile ConfigStatus status;

    public ConfigRoom(Func<LoadedConfig> load, LoadedConfig first, WebAccess access, FindingBook findings, ServerNotices notices, TimeProvider time, ILoggerFactory loggers)
    {
        this.load = load;
        this.access = access;
        this.findings = findings;
        this.notices = notices;
        this.time = time;
        logger = loggers.CreateLogger<ConfigRoom>();
        status = new(first.Prometheus, time.GetUtcNow(), true, first.Diagnostics, first.Files);
        foreach (var prefix in (string[])["pharos", "prometheus"]) // The second name is the one that dashboards and alerts for Prometheus ask for.
        {
            meter.CreateObservableGauge($"{prefix}_config_last_reload_successful", () => status.IsLastReloadSuccessful ? 1 : 0, null, "Whether the last reload of the configuration was successful.");
            meter.CreateObservableGauge($"{prefix}_config_last_reload_success_timestamp_seconds", () => status.LoadedAt.ToUnixTimeMilliseconds() / 1e3, null, "When the configuration in force was loaded.");
        }
    }

    public ConfigStatus Status => status;

    public void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/-/reload", ["POST", "PUT"], ReloadDoorAsync);

    /// <summary>Gives the first configuration to all rooms, and each later one.</summary>
    public async ValueTask StartAsync(IReadOnlyList<IRoom> rooms)
    {
        this.rooms = rooms;
        Tell(status.Diagnostics);
        foreach (var room in rooms) await room.ApplyAsync(status.InForce);
    }

    /// <summary>Loads anew. On any fault, also one of ours, nothing changes but the status: who asks may be a signal or a clock, which nobody hears.</summary>
    public async Task<LoadedConfig> ReloadAsync()
    {
        await oneAtATime.WaitAsync();
        try
        {
            var loaded = await Task.Run(load);
            var formerWeb = access.Config;
            if (!loaded.HasErrors && !access.Apply(loaded.Web))
            {
                loaded = With(loaded, "web.yml", "TLS cannot be switched on or off while the ports are open; restart");
            }
            if (loaded.HasErrors) return Refuse(loaded, mayPass: false);
            if (await ApplyAsync(loaded.Prometheus) is { } broken)
            {
                access.Apply(formerWeb);
                return Refuse(With(loaded, "configuration", $"{broken.GetType().Name} broke on it; the log says why, and to load it once more may help"), mayPass: true);
            }
            Tell(loaded.Diagnostics);
            status = new(loaded.Prometheus, time.GetUtcNow(), true, loaded.Diagnostics, loaded.Files);
            notices.Withdraw(ReloadFault);
            Reloaded(logger);
            return loaded;
        }
        catch (Exception error)
        {
            Broke(logger, "The reader of the configuration", error);
            var none = new LoadedConfig(status.InForce, access.Config, [], status.Files);
            return Refuse(With(none, "configuration", "could not be read by a fault of this program; the log says why"), mayPass: true);
        }
        finally
        {
            oneAtATime.Release();
        }
    }

    public void Dispose()
    {
        meter.Dispose();
        oneAtATime.Dispose();
    }

    /// <summary>Gives a configuration to all rooms. When one breaks, those that have it take the one in force again, so that all agree.</summary>
    /// <returns>The room that broke.</returns>
    async Task<IRoom?> ApplyAsync(PrometheusConfig next)
    {
        for (var i = 0; i < rooms.Count; i++)
        {
            if (await TryApplyAsync(rooms[i], next)) continue;
            for (var back = i; back >= 0; back--) await TryApplyAsync(rooms[back], status.InForce);
            return rooms[i];
        }
        return null;
    }

    async Task<bool> TryApplyAsync(IRoom room, PrometheusConfig config)
    {
        try
        {
            await room.ApplyAsync(config);
            return true;
        }
        catch (Exception error)
        {
            Broke(logger, room.GetType().Name, error);
            return false;
        }
    }

    LoadedConfig Refuse(LoadedConfig loaded, bool mayPass)
    {
        Tell(loaded.Diagnostics);
        status = status with { IsLastReloadSuccessful = false, Diagnostics = loaded.Diagnostics, Files = loaded.Files, MayPass = mayPass };
        notices.Raise(ReloadFault);
        ReloadFailed(logger, loaded.Diagnostics.Count(diagnostic => diagnostic.Severity == Severity.Error));
        return loaded;
    }

    static LoadedConfig With(LoadedConfig loaded, string where, string fault) => loaded with { Diagnostics = [.. loaded.Diagnostics, Diagnostic.Error(where, 0, 0, fault)] };

    async Task ReloadDoorAsync(HttpContext context)
    {
        var loaded = await ReloadAsync();
        if (!loaded.HasErrors) return;
        context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.WriteAsync($"failed to reload config; the old one goes on:\n{loaded.Errors}\n");
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
