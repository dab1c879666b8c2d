using Pharos.Server.Config;

namespace Pharos.Server.Metrics.Remote;

/// <summary>Other stores that samples are sent to and read from.</summary>
sealed record RemoteConfig(IReadOnlyList<RemoteWriteConfig> Write, IReadOnlyList<RemoteReadConfig> Read) : ISettings<RemoteConfig>
{
    public static RemoteConfig Default { get; } = new([], []);
}
