using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Pharos.Storage.Series;

namespace Pharos.Server.Metrics.Commands;

/// <summary><c>pharos tsdb import PROMETHEUS_DATA</c>: takes over the history of a Prometheus server.</summary>
static class TsdbImportCommand
{
    const int Done = 0;
    const int Faulty = 1;

    public static Command Create()
    {
        var source = new Argument<string>("source") { Description = "Prometheus' data folder (--storage.tsdb.path), a snapshot of it, or one block." };
        var data = new Option<string>("--data") { Description = "Folder of the store; no server may have it open.", DefaultValueFactory = _ => "data" };
        var command = new Command("import", "Takes over the blocks of a Prometheus data folder. Exit code 1: a block was left out.") { source, data };
        command.SetAction(async (parsed, cancellation) => await RunAsync(parsed.GetRequiredValue(source), parsed.GetRequiredValue(data), Console.Out, cancellation));
        return command;
    }

    internal static async Task<int> RunAsync(string source, string data, TextWriter output, CancellationToken cancellation)
    {
        if (!Directory.Exists(source))
        {
            await output.WriteLineAsync($"{source}: no such folder; name the folder that Prometheus was given as --storage.tsdb.path");
            return Faulty;
        }
        try
        {
            // Nothing expires while history comes in; the server that opens the store next applies its own retention.
            await using var store = SeriesStore.Open(new StoreOptions { Folder = Path.GetFullPath(data), RetentionTime = TimeSpan.Zero }, TimeProvider.System, NullLogger.Instance);
            return Import(store, source, output, cancellation);
        }
        catch (StoreLockedException e)
        {
            await output.WriteLineAsync($"{e.Message}; stop the server, import, and start it again");
            return Faulty;
        }
    }

    static int Import(SeriesStore store, string source, TextWriter output, CancellationToken cancellation)
    {
        var (blocks, samples, bytes, faults) = (0, 0L, 0L, 0);
        foreach (var block in store.ImportPrometheus(source, cancellation))
        {
            if (block.Fault is not null)
            {
                faults++;
                output.WriteLine($"FAULT {block.Fault}");
                continue;
            }
            blocks++;
            samples += block.Samples;
            bytes += block.SizeBytes;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(block.Folder)}: {block.Series} series, {block.Samples} samples, {block.SizeBytes} bytes"));
            if (block.HistogramChunks > 0) output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  left out {block.HistogramChunks} chunks of native histograms"));
        }
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{blocks} blocks, {samples} samples, {bytes} bytes, {faults} faults"));
        if (blocks == 0 && faults == 0) output.WriteLine($"{source} has no blocks; a Prometheus younger than two hours has its samples in its log alone");
        return faults == 0 ? Done : Faulty;
    }
}
