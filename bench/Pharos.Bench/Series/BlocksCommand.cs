using System.Diagnostics;
using System.Globalization;
using Pharos.Storage.Bytes;
using Pharos.Storage.Chunks;
using Pharos.Storage.Series;
using Pharos.Storage.Series.Blocks;

namespace Pharos.Bench.Series;

/// <summary><c>blocks [--targets N] [--promtool PATH]</c>: bytes a sample by kind, against Prometheus' own blocks of the same samples, and speeds.</summary>
static class BlocksCommand
{
    const int TwoHours = 480;
    const int Day = 5760;

    public static int Run(string[] args)
    {
        var targets = int.Parse(Option(args, "--targets") ?? "10", CultureInfo.InvariantCulture);
        var folder = Directory.CreateTempSubdirectory("pharos-bench-blocks-").FullName;
        try
        {
            var made = new RealisticSeries(targets);
            Console.WriteLine($"{made.Series.Count} series of {targets} targets");
            PrintKinds(made);
            PrintBlock(made, folder, 1, TwoHours, "block of 2 h");
            PrintBlock(made, folder, 2, Day, "block of 1 d");
            PrintMerge(made, folder);
            PrintDecoding();
            if (Option(args, "--promtool") is { } promtool) PromtoolPeer.Print(made, promtool, folder, Day);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static void PrintKinds(RealisticSeries made)
    {
        var buffer = new byte[ValueFrame.MaxBytes(ValueFrame.MaxCount)];
        foreach (var kind in made.Series.GroupBy(s => s.Kind))
        {
            var (bytes, samples) = (0L, 0L);
            var watch = new Stopwatch();
            foreach (var series in kind)
            {
                var values = RealisticSeries.Values(series, Day);
                watch.Start();
                for (var at = 0; at < Day; at += ValueFrame.MaxCount)
                {
                    bytes += ValueFrame.Encode(values.AsSpan(at, Math.Min(ValueFrame.MaxCount, Day - at)), buffer);
                }
                watch.Stop();
                samples += Day;
            }
            Console.WriteLine(Invariant($"  {kind.Key,-24} {bytes / (double)samples,6:F3} B a sample, encoded at {watch.Elapsed.TotalNanoseconds / samples,5:F1} ns a sample"));
        }
    }

    static void PrintBlock(RealisticSeries made, string folder, ulong sequence, int samples, string what)
    {
        var columns = new SampleColumns();
        using var writer = new BlockWriter(folder, sequence, []);
        for (var i = 0; i < made.Series.Count; i++)
        {
            Fill(columns, made, i, 0, samples);
            writer.AddSeries((ulong)i + 1, Labels(made.Series[i]), columns);
        }
        var block = writer.Publish();
        var report = BlockVerifier.Verify(block.Path, CancellationToken.None);
        Console.WriteLine(Invariant($"{what}: {block.SizeBytes / (double)block.SampleCount:F3} B a sample (values {report.ValueBytes / (double)report.Samples:F3}, times {report.TimeBytes / (double)report.Samples:F4}, the rest {(block.SizeBytes - report.ValueBytes - report.TimeBytes) / (double)report.Samples:F3}), {report.Faults.Count} faults"));
        PrintReading(block, what);
        block.Release();
    }

    static void PrintReading(BlockReader block, string what)
    {
        var columns = new SampleColumns();
        var cursor = new BlockCursor(block);
        var best = double.MaxValue;
        for (var round = 0; round < 60; round++) // Enough for the second tier of the compiler.
        {
            var start = Stopwatch.GetTimestamp();
            foreach (var id in block.Ids())
            {
                columns.Clear();
                cursor.Read(id, long.MinValue, long.MaxValue, columns);
            }
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalNanoseconds);
        }
        Console.WriteLine(Invariant($"  {what} read whole: {block.SampleCount / best * 1000:F0} M samples/s, {best / block.SeriesCount:F0} ns a series"));
    }

    static void PrintMerge(RealisticSeries made, string folder)
    {
        var columns = new SampleColumns();
        var paths = new List<string>();
        for (var part = 0; part < 12; part++)
        {
            using var writer = new BlockWriter(folder, (ulong)(10 + part), []);
            for (var i = 0; i < made.Series.Count; i++)
            {
                Fill(columns, made, i, part * TwoHours, (part + 1) * TwoHours);
                writer.AddSeries((ulong)i + 1, Labels(made.Series[i]), columns);
            }
            var block = writer.Publish();
            paths.Add(block.Path);
            block.Release();
        }
        var start = Stopwatch.GetTimestamp();
        var merged = BlockMerge.Run(folder, 30, paths, Tombstones.None, CancellationToken.None).Block!;
        var took = Stopwatch.GetElapsedTime(start);
        Console.WriteLine(Invariant($"12 blocks of 2 h merged into one of 1 d: {merged.SizeBytes / (double)merged.SampleCount:F3} B a sample at {took.TotalNanoseconds / merged.SampleCount:F1} ns a sample"));
        merged.Release();
    }

    static void PrintDecoding()
    {
        var random = new Random(1);
        PrintDecoding("integers, deltas of 8 bits", i => 1000 * i + random.Next(256));
        PrintDecoding("integers, values of 10 bits", _ => random.Next(1024));
        PrintDecoding("decimals of 2 digits", _ => random.Next(10_000) / 100.0);
        PrintDecoding("full doubles", _ => random.NextDouble());
        PrintDecoding("constant", _ => 7);
    }

    static void PrintDecoding(string what, Func<int, double> value)
    {
        const int Frames = 500;
        using var writer = new ByteWriter();
        var values = new double[ValueFrame.MaxCount];
        for (var f = 0; f < Frames; f++)
        {
            for (var i = 0; i < values.Length; i++) values[i] = value(f * values.Length + i);
            writer.Commit(ValueFrame.Encode(values, writer.Room(ValueFrame.MaxBytes(values.Length))));
        }
        var best = double.MaxValue;
        for (var round = 0; round < 40; round++)
        {
            var start = Stopwatch.GetTimestamp();
            for (var repeat = 0; repeat < 10; repeat++)
            {
                var reader = new ByteReader(writer.Written, "bench");
                for (var f = 0; f < Frames; f++) ValueFrame.Decode(ref reader, values);
            }
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalNanoseconds / 10);
        }
        Console.WriteLine(Invariant($"  decode {what,-28} {Frames * ValueFrame.MaxCount / best * 1000:F0} M samples/s ({writer.Length / (double)(Frames * ValueFrame.MaxCount):F2} B a sample)"));
    }

    static void Fill(SampleColumns columns, RealisticSeries made, int index, int from, int until)
    {
        var series = made.Series[index];
        var times = made.Times(series.Target, Day);
        columns.Clear();
        for (var i = from; i < until; i++) columns.Add(times[i], series.ValueAt(i));
    }

    static byte[] Labels(MadeSeries series)
    {
        using var writer = new ByteWriter();
        foreach (var text in new[] { "__name__", series.Name, "instance", $"10.0.0.{series.Target}:9100", "job", "shop" })
        {
            var bytes = System.Text.Encoding.UTF8.GetBytes(text);
            writer.Varint((ulong)bytes.Length);
            writer.Raw(bytes);
        }
        return writer.Written.ToArray();
    }

    static string? Option(string[] args, string name) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
