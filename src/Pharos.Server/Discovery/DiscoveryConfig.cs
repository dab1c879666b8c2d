namespace Pharos.Server.Discovery;

/// <summary>All places one job or alertmanager section finds its targets in.</summary>
/// <remarks>Kinds that are recognised but not supported yet are answered with a warning when the file is read, and are absent here.</remarks>
sealed record DiscoveryConfig
{
    public static readonly DiscoveryConfig Empty = new();

    public IReadOnlyList<StaticSdConfig> Static { get; init; } = [];

    public IReadOnlyList<FileSdConfig> Files { get; init; } = [];

    public IReadOnlyList<HttpSdConfig> Http { get; init; } = [];

    public IReadOnlyList<DnsSdConfig> Dns { get; init; } = [];
}
