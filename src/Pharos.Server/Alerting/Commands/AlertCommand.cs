using System.CommandLine;
using Pharos.Server.Heartbeats.Commands;

namespace Pharos.Server.Alerting.Commands;

/// <summary><c>pharos alert …</c>: proves the ways of alerts through a running server.</summary>
static class AlertCommand
{
    public static Command Create() => new("alert", "Proves that alerts would arrive.") { AlertTestCommand.Create(), AlertDrillCommand.Create() };
}
