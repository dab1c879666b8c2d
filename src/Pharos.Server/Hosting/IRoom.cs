using Pharos.Server.Config;


namespace Pharos.Server.Hosting;

/// <summary>A capability of the server, entered by its one class. Constructors take sources, sinks, options, time and loggers.</summary>
/// <remarks>Order of calls: constructor, <see cref="Map"/> once, <see cref="ApplyAsync"/> at start and at each reload (never two at once), dispose.</remarks>
interface IRoom : IAsyncDisposable
{
    /// <summary>Adds the room's doors. They may be called before the first <see cref="ApplyAsync"/> has ended.</summary>
    void Map(IEndpointRouteBuilder routes);

    /// <summary>Takes a configuration that passed all checks: builds snapshots and swaps them. Must not throw for such a one.</summary>
    ValueTask ApplyAsync(PrometheusConfig config);
}
