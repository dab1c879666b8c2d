using System.CommandLine;
using Pharos.Query.PromQL;
using Pharos.Query.PromQL.Planning;
using Pharos.Query.PromQL.Testing;

namespace Pharos.Server.Metrics.Commands;

/// <summary><c>pharos test promql FILE...</c>: runs files of the PromQL test language. A line for each eval that fails, then the counts.</summary>
static class TestPromQlCommand
{
    public static Command Create()
    {
        var files = new Argument<string[]>("FILE") { Description = "Files of the PromQL test language.", Arity = ArgumentArity.OneOrMore };
        var command = new Command("promql", "Run files of the PromQL test language.") { files };
        command.SetAction((parse, cancellation) => Task.FromResult(Run(parse.GetValue(files) ?? [], parse.InvocationConfiguration.Output, cancellation)));
        return command;
    }

    /// <returns>0 when all evals pass, else 1.</returns>
    public static int Run(IReadOnlyList<string> files, TextWriter output, CancellationToken cancellation)
    {
        // The language's own tests run with every feature on, types and units in labels only in files that say so by their name.
        var passed = 0;
        var failed = 0;
        foreach (var file in files)
        {
            try
            {
                var options = PromQlOptions.Everything with { TypeAndUnitLabels = Path.GetFileName(file).StartsWith("type_and_unit", StringComparison.Ordinal) };
                var report = new TestRunner(new PromQlEngine(options)).Run(File.ReadAllText(file), cancellation);
                passed += report.Passed.Count;
                failed += report.Failures.Count;
                foreach (var failure in report.Failures) output.WriteLine($"{file}:{failure.Line}: {failure.Reason}");
            }
            catch (TestSyntaxException error)
            {
                failed++;
                output.WriteLine($"{file}:{error.Line}: {error.Message}");
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                failed++;
                output.WriteLine($"{file}:1: {error.Message}");
            }
        }
        output.WriteLine($"{passed} passed, {failed} failed");
        return failed == 0 ? 0 : 1;
    }
}
