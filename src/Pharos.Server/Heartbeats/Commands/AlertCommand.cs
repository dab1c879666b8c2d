using System.CommandLine;

namespace Pharos.Server.Heartbeats.Commands;

/// <summary><c>pharos alert …</c>: proves the ways of alerts through a running server.</summary>
static class AlertCommand
{
    public static Command Create() => new("alert", "Proves that alerts would arrive.") { AlertTestCommand.Create(), AlertDrillCommand.Create() };
}
