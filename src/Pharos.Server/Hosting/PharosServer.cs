using Pharos.Server.Config;
using Pharos.Server.Hosting.Web;

namespace Pharos.Server.Hosting;

/// <summary>The whole server: puts the rooms together, and starts and stops them.</summary>
/// <remarks>Composition is by hand, so that who gets what is read in one place.</remarks>
sealed class PharosServer : IAsyncDisposable
{
    readonly WebApplication web;
    readonly List<IRoom> rooms;

    PharosServer(WebApplication web, List<IRoom> rooms)
    {
        this.web = web;
        this.rooms = rooms;
    }

    /// <summary>Builds the server and applies the configuration; returns when it answers requests.</summary>
    /// <exception cref="IOException">An address is in use, or the data folder cannot be used.</exception>
    public static async Task<PharosServer> StartAsync(ServeOptions options, PrometheusConfig config, TimeProvider time)
    {
        var web = WebHost.Build(options);
        var rooms = CreateRooms(options, time, web.Services.GetRequiredService<ILoggerFactory>());
        foreach (var room in rooms) room.Map(web);
        foreach (var room in rooms) await room.ApplyAsync(config);
        await web.StartAsync();
        return new(web, rooms);
    }

    /// <summary>Completes when the process was asked to end.</summary>
    public Task WaitForShutdownAsync() => web.WaitForShutdownAsync();

    public async ValueTask DisposeAsync()
    {
        await web.DisposeAsync();
        for (var i = rooms.Count - 1; i >= 0; i--) await rooms[i].DisposeAsync();
    }

    /// <summary>One line a room, in the order in which they get the configuration; they end in the opposite order.</summary>
    static List<IRoom> CreateRooms(ServeOptions options, TimeProvider time, ILoggerFactory loggers) =>
    [
        new HealthRoom(),
        new WebPages(options.ExternalPath, WebFiles.Embedded),
    ];
}
