using System.CommandLine;
using System.Globalization;
using Pharos.Storage.Series;

namespace Pharos.Server.Metrics.Commands;

/// <summary><c>pharos tsdb verify PATH</c>: reads every byte of every block.</summary>
static class TsdbVerifyCommand
{
    const int Sound = 0;
    const int Faulty = 1;

    public static Command Create()
    {
        var path = TsdbCommand.PathArgument();
        var command = new Command("verify", "Reads every byte of every block and tells what is wrong. Exit code 1: something is.") { path };
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(parsed.GetRequiredValue(path), Console.Out, cancellation)));
        return command;
    }

    internal static int Run(string path, TextWriter output, CancellationToken cancellation)
    {
        if (!TsdbCommand.TryFindBlocks(path, output, out var files)) return Faulty;
        var faults = 0;
        var samples = 0L;
        foreach (var file in files)
        {
            var found = StoreInspection.Verify(file, cancellation);
            faults += found.Faults.Count;
            samples += found.Samples;
            foreach (var fault in found.Faults) output.WriteLine($"FAULT {fault}");
            if (found.Faults.Count == 0) output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"sound {Path.GetFileName(file)}: {found.Series} series, {found.Samples} samples"));
        }
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{files.Count} blocks, {samples} samples, {faults} faults"));
        return faults == 0 ? Sound : Faulty;
    }
}
