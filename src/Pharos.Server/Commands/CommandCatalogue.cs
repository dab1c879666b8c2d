using System.CommandLine;
using Pharos.Server.Demo.Commands;
using Pharos.Server.Heartbeats.Commands;
using Pharos.Server.Hosting.Commands;
using Pharos.Server.Ledger.Commands;
using Pharos.Server.Load.Commands;
using Pharos.Server.Metrics.Commands;

namespace Pharos.Server.Commands;

/// <summary>All verbs. A new one is a file of its room and a line here.</summary>
static class CommandCatalogue
{
    public static RootCommand Root() => new("Pharos: production monitoring in one process.")
    {
        ServeCommand.Create(),
        CheckCommand.Create(),
        QueryCommand.Create(),
        WhyCommand.Create(),
        AlertCommand.Create(),
        TestCommand.Create(),
        DemoCommand.Create(),
        LoadCommand.Create(),
        TsdbCommand.Create(),
    };

    /// <summary>Reads a command line. <c>--flag=</c> is a flag with an empty value, as Prometheus' users write it (<c>--web.external-url=$URL</c>); the parser would miss one.</summary>
    public static ParseResult Parse(IEnumerable<string> arguments) => Root().Parse([.. arguments.SelectMany(WithEmptyValue)]);

    static IEnumerable<string> WithEmptyValue(string argument) =>
        argument.StartsWith("--", StringComparison.Ordinal) && argument.IndexOf('=', StringComparison.Ordinal) == argument.Length - 1 ? [argument[..^1], ""] : [argument];
}
