using System.CommandLine;

namespace Pharos.Server.Cli;

/// <summary>All verbs. A new one is a file beside this and a line here.</summary>
static class CommandCatalogue
{
    public static RootCommand Root() => new("Pharos: production monitoring in one process.")
    {
        ServeCommand.Create(),
        CheckCommand.Create(),
        QueryCommand.Create(),
        Alerting.WhyCommand.Create(),
        Alerting.AlertCommand.Create(),
        TestCommand.Create(),
        Demo.DemoCommand.Create(),
        Load.LoadCommand.Create(),
        TsdbCommand.Create(),
    };
}
