using System.Diagnostics.Metrics;
using Pharos.Model.Diagnostics;
using Pharos.Server.Config;
using Pharos.Server.Hosting.Access;
using Pharos.Server.Hosting.Notices;

namespace Pharos.Server.Hosting;

/// <summary>How the last load ended.</summary>
/// <param name="LoadedAt">When the configuration in force was taken.</param>
/// <param name="Diagnostics">What the last attempt had to tell, also when it failed.</param>
/// <param name="Files">All files that the last attempt read.</param>
sealed record ConfigStatus(PrometheusConfig InForce, DateTimeOffset LoadedAt, bool IsLastReloadSuccessful, IReadOnlyList<Diagnostic> Diagnostics, IReadOnlyList<string> Files);

/// <summary>Holds the configuration in force and replaces it as a whole: when anything in the new one is wrong, the old one goes on.</summary>
/// <remarks>Threads: <see cref="Status"/> is for all; reloads run one after the other.</remarks>
sealed partial class ConfigRoom : IDisposable
{
    const string ReloadFault = "Configuration reload has failed.";

    readonly ConfigLoader loader;
    readonly WebAccess access;
    readonly Findings findings;
    readonly ServerNotices notices;
    readonly TimeProvider time;
    readonly ILogger logger;
    readonly SemaphoreSlim oneAtATime = new(1);
    readonly Meter meter = new("Pharos.Server.Config");
    IReadOnlyList<IRoom> rooms = [];
    volatile ConfigStatus status;

    public ConfigRoom(ConfigLoader loader, LoadedConfig first, WebAccess access, Findings findings, ServerNotices notices, TimeProvider time, ILoggerFactory loggers)
    {
        this.loader = loader;
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

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/-/reload", ["POST", "PUT"], ReloadDoorAsync);
        routes.MapGet("/api/v1/status/findings", FindingsDoorAsync);
    }

    /// <summary>Gives the first configuration to all rooms, and each later one.</summary>
    public async ValueTask StartAsync(IReadOnlyList<IRoom> rooms)
    {
        this.rooms = rooms;
        Tell(status.Diagnostics);
        foreach (var room in rooms) await room.ApplyAsync(status.InForce);
    }

    /// <summary>Loads anew. On any fault nothing changes but the status.</summary>
    public async Task<LoadedConfig> ReloadAsync()
    {
        await oneAtATime.WaitAsync();
        try
        {
            var loaded = await Task.Run(loader.Load);
            if (!loaded.HasErrors && !access.Apply(loaded.Web))
            {
                loaded = loaded with { Diagnostics = [.. loaded.Diagnostics, Diagnostic.Error("web.yml", 0, 0, "TLS cannot be switched on or off while the ports are open; restart")] };
            }
            Tell(loaded.Diagnostics);
            if (loaded.HasErrors)
            {
                status = status with { IsLastReloadSuccessful = false, Diagnostics = loaded.Diagnostics, Files = loaded.Files };
                notices.Raise(ReloadFault);
                ReloadFailed(logger, loaded.Diagnostics.Count(diagnostic => diagnostic.Severity == Severity.Error));
                return loaded;
            }
            foreach (var room in rooms) await room.ApplyAsync(loaded.Prometheus);
            status = new(loaded.Prometheus, time.GetUtcNow(), true, loaded.Diagnostics, loaded.Files);
            notices.Withdraw(ReloadFault);
            Reloaded(logger);
            return loaded;
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

    async Task ReloadDoorAsync(HttpContext context)
    {
        var loaded = await ReloadAsync();
        if (!loaded.HasErrors) return;
        context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.WriteAsync($"failed to reload config; the old one goes on:\n{loaded.Errors}\n");
    }

    Task FindingsDoorAsync(HttpContext context) => context.Response.WriteAsJsonAsync(new
    {
        status = "success",
        data = new
        {
            findings = findings.All().Select(finding => new
            {
                severity = finding.Severity switch { Severity.Error => "error", Severity.Warning => "warning", _ => "info" },
                where = finding.Where,
                message = finding.Message,
                mend = finding.Mend,
            }),
        },
    });

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

    [LoggerMessage(LogLevel.Error, "The configuration was not reloaded, the old one goes on: {Errors} faults")]
    static partial void ReloadFailed(ILogger logger, int errors);
}
