using System.CommandLine;
using System.Globalization;
using Pharos.Storage.Series;

namespace Pharos.Server.Metrics.Commands;

/// <summary><c>pharos tsdb analyze PATH</c>: what the blocks hold, what a sample costs, and which labels and metrics are the largest.</summary>
static class TsdbAnalyzeCommand
{
    const int Done = 0;
    const int Failed = 1;

    public static Command Create()
    {
        var path = TsdbCommand.PathArgument();
        var top = new Option<int>("--limit") { Description = "Lines of each list.", DefaultValueFactory = _ => 20 };
        var command = new Command("analyze", "Tells what blocks hold, what a sample costs on disk, and the largest metrics and labels of the newest block.") { path, top };
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(parsed.GetRequiredValue(path), parsed.GetValue(top), Console.Out, cancellation)));
        return command;
    }

    internal static int Run(string path, int top, TextWriter output, CancellationToken cancellation)
    {
        if (!TsdbCommand.TryFindBlocks(path, output, out var files)) return Failed;
        if (files.Count == 0)
        {
            output.WriteLine($"{path}: no blocks yet; samples of the last hours are in the head until they are two hours old");
            return Done;
        }
        output.WriteLine($"{"from",-20}  {"until",-20}  {"series",9}  {"samples",12}  {"bytes",12}  B/sample  values  times");
        foreach (var file in files) WriteBlock(StoreInspection.Verify(file, cancellation), output);
        try
        {
            WriteLists(files[^1], StoreInspection.Count(files[^1], top, cancellation), output);
            return Done;
        }
        catch (IOException e)
        {
            output.WriteLine(e.Message);
            return Failed;
        }
    }

    static void WriteBlock(InspectedFile block, TextWriter output)
    {
        foreach (var fault in block.Faults) output.WriteLine($"FAULT {fault}");
        if (block is not { MinMs: { } minMs, MaxMs: { } maxMs, Samples: > 0 }) return;
        double samples = block.Samples;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{TsdbCommand.Time(minMs)}  {TsdbCommand.Time(maxMs)}  {block.Series,9}  {block.Samples,12}  {block.SizeBytes,12}  {block.SizeBytes / samples,8:F3}  {block.ValueBytes / samples,6:F3}  {block.TimeBytes / samples,5:F3}"));
    }

    static void WriteLists(string file, BlockCardinality counts, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine($"newest block {Path.GetFileName(file)}");
        Write("series by metric name", counts.SeriesByMetricName);
        Write("samples by metric name", counts.SamplesByMetricName);
        Write("bytes by metric name", counts.BytesByMetricName);
        Write("values by label name", counts.ValuesByLabelName);
        Write("series by label pair", counts.SeriesByLabelPair);

        void Write(string title, IReadOnlyList<NamedCount> lines)
        {
            output.WriteLine();
            output.WriteLine(title);
            foreach (var line in lines) output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{line.Count,12}  {line.Name}"));
        }
    }
}
