namespace Pharos.Server.Discovery;

/// <summary>Target groups in JSON or YAML files, watched, and read again at least each <see cref="RefreshInterval"/>.</summary>
sealed record FileSdConfig
{
    /// <summary>Absolute paths; the last part may hold one <c>*</c>. Ends in .json, .yml or .yaml.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    public TimeSpan RefreshInterval { get; init; } = TimeSpan.FromMinutes(5);
}
