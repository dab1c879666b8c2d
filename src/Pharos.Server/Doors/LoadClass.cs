namespace Pharos.Server.Doors;

/// <summary>What answering a door costs, so that one kind of work never takes what another needs.</summary>
enum LoadClass : byte
{
    /// <summary>Short looks at what is in memory, and commands.</summary>
    Control,

    /// <summary>Reads the store, on a thread of the scheduler.</summary>
    Query,

    /// <summary>Brings telemetry.</summary>
    Push,

    /// <summary>The user interface and its files.</summary>
    Page,

    /// <summary>Stays open as long as its client listens: holds no thread, and only <see cref="OpenStreams.Most"/> are open.</summary>
    Stream,
}
