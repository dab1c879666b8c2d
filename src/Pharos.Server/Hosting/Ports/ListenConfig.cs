using Pharos.Server.Config;
using Pharos.Server.Doors;

namespace Pharos.Server.Hosting.Ports;

/// <summary>One line of <c>listen:</c>.</summary>
sealed record ListenedPort(NamedPort Port, ListenAddress Address);

/// <summary>The section <c>listen</c> of pharos.yml: ports with one API alone.</summary>
sealed record ListenConfig : ISettings<ListenConfig>
{
    public static ListenConfig Default { get; } = new();

    public IReadOnlyList<ListenedPort> Ports { get; init; } = [];
}
