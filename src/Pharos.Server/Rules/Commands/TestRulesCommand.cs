using System.CommandLine;
using Pharos.Model.Diagnostics;
using Pharos.Model.Text;
using Pharos.Model.Text.Re2Matching;
using Pharos.Server.Config;
using Pharos.Server.Rules.Testing;

namespace Pharos.Server.Rules.Commands;

/// <summary><c>pharos test rules FILE…</c>: runs unit tests of rules in promtool's format.</summary>
static class TestRulesCommand
{
    public static Command Create()
    {
        var files = new Argument<string[]>("file") { Arity = ArgumentArity.OneOrMore, Description = "Test files." };
        var run = new Option<string[]>("--run") { Description = "Runs only tests whose name matches the regular expression. May be given several times." };
        var ignore = new Option<bool>("--ignore-unknown-fields") { Description = "Takes keys that are not known, in test and rule files." };
        var command = new Command("rules", "Runs unit tests of rules, in promtool's format. Exit code 1: a test failed.") { files, run, ignore };
        command.SetAction((parsed, cancellation) => Task.FromResult(
            Run(parsed.GetRequiredValue(files), parsed.GetValue(run) ?? [], parsed.GetValue(ignore), Console.Out, cancellation)));
        return command;
    }

    internal static int Run(IReadOnlyList<string> files, IReadOnlyList<string> run, bool ignoreUnknownKeys, TextWriter output, CancellationToken cancellation)
    {
        Re2[] patterns;
        try
        {
            patterns = [.. run.Select(Re2.Compile)];
        }
        catch (Re2SyntaxException error)
        {
            output.WriteLine($"--run: {error.Message}");
            return 1;
        }
        var failed = false;
        foreach (var file in files)
        {
            output.WriteLine($"Unit Testing:  {file}");
            var failures = RunFile(Path.GetFullPath(file), patterns, ignoreUnknownKeys, cancellation);
            output.WriteLine(failures.Count == 0 ? "  SUCCESS" : "  FAILED:");
            foreach (var failure in failures) output.WriteLine(failure);
            output.WriteLine();
            failed |= failures.Count > 0;
        }
        return failed ? 1 : 0;
    }

    static IReadOnlyList<string> RunFile(string path, Re2[] patterns, bool ignoreUnknownKeys, CancellationToken cancellation)
    {
        var source = new ConfigSource();
        var file = RuleTestReader.Read(source, path, ignoreUnknownKeys);
        var tests = file.Tests.Where(test => patterns.Length == 0 || patterns.Any(pattern => pattern.IsMatch(test.Name))).ToList();
        var rules = file.RuleFiles.Select(rulePath => RuleFileReader.Read(source, rulePath, NameValidation.Utf8, ignoreUnknownKeys)).ToList();
        if (source.HasErrors) return [.. source.Diagnostics.Where(one => one.Severity == Severity.Error).Select(one => $"    {one}")];
        using var metrics = new RuleMetrics();
        return [.. tests.SelectMany(test => new RuleTestRun(file, test, rules, metrics).Run(cancellation))];
    }
}
