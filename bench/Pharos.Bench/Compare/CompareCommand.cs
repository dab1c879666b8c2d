using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Pharos.Bench.Compare;

/// <summary>Runs Prometheus and Pharos over the same data on the same machine in the same run, and prints the ratios.</summary>
/// <remarks>`compare --prometheus PATH --pharos PATH [--only start,ingest,scrape,day] [--targets 100] [--steps 240]`</remarks>
static class CompareCommand
{
    const int ReferencePort = 9790;
    const int OurPort = 9791;
    const int TargetPort = 9792;
    const int Repeats = 7;
    const int Starts = 5;

    public static async Task<int> RunAsync(string[] args)
    {
        string Option(string name, string otherwise) => Array.IndexOf(args, name) is var at and >= 0 && at + 1 < args.Length ? args[at + 1] : otherwise;
        var prometheus = Option("--prometheus", "prometheus");
        var pharos = Option("--pharos", "pharos");
        var parts = Option("--only", "start,ingest,scrape,day").Split(',');
        var work = Option("--work", Path.Combine(Path.GetTempPath(), "pharos-compare"));
        var targets = int.Parse(Option("--targets", "100"), CultureInfo.InvariantCulture);
        var steps = int.Parse(Option("--steps", "240"), CultureInfo.InvariantCulture);
        if (Directory.Exists(work)) Directory.Delete(work, recursive: true);
        var table = new RatioTable();
        if (parts.Contains("start")) await StartAsync(table, prometheus, pharos, work);
        if (parts.Contains("ingest")) await IngestAsync(table, prometheus, pharos, work, "write", targets, steps, seriesPerRequest: 2_000, stepsPerRequest: 1, ComparedQueries.All);
        if (parts.Contains("scrape")) await ScrapeAsync(table, prometheus, pharos, work);
        if (parts.Contains("day")) await IngestAsync(table, prometheus, pharos, work, "day", 10, 24 * 240, seriesPerRequest: 500, stepsPerRequest: 20, [.. ComparedQueries.All, .. ComparedQueries.OfADay]);
        table.Print();
        return 0;
    }

    /// <summary>From the start of the process until it says that it is ready, each time with an empty folder; the two servers in turn.</summary>
    static async Task StartAsync(RatioTable table, string prometheus, string pharos, string work)
    {
        var seconds = new List<double>[] { [], [] };
        for (var round = 0; round < Starts; round++)
        {
            for (var i = 0; i < 2; i++)
            {
                var watch = Stopwatch.StartNew();
                using var server = i == 0
                    ? MeasuredServer.Prometheus(prometheus, Path.Combine(work, $"start-prometheus-{round}"), ReferencePort, null)
                    : MeasuredServer.Pharos(pharos, Path.Combine(work, $"start-pharos-{round}"), OurPort, null);
                await server.WaitReadyAsync();
                seconds[i].Add(watch.Elapsed.TotalSeconds);
            }
        }
        var medians = seconds.Select(list => list.Order().ElementAt(list.Count / 2)).ToArray();
        table.Add("start: seconds to ready, empty folder", medians[0], medians[1]);
    }

    static async Task IngestAsync(RatioTable table, string prometheus, string pharos, string work, string name, int targets, int steps, int seriesPerRequest, int stepsPerRequest, ComparedQuery[] queries)
    {
        var nowMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var endMs = nowMs - nowMs % 15_000 - 30_000;
        var data = new FleetData(targets, endMs - (steps - 1) * 15_000L, 15_000);
        var sender = new RemoteWriteSender(data, connections: 4);
        var millions = (double)data.SeriesCount * steps / 1e6;
        using var reference = MeasuredServer.Prometheus(prometheus, Path.Combine(work, $"{name}-prometheus"), ReferencePort, null);
        using var ours = MeasuredServer.Pharos(pharos, Path.Combine(work, $"{name}-pharos"), OurPort, null);
        var label = string.Create(CultureInfo.InvariantCulture, $"{name} ({data.SeriesCount / 1000} k series x {steps})");
        var costs = new List<(double Cpu, double Anon, double Resident, double Rate)>();
        foreach (var server in (MeasuredServer[])[reference, ours])
        {
            await server.WaitReadyAsync();
            var before = server.CpuSeconds;
            var seconds = await sender.SendAsync(server.Http, steps, seriesPerRequest, stepsPerRequest);
            await server.SettleAsync();
            costs.Add(((server.CpuSeconds - before) / millions, server.AnonMegabytes, server.ResidentMegabytes, millions / seconds));
        }
        table.Add($"{label}: CPU s per million samples, remote write", costs[0].Cpu, costs[1].Cpu);
        table.Add($"{label}: million samples/s accepted", costs[0].Rate, costs[1].Rate, higherIsBetter: true);
        table.Add($"{label}: RssAnon MB after ingest", costs[0].Anon, costs[1].Anon);
        table.Add($"{label}: RSS MB after ingest", costs[0].Resident, costs[1].Resident);
        var bytes = await Task.WhenAll(BlockBytesAsync(reference, millions), BlockBytesAsync(ours, millions));
        table.Add($"{label}: bytes a sample, all files", bytes[0].All, bytes[1].All);
        if (bytes[0].Blocks > 0 && bytes[1].Blocks > 0) table.Add($"{label}: bytes a sample, blocks alone", bytes[0].Blocks, bytes[1].Blocks);
        await QueriesAsync(table, label, reference, ours, queries, endMs);
        table.Add($"{label}: seconds to ready after kill -9", await reference.KillAndRestartAsync(), await ours.KillAndRestartAsync());
    }

