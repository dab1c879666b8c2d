using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Pharos.Model.Labels;
using Pharos.Model.Reading;
using Pharos.Model.Writing;
using Pharos.Storage.Series;

namespace Pharos.Bench.Series;

/// <summary><c>store [--series N] [--rounds M]</c>: what a series and a sample cost the embedded store, and how fast it is back after a kill.</summary>
/// <remarks>A child process fills the store and kills itself, so that this one meets what a real kill leaves. CPU time, not elapsed: the machine may be busy.</remarks>
static class StoreCommand
{
    const long StartMs = 1_767_225_600_000;
    const int StepMs = 15_000;
    const int BatchSize = 500;

    public static async Task<int> RunAsync(string[] args)
    {
        var series = int.Parse(Option(args, "--series") ?? "100000", CultureInfo.InvariantCulture);
        var rounds = int.Parse(Option(args, "--rounds") ?? "240", CultureInfo.InvariantCulture);
        if (Option(args, "--fill") is { } target)
        {
            await Fill(target, series, rounds);
            return 0;
        }
        var folder = Directory.CreateTempSubdirectory("pharos-bench-store-").FullName;
        try
        {
            using var child = Process.Start(Environment.ProcessPath!, ["store", "--fill", folder, "--series", $"{series}", "--rounds", $"{rounds}"]);
            await child.WaitForExitAsync();
            await MeasureReturn(folder);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static async Task Fill(string folder, int series, int rounds)
    {
        var store = Open(folder);
        var before = ReadAnonBytes();
        var handles = new SeriesHandle[series];
        Print("create a series", "µs", Cpu(() => Create(store, handles)) / 1000, series);
        await store.FlushAsync(default);
        Console.WriteLine(Invariant($"  {"memory after creating",-42} {(ReadAnonBytes() - before) / (double)series,9:F0} B a series"));

        var batch = new SampleBatch();
        var cpu = Environment.CpuUsage.TotalTime;
        var flushes = 0;
        for (var round = 0; round < rounds; round++)
        {
            for (var first = 0; first < series; first += BatchSize)
            {
                batch.Clear();
                for (var i = first; i < Math.Min(series, first + BatchSize); i++) batch.Add(handles[i], StartMs + ((long)round * StepMs), Value(i, round));
                store.Append(batch);
            }
            await store.FlushAsync(default);
            flushes++;
        }
        Print("append a sample, log and all", "ns", (Environment.CpuUsage.TotalTime - cpu).TotalNanoseconds, (long)series * rounds);
        Console.WriteLine(Invariant($"  {"log",-42} {store.Log.BytesWritten / (double)series / rounds,9:F2} B a sample"));
        Console.WriteLine(Invariant($"  {"head files",-42} {store.Head.Frames.SizeBytes / (double)series / rounds,9:F2} B a sample"));
        Console.WriteLine(Invariant($"  {"memory with all of it (RssAnon)",-42} {ReadAnonBytes() / 1e6,9:F1} MB, {(ReadAnonBytes() - before) / (double)series,4:F0} B a series"));
        foreach (var (owner, bytes) in store.Stats().NativeBytes) Console.WriteLine(Invariant($"    {owner,-40} {bytes / 1e6,9:F1} MB"));
        for (var turn = 1; turn <= 3; turn++) // The first ones run code that is still being compiled.
        {
            Query(store, $"count all series, newest sample, turn {turn}", Want.Newest, StartMs + ((rounds - 20L) * StepMs), series);
            Query(store, $"read every sample, turn {turn}", Want.Samples, 0, (long)series * rounds);
        }
        Print("checkpoint", "ms", Cpu(store.Upkeep.WriteCheckpoint) / 1e6, 1);
        for (var first = 0; first < series; first += BatchSize) // A round behind the checkpoint, so that some log is left to replay.
        {
            batch.Clear();
            for (var i = first; i < Math.Min(series, first + BatchSize); i++) batch.Add(handles[i], StartMs + ((long)rounds * StepMs), 1);
            store.Append(batch);
        }
        await store.FlushAsync(default);
        Process.GetCurrentProcess().Kill();
    }

    static async Task MeasureReturn(string folder)
    {
        SeriesStore? opened = null;
        var watch = Stopwatch.StartNew();
        var cpu = Cpu(() => opened = Open(folder));
        await using var store = opened!;
        var stats = store.Stats();
        Console.WriteLine(Invariant($"  {"open after the kill",-42} {watch.ElapsedMilliseconds,9} ms ({cpu / 1e6:F0} ms of CPU), {stats.HeadSeries} series, {stats.SetAside.Count} parts set aside"));
        var samples = 0L;
        var flush = Cpu(() => store.Upkeep.FlushHead(stats.HeadMaxMs!.Value + 1));
        foreach (var block in store.Stats().Blocks) samples += block.Samples;
        Print("flush to blocks", "ns", flush, samples);
        Console.WriteLine(Invariant($"  {"blocks",-42} {store.Stats().Blocks.Sum(block => block.SizeBytes) / (double)samples,9:F2} B a sample"));
    }

    static SeriesStore Open(string folder) =>
        SeriesStore.Open(new StoreOptions { Folder = folder, Maintains = false, RetentionTime = TimeSpan.Zero }, TimeProvider.System, NullLogger.Instance);

    static void Create(SeriesStore store, SeriesHandle[] handles)
    {
        var labels = new LabelSetBuilder();
        for (var i = 0; i < handles.Length; i++)
        {
            var (target, metric) = (i / 1000, i % 1000);
            labels.Clear();
            labels.Add("__name__", $"http_server_requests_total_{metric / 20}");
            labels.Add("instance", $"10.0.{target / 250}.{target % 250}:9100");
            labels.Add("job", "shop");
            labels.Add("method", metric % 2 == 0 ? "GET" : "POST");
            labels.Add("endpoint", $"/api/v1/orders/{metric % 20}");
            labels.Add("status", $"{200 + (metric % 5)}");
            labels.Add("zone", $"eu-central-{target % 3}");
            labels.Add("pod", $"shop-{target:x8}");
            labels.Sort();
            if (!store.TryCreate(store.HashRaw(BitConverter.GetBytes(i)), labels, out handles[i], out var reason)) throw new InvalidOperationException(reason);
        }
    }

    /// <summary>A mixture: counters at various speeds, gauges with decimals, constants.</summary>
    static double Value(int series, int round) => (series % 10) switch
    {
        < 4 => (series * 1000L) + ((long)round * (series % 97)),
        < 6 => 1,
        < 8 => Math.Round((series % 50) + Math.Sin(round * 0.1) * 10, 2),
        8 => series + (round / 10),
        _ => (series * 0.001) + (round * 0.37),
    };

    static void Query(SeriesStore store, string what, Want want, long afterMs, long divisor)
    {
        long samples = 0;
        var cpu = Cpu(() =>
        {
            using var snapshot = store.Lease();
            using var cursor = snapshot.Select([new LabelMatcher(MatchKind.Equal, "job", "shop")], new SelectHints(afterMs, long.MaxValue, want), default);
            using var batch = new SeriesBatch();
            while (cursor.MoveNext(batch))
            {
                for (var i = 0; i < batch.Count; i++) samples += batch.Values(i).Length;
            }
        });
        if (samples != divisor) throw new InvalidOperationException($"{samples} samples instead of {divisor}");
        Print(what, "ns", cpu, divisor);
    }

    static double Cpu(Action action)
    {
        var before = Environment.CpuUsage.TotalTime;
        action();
        return (Environment.CpuUsage.TotalTime - before).TotalNanoseconds;
    }

    static void Print(string what, string unit, double cpu, long count) => Console.WriteLine(Invariant($"  {what,-42} {cpu / count,9:F2} {unit}"));

    static long ReadAnonBytes()
    {
        GC.Collect();
        foreach (var line in File.ReadLines("/proc/self/status"))
        {
            if (line.StartsWith("RssAnon:", StringComparison.Ordinal)) return long.Parse(line[8..^2], CultureInfo.InvariantCulture) * 1024;
        }
        return 0;
    }

    static string? Option(string[] args, string name) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
