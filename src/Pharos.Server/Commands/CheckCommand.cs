using System.CommandLine;
using Pharos.Server.Alerting.Commands;
using Pharos.Server.Hosting.Commands;
using Pharos.Server.Metrics.Commands;
using Pharos.Server.Rules.Commands;

namespace Pharos.Server.Commands;

/// <summary><c>pharos check …</c>: looks at something without running it.</summary>
static class CheckCommand
{
    public static Command Create() => new("check", "Checks configuration, rules or metrics and tells every fault.")
    {
        CheckConfigCommand.Create(),
        CheckConfigCommand.CreateForWeb(),
        CheckMetricsCommand.Create(),
        CheckRulesCommand.Create(),
        CheckAlertmanagerCommand.Create(),
    };
}
