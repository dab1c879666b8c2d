using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Pharos.Bench.Compare;

namespace Pharos.Bench.Alerts;

/// <summary>Posts many alerts at once to Alertmanager and to Pharos, in turn, and prints what accepting and telling them cost.</summary>
/// <remarks>`alerts --alertmanager PATH --pharos PATH [--alerts 10000] [--rounds 3] [--only posts,groups,alone,many]`. Fails when an alert is not told, or memory is not bounded.</remarks>
static class AlertsCommand
{
    const int ReferencePort = 9795;
    const int OurPort = 9796;
    const int SinkPort = 9797;

    /// <summary>What each alert of a hundred thousand may cost in memory; the peer takes about as much.</summary>
    const double MostKilobytesAnAlert = 10;

    const int Senders = 8;

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>One shape of a flood.</summary>
    /// <param name="GroupBy">Of the route.</param>
    /// <param name="InOnePost">How many alerts a request holds.</param>
    sealed record Flood(string Name, int Alerts, int Groups, string GroupBy, int InOnePost);

    sealed record Cost(double AcceptedSeconds, double ToldSeconds, double EndedSeconds, double CpuSeconds, double PeakAnonMegabytes, double AnonMegabytes, int Requests);

    public static async Task<int> RunAsync(string[] args)
    {
        string Option(string name, string otherwise) => Array.IndexOf(args, name) is var at and >= 0 && at + 1 < args.Length ? args[at + 1] : otherwise;
        var (alertmanager, pharos) = (Option("--alertmanager", "prometheus-alertmanager"), Option("--pharos", "pharos"));
        var alerts = int.Parse(Option("--alerts", "10000"), CultureInfo.InvariantCulture);
        var rounds = int.Parse(Option("--rounds", "3"), CultureInfo.InvariantCulture);
        var only = Option("--only", "groups,posts,alone,many").Split(',');
        var work = Option("--work", Path.Combine(Path.GetTempPath(), "pharos-alerts"));
        if (Directory.Exists(work)) Directory.Delete(work, recursive: true);
        await using var sink = await AlertSink.StartAsync($"http://127.0.0.1:{SinkPort}");
        Flood[] floods =
        [
            .. only.Contains("groups") ? (Flood[])[new("one post, 100 groups", alerts, 100, "[service]", alerts)] : [],
            .. only.Contains("posts") ? (Flood[])[new("posts of 64, 100 groups", alerts, 100, "[service]", 64)] : [],
            .. only.Contains("alone") ? (Flood[])[new("one post, each alert alone", alerts, 100, "['...']", alerts)] : [],
            .. only.Contains("many") ? (Flood[])[new("posts of 64, 1,000 groups", 10 * alerts, 1_000, "[service]", 64)] : [],
        ];
        var table = new RatioTable("Alertmanager");
        foreach (var flood in floods)
        {
            var costs = new List<Cost>[] { [], [] };
            for (var round = 0; round < rounds; round++)
            {
                for (var i = 0; i < 2; i++)
                {
                    var folder = Path.Combine(work, $"{Guid.NewGuid():N}");
                    using var server = i == 0
                        ? MeasuredServer.Alertmanager(alertmanager, folder, ReferencePort, Config(flood))
                        : MeasuredServer.PharosAsAlertmanager(pharos, folder, OurPort, Config(flood));
                    costs[i].Add(await MeasureAsync(server, flood, sink));
                }
            }
            void Add(string name, Func<Cost, double> figure) => table.Add($"{flood.Alerts.ToString("N0", CultureInfo.InvariantCulture)} alerts, {flood.Name}: {name}", Median(costs[0], figure), Median(costs[1], figure));
            Add("s until accepted", cost => cost.AcceptedSeconds);
            Add("s until all were told", cost => cost.ToldSeconds);
            Add("s until all ends were told", cost => cost.EndedSeconds);
            Add("CPU s of all that", cost => cost.CpuSeconds);
            Add("RssAnon MB at the highest", cost => cost.PeakAnonMegabytes);
            Add("RssAnon MB afterwards", cost => cost.AnonMegabytes);
            var perAlert = costs[1].Max(cost => cost.PeakAnonMegabytes) * 1024 / flood.Alerts;
            if (flood.Alerts >= 100_000 && perAlert > MostKilobytesAnAlert)
            {
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{perAlert:0.0} kB an alert are more than {MostKilobytesAnAlert}"));
                return 1;
            }
        }
        table.Print();
        return 0;
    }

