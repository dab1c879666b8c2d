namespace Pharos.Server.Notifying;

/// <summary>What the configurations of all notifiers have in common. Each kind has its own record below its folder.</summary>
abstract record IntegrationConfig
{
    /// <summary>Whether the receiver is told of resolved alerts.</summary>
    public required bool SendResolved { get; init; }

    /// <summary>Why it cannot send at all, such as a secret that names an unset variable; null: it can.</summary>
    public string? Unable { get; init; }
}
