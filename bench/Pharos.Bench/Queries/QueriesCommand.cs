using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Pharos.Bench.Compare;
using Pharos.Model.Labels;
using Pharos.Model.Reading;
using Pharos.Model.Writing;
using Pharos.Query.PromQL;
using Pharos.Query.PromQL.Planning;
using Pharos.Query.PromQL.Testing;
using Pharos.Storage.Series;

namespace Pharos.Bench.Queries;

/// <summary><c>queries [--targets N] [--steps N] [--memory] [--repeat N] [NAME...]</c>: times the compared queries inside the process, without HTTP and JSON.</summary>
/// <remarks>The data is the fleet of <c>compare</c>. Each line tells the median, the bytes allocated, the series and samples read.</remarks>
static class QueriesCommand
{
    const int StepMs = 15_000;

    public static async Task<int> RunAsync(string[] args)
    {
        var targets = Option(args, "--targets", 100);
        var steps = Option(args, "--steps", 240);
        var repeat = Option(args, "--repeat", 5);
        var names = args.Where((arg, i) => !arg.StartsWith('-') && (i == 0 || !args[i - 1].StartsWith("--", StringComparison.Ordinal) || args[i - 1] == "--memory")).ToHashSet(StringComparer.Ordinal);
        var startMs = DateTimeOffset.UnixEpoch.AddDays(20_000).ToUnixTimeMilliseconds();
        var fleet = new FleetData(targets, startMs, StepMs);
        var endMs = startMs + (steps - 1) * (long)StepMs + 10;
        var engine = new PromQlEngine(new());
        if (args.Contains("--memory"))
        {
            Measure(engine, InMemory(fleet, steps), steps, endMs, repeat, names);
            return 0;
        }
        var folder = Directory.CreateTempSubdirectory("pharos-queries").FullName;
        try
        {
            await using var store = SeriesStore.Open(new StoreOptions { Folder = folder, RetentionTime = TimeSpan.FromDays(36_500) }, TimeProvider.System, NullLogger.Instance);
            Fill(store, fleet, targets, steps);
            Measure(engine, store, steps, endMs, repeat, names);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
        return 0;
    }

    static void Measure(PromQlEngine engine, ISeriesSource source, int steps, long endMs, int repeat, HashSet<string> names)
    {
        Console.WriteLine("query                            ms (median)      MB   series     samples  results");
        var limits = new QueryLimits { MaxSamples = 500_000_000, MaxBytes = 8L << 30 };
        foreach (var query in steps * (StepMs / 60_000.0) < 24 * 60 ? ComparedQueries.All : [.. ComparedQueries.All, .. ComparedQueries.OfADay])
        {
            if (names.Count > 0 && !names.Contains(query.Name)) continue;
            var times = new List<double>();
            var bytes = 0L;
            QueryStats stats = new();
            var results = 0;
            for (var i = 0; i <= repeat; i++)
            {
                var allocated = GC.GetTotalAllocatedBytes();
                var started = Stopwatch.GetTimestamp();
                using var result = query.RangeMinutes == 0
                    ? engine.Instant(source, query.Expression, endMs, limits, CancellationToken.None)
                    : engine.Range(source, query.Expression, endMs - query.RangeMinutes * 60_000L, endMs, query.StepSeconds * 1000L, limits, CancellationToken.None);
                if (i > 0) times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds); // The first run warms up.
                bytes = GC.GetTotalAllocatedBytes() - allocated;
                (stats, results) = (result.Stats, result.SeriesCount);
            }
            times.Sort();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{query.Name,-32} {times[times.Count / 2],10:F3} {bytes / 1e6,9:F1} {stats.SeriesRead,8} {stats.SamplesRead,11} {results,8}"));
        }
    }

    static MemorySource InMemory(FleetData fleet, int steps)
    {
        var source = new MemorySource();
        var times = Array.Empty<long>();
        for (var series = 0; series < fleet.SeriesCount; series++)
        {
            if (series % FleetData.SeriesPerTarget == 0) times = [.. Enumerable.Range(0, steps).Select(step => fleet.TimeMs(series / FleetData.SeriesPerTarget, step))];
            var (name, labels) = fleet.Series(series);
            var number = series;
            source.Series(LabelSet.From([("__name__", name), .. labels])).SetColumns(times, [.. Enumerable.Range(0, steps).Select(step => fleet.Value(number, step))]);
        }
        return source;
    }

    static void Fill(SeriesStore store, FleetData fleet, int targets, int steps)
    {
        var handles = new SeriesHandle[fleet.SeriesCount];
        var labels = new LabelSetBuilder();
        for (var series = 0; series < handles.Length; series++)
        {
            labels.Clear();
            var (name, own) = fleet.Series(series);
            labels.Add("__name__", name);
            foreach (var (label, value) in own) labels.Add(label, value);
            labels.Sort();
            if (!store.TryCreate(UInt128.Zero, labels, out handles[series], out var reason)) throw new InvalidOperationException(reason);
        }
        var batch = new SampleBatch();
        for (var step = 0; step < steps; step++)
        {
            for (var target = 0; target < targets; target++)
            {
                batch.Clear();
                var timeMs = fleet.TimeMs(target, step);
                for (var item = 0; item < FleetData.SeriesPerTarget; item++)
                {
                    var series = target * FleetData.SeriesPerTarget + item;
                    batch.Add(handles[series], timeMs, fleet.Value(series, step));
                }
                store.Append(batch);
            }
        }
    }

    static int Option(string[] args, string name, int otherwise)
    {
        var at = Array.IndexOf(args, name);
        return at >= 0 && at + 1 < args.Length ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : otherwise;
    }
}
