using Pharos.Server.Config;
using Pharos.Server.Doors;

namespace Pharos.Server.Rooms;

/// <summary>A capability of the server, entered by its one class. Constructors take sources, sinks, options, time and loggers.</summary>
/// <remarks>Order of calls: constructor, <see cref="Map"/> once, <see cref="PrepareAsync"/> at start and at each reload (never two at once), dispose.</remarks>
interface IRoom : IAsyncDisposable
{
    /// <summary>Adds the room's doors. They may be called before the first configuration is in force.</summary>
    void Map(DoorTable doors);

    /// <summary>Makes ready what a configuration that passed all checks needs, and changes nothing: opens ports, files and connections, builds snapshots.</summary>
    /// <remarks>A room that cannot take it refuses, or throws; then no room takes it. What cannot fail any more is left to the swap.</remarks>
    ValueTask PrepareAsync(Configuration next, Preparation preparation);
}
