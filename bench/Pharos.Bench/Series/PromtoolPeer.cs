using System.Diagnostics;
using System.Globalization;

namespace Pharos.Bench.Series;

/// <summary>Lets Prometheus' own tool write the same samples into its blocks, and tells their size.</summary>
static class PromtoolPeer
{
    public static void Print(RealisticSeries made, string promtool, string folder, int samples)
    {
        var text = Path.Combine(folder, "samples.txt");
        WriteOpenMetrics(made, text, samples);
        var data = Path.Combine(folder, "prometheus");
        // Blocks of a day: what a Prometheus that has compacted keeps.
        Run(promtool, "tsdb", "create-blocks-from", "openmetrics", "--max-block-duration=24h", "--quiet", text, data);
        var (chunks, all) = (0L, 0L);
        foreach (var file in Directory.EnumerateFiles(data, "*", SearchOption.AllDirectories))
        {
            var size = new FileInfo(file).Length;
            all += size;
            if (file.Contains("/chunks/", StringComparison.Ordinal)) chunks += size;
        }
        var count = (double)made.Series.Count * samples;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Prometheus, blocks of 1 d: {all / count:F3} B a sample (chunks {chunks / count:F3})"));
    }

    static void WriteOpenMetrics(RealisticSeries made, string path, int samples)
    {
        using var writer = new StreamWriter(path);
        foreach (var family in made.Series.GroupBy(s => s.Name[..s.Name.IndexOf('{')]))
        {
            writer.Write($"# TYPE {family.Key} unknown\n");
            foreach (var series in family)
            {
                var times = made.Times(series.Target, samples);
                var labels = series.Name.Replace("}", string.Create(CultureInfo.InvariantCulture, $",instance=\"10.0.0.{series.Target}:9100\",job=\"shop\"}}"), StringComparison.Ordinal);
                for (var i = 0; i < samples; i++)
                {
                    writer.Write(string.Create(CultureInfo.InvariantCulture, $"{labels} {series.ValueAt(i):R} {times[i] / 1000}.{times[i] % 1000:D3}\n"));
                }
            }
        }
        writer.Write("# EOF\n");
    }

    static void Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} ended with {process.ExitCode}");
    }
}