    static async Task QueriesAsync(RatioTable table, string label, MeasuredServer reference, MeasuredServer ours, ComparedQuery[] queries, long endMs)
    {
        var ratios = new List<double>();
        foreach (var query in queries) ratios.Add(await AskAsync(table, $"{label}: {query.Name}", reference, ours, PathOf(query, endMs), AnswerDifference.Of));
        table.Add($"{label}: queries, geometric mean of the ratios", 1, Math.Exp(ratios.Average(Math.Log)));
        foreach (var lookup in ComparedLookup.All) await AskAsync(table, $"{label}: {lookup.Name}", reference, ours, lookup.Path, AnswerDifference.OfLists);
    }

    /// <summary>Asks both servers in turn, and compares the first answers.</summary>
    /// <returns>Our median by the reference's.</returns>
    static async Task<double> AskAsync(RatioTable table, string name, MeasuredServer reference, MeasuredServer ours, string path, Func<string, string, string?> differenceOf)
    {
        var times = new List<double>[] { [], [] };
        var answers = new string[2];
        for (var repeat = 0; repeat <= Repeats; repeat++)
        {
            for (var i = 0; i < 2; i++)
            {
                var http = i == 0 ? reference.Http : ours.Http;
                var watch = Stopwatch.StartNew();
                using var answer = await http.GetAsync(path);
                var body = await answer.Content.ReadAsStringAsync();
                if (repeat > 0) times[i].Add(watch.Elapsed.TotalMilliseconds); // The first is not counted.
                else answers[i] = answer.IsSuccessStatusCode ? body : $"{(int)answer.StatusCode}: {body}";
            }
        }
        var medians = times.Select(list => list.Order().ElementAt(list.Count / 2)).ToArray();
        var difference = differenceOf(answers[0], answers[1]);
        table.Add($"{name}, ms{(difference is null ? "" : $" (DIFFERENT: {difference})")}", medians[0], medians[1]);
        return medians[1] / medians[0];
    }

    static string PathOf(ComparedQuery query, long endMs)
    {
        var end = (endMs / 1000.0).ToString(CultureInfo.InvariantCulture);
        var expression = Uri.EscapeDataString(query.Expression);
        return query.RangeMinutes == 0
            ? $"/api/v1/query?query={expression}&time={end}"
            : string.Create(CultureInfo.InvariantCulture, $"/api/v1/query_range?query={expression}&start={endMs / 1000.0 - query.RangeMinutes * 60}&end={end}&step={query.StepSeconds}");
    }

    static async Task ScrapeAsync(RatioTable table, string prometheus, string pharos, string work)
    {
        const int targets = 100;
        await using var fleet = await ScrapeTargets.StartAsync(targets, TargetPort);
        var config = ScrapeTargets.Config(targets, TargetPort, "1s");
        var costs = new List<(double Cpu, double Anon)>();
        foreach (var isOurs in (bool[])[false, true])
        {
            using var server = isOurs
                ? MeasuredServer.Pharos(pharos, Path.Combine(work, "scrape-pharos"), OurPort, config)
                : MeasuredServer.Prometheus(prometheus, Path.Combine(work, "scrape-prometheus"), ReferencePort, config);
            await server.WaitReadyAsync();
            await Task.Delay(TimeSpan.FromSeconds(8)); // Series are created; the steady state is what counts.
            var (cpu, served) = (server.CpuSeconds, fleet.Served);
            await Task.Delay(TimeSpan.FromSeconds(30));
            costs.Add(((server.CpuSeconds - cpu) / ((fleet.Served - served) / 1e6), server.AnonMegabytes));
        }
        table.Add($"scrape ({targets} targets x 1000 series every second): CPU s per million samples", costs[0].Cpu, costs[1].Cpu);
        table.Add($"scrape ({targets} targets x 1000 series every second): RssAnon MB", costs[0].Anon, costs[1].Anon);
    }

    static async Task<(double All, double Blocks)> BlockBytesAsync(MeasuredServer server, double millions)
    {
        await Task.Yield();
        var files = Directory.EnumerateFiles(server.DataFolder, "*", SearchOption.AllDirectories).Select(path => new FileInfo(path)).ToArray();
        var all = files.Sum(file => file.Exists ? file.Length : 0);
        var blocks = files.Where(file => file.Exists && (file.FullName.EndsWith(".block", StringComparison.Ordinal) || file.FullName.Contains("/chunks/", StringComparison.Ordinal) || file.Name == "index")).Sum(file => file.Length);
        var samples = await BlockSamplesAsync(server);
        return (all / (millions * 1e6), samples > 0 ? blocks / samples : 0);
    }

    /// <summary>Samples in blocks: from Prometheus' meta.json, from the status door of Pharos.</summary>
    static async Task<double> BlockSamplesAsync(MeasuredServer server)
    {
        var metas = Directory.EnumerateFiles(server.DataFolder, "meta.json", SearchOption.AllDirectories).ToArray();
        if (metas.Length > 0) return metas.Sum(path => (double)JsonDocument.Parse(File.ReadAllText(path)).RootElement.GetProperty("stats").GetProperty("numSamples").GetInt64());
        using var answer = await server.Http.GetAsync("/api/v1/status/tsdb/blocks");
        if (!answer.IsSuccessStatusCode) return 0;
        using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return document.RootElement.GetProperty("data").GetProperty("blocks").EnumerateArray().Sum(block => block.GetProperty("stats").GetProperty("numSamples").GetDouble());
    }
}
