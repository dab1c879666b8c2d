using System.CommandLine;

namespace Pharos.Server.Cli;

/// <summary><c>pharos test …</c>: runs tests that users write.</summary>
static class TestCommand
{
    public static Command Create() => new("test", "Runs tests of rules and queries.")
    {
        Rules.Testing.TestRulesCommand.Create(),
        TestPromQlCommand.Create(),
    };
}
