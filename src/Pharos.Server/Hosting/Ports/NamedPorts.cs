using Pharos.Server.Doors;

namespace Pharos.Server.Hosting.Ports;

/// <summary>The APIs that can have a port of their own: one line each, and the room that has the API names it at its doors.</summary>
static class NamedPorts
{
    public static readonly IReadOnlyList<NamedPort> All = [];
}
