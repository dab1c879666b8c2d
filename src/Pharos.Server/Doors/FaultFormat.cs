namespace Pharos.Server.Doors;

/// <summary>How a door says that it cannot answer: as clients of its API expect it.</summary>
enum FaultFormat : byte
{
    /// <summary><c>{"status":"error","errorType":…,"error":…}</c></summary>
    Prometheus,

    /// <summary>The message as a JSON string, as in Alertmanager's API v2.</summary>
    Alertmanager,

    /// <summary>The message as one line.</summary>
    Text,

    /// <summary>A small page for browsers, one line for programs.</summary>
    Page,
}