    static double Median(List<Cost> costs, Func<Cost, double> figure) => costs.Select(figure).Order().ElementAt(costs.Count / 2);

    static string Config(Flood flood) => $$"""
        route: {receiver: sink, group_by: {{flood.GroupBy}}, group_wait: 1s, group_interval: 1s, repeat_interval: 1h}
        receivers: [{name: sink, webhook_configs: [{url: 'http://127.0.0.1:{{SinkPort}}/'}]}]
        """;

    static async Task<Cost> MeasureAsync(MeasuredServer server, Flood flood, AlertSink sink)
    {
        sink.Forget();
        await server.WaitReadyAsync();
        await server.SettleAsync(20);
        var now = TimeProvider.System.GetUtcNow();
        var firing = Bodies(flood, now, now.AddHours(1));
        var over = Bodies(flood, now, now.AddSeconds(1)); // Past when it is posted.
        var cpu = server.CpuSeconds;
        using var watching = new CancellationTokenSource();
        var peak = PeakAsync(server, watching.Token);
        var watch = Stopwatch.StartNew();
        await PostAsync(server, firing);
        var accepted = watch.Elapsed.TotalSeconds;
        await sink.UntilAsync(flood.Alerts, areResolved: false, Patience);
        var told = watch.Elapsed.TotalSeconds;
        var requests = sink.Requests;
        await Task.Delay(1_500);
        watch.Restart();
        await PostAsync(server, over);
        await sink.UntilAsync(flood.Alerts, areResolved: true, Patience);
        var ended = watch.Elapsed.TotalSeconds;
        await server.SettleAsync(20);
        await watching.CancelAsync();
        var cost = new Cost(accepted, told, ended, server.CpuSeconds - cpu, await peak, server.AnonMegabytes, requests);
        Console.Error.WriteLine($"{server.Name}, {flood.Name}: {cost}");
        return cost;
    }

    static async Task<double> PeakAsync(MeasuredServer server, CancellationToken stop)
    {
        var peak = 0.0;
        while (!stop.IsCancellationRequested)
        {
            peak = Math.Max(peak, server.AnonMegabytes);
            await Task.Delay(20, CancellationToken.None);
        }
        return peak;
    }

    /// <summary>As several Prometheus send them at once: each one request after the other.</summary>
    static Task PostAsync(MeasuredServer server, IReadOnlyList<byte[]> bodies) => Parallel.ForEachAsync(bodies, new ParallelOptions { MaxDegreeOfParallelism = Senders }, async (body, cancellation) =>
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var answer = await server.Http.PostAsync("/api/v2/alerts", content, cancellation);
        answer.EnsureSuccessStatusCode();
    });

    static IReadOnlyList<byte[]> Bodies(Flood flood, DateTimeOffset startsAt, DateTimeOffset endsAt)
    {
        var alerts = Enumerable.Range(0, flood.Alerts).Select(number => new
        {
            labels = new
            {
                alertname = "InstanceDown",
                service = $"service-{number % flood.Groups}",
                instance = $"10.{number >> 16}.{(number >> 8) & 255}.{number & 255}:9100",
                job = "node",
                severity = "critical",
                cluster = "eu-west-1",
            },
            annotations = new { summary = $"Instance {number} is down", description = "It was not reached for more than five minutes; look at its console, then at the network of its rack." },
            startsAt,
            endsAt,
            generatorURL = "http://prometheus.example:9090/graph?g0.expr=up+%3D%3D+0&g0.tab=1",
        });
        return [.. alerts.Chunk(flood.InOnePost).Select(chunk => JsonSerializer.SerializeToUtf8Bytes(chunk))];
    }
}
