using System.CommandLine;
using Pharos.Server.Metrics.Exposition;

namespace Pharos.Server.Cli;

/// <summary><c>pharos check …</c>: looks at something without running it.</summary>
static class CheckCommand
{
    public static Command Create() => new("check", "Checks configuration, rules or metrics and tells every fault.")
    {
        CheckConfigCommand.Create(),
        CheckConfigCommand.CreateForWeb(),
        CheckMetricsCommand.Create(),
        Rules.CheckRulesCommand.Create(),
        Alerting.CheckAlertmanagerCommand.Create(),
    };
}
