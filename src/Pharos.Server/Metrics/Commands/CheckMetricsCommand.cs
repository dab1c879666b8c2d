using System.CommandLine;
using Pharos.Server.Metrics.Exposition;

namespace Pharos.Server.Metrics.Commands;

/// <summary><c>pharos check metrics &lt; text</c>: whether an exposition can be read, and whether its names are good ones.</summary>
static class CheckMetricsCommand
{
    const int Sound = 0;
    const int DoesNotParse = 1;
    const int PoorNames = 3;

    public static Command Create()
    {
        var format = new Option<string>("--format") { Description = "prometheus or openmetrics.", DefaultValueFactory = _ => "prometheus" };
        format.AcceptOnlyFromAmong("prometheus", "openmetrics");
        var command = new Command("metrics", "Reads metrics from standard input. Exit code 1: they do not parse; 3: they parse, but their names are poor.") { format };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var input = Console.OpenStandardInput();
            using var body = new MemoryStream();
            await input.CopyToAsync(body, cancellation);
            return Run(body.GetBuffer().AsSpan(0, (int)body.Length), parsed.GetRequiredValue(format) == "openmetrics", Console.Error);
        });
        return command;
    }

    internal static int Run(ReadOnlySpan<byte> body, bool isOpenMetrics, TextWriter output)
    {
        try
        {
            var families = isOpenMetrics ? OpenMetricsRules.Read(body) : PrometheusTextRules.Read(body);
            var problems = MetricLint.Check(families, isOpenMetrics);
            foreach (var problem in problems) output.WriteLine($"{problem.Metric} {problem.Text}");
            return problems.Count == 0 ? Sound : PoorNames;
        }
        catch (ExpositionException error)
        {
            output.WriteLine($"error while reading metrics: {error.Message}");
            return DoesNotParse;
        }
    }
}
