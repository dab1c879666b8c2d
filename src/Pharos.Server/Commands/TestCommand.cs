using System.CommandLine;
using Pharos.Server.Metrics.Commands;
using Pharos.Server.Rules.Commands;

namespace Pharos.Server.Commands;

/// <summary><c>pharos test …</c>: runs tests that users write.</summary>
static class TestCommand
{
    public static Command Create() => new("test", "Runs tests of rules and queries.")
    {
        TestRulesCommand.Create(),
        TestPromQlCommand.Create(),
    };
}
