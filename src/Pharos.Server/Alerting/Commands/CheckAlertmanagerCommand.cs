using System.CommandLine;
using Pharos.Model.Diagnostics;
using Pharos.Server.Config;

namespace Pharos.Server.Alerting.Commands;

/// <summary><c>pharos check alertmanager FILE…</c>: every fault of alertmanager.yml files, with its place.</summary>
static class CheckAlertmanagerCommand
{
    public static Command Create()
    {
        var files = new Argument<string[]>("file") { Arity = ArgumentArity.OneOrMore, Description = "alertmanager.yml files." };
        var command = new Command("alertmanager", "Checks alertmanager.yml files: routes, receivers, matchers, time intervals, templates, secrets. Exit code 1 when anything cannot be used.") { files };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(files), Console.Out));
        return command;
    }

    internal static int Run(IReadOnlyList<string> files, TextWriter output)
    {
        var failed = false;
        foreach (var path in files)
        {
            var source = new ConfigSource { IsStrict = true };
            var config = AlertmanagerFileReader.Read(source, Path.GetFullPath(path));
            foreach (var diagnostic in source.InOrder()) output.WriteLine(diagnostic);
            failed |= source.HasErrors;
            var warnings = source.Diagnostics.Count(diagnostic => diagnostic.Severity == Severity.Warning);
            if (!source.HasErrors && config is not null)
            {
                output.WriteLine($"{path}: valid, {config.Receivers.Count} receivers, {Routing.AlertRoute.Build(config.Route).All().Count()} routes{(warnings > 0 ? $", {warnings} warnings" : "")}");
            }
        }
        return failed ? 1 : 0;
    }
}
