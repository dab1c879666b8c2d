using System.Globalization;
using System.Text;
using Pharos.EndToEnd.Processes;
using Pharos.Model.Samples;
using Pharos.Server.Metrics.RemoteRead;
using Pharos.Server.Wire;
using Snappier;

namespace Pharos.EndToEnd.Answers;

/// <summary>The real Prometheus, which has nothing of its own, reads from Pharos and answers as Pharos does itself.</summary>
public sealed class RemoteReadTests
{
    const int Samples = 400;
    const long StepMs = 15_000;

    static readonly string[] Queries =
    [
        "floats", "mixed", "whole", "parts", "custom", "histogram_count(whole)", "histogram_sum(parts)", "rate(whole[2m])", "increase(parts[5m])", "sum(rate(whole[2m])) + sum(rate(parts[2m]))",
        "histogram_quantile(0.9, rate(whole[5m]))", "histogram_quantile(0.5, custom)", "histogram_fraction(0, 1, rate(parts[5m]))", "resets(whole[1h])", "changes(mixed[1h])",
        "count_over_time(mixed[1h])", "avg_over_time(gauge[10m])", "delta(gauge[10m])",
    ];

    [Fact]
    public async Task Floats_and_native_histograms_arrive_as_chunks_and_mean_the_same()
    {
        Peers.Find("prometheus");
        using var folder = new TemporaryFolder();
        folder.Write("prometheus.yml", "scrape_configs: []\n");
        await using var pharos = await PharosProcess.ServeAsync(folder.Path, folder.Data);
        await using var prometheus = await RunningPrometheus.StartAsync($"scrape_configs: []\nremote_read: [{{url: \"{pharos.Url}api/v1/read\", read_recent: true}}]\n");
        var endMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / StepMs * StepMs;
        var startMs = endMs - (Samples - 1) * StepMs;
        await WriteAsync(pharos, startMs);

        var differences = new List<string>();
        foreach (var query in Queries)
        {
            await CompareAsync("query", query, new() { ["query"] = query, ["time"] = Seconds(endMs - 2 * StepMs) });
            // Not from the first sample on: 3.5 takes a histogram's rate to begin before its zero, which later ones mended.
            await CompareAsync("query_range", query, new() { ["query"] = query, ["start"] = Seconds(startMs + 600_000), ["end"] = Seconds(endMs), ["step"] = "37s" });
        }

        Assert.True(differences.Count == 0, string.Join('\n', differences));
        Assert.Matches("prometheus_remote_read_client_queries_total{[^}]*response_type=\"chunked\"[^}]*} [1-9]", await prometheus.Client.GetStringAsync("/metrics"));

        async Task CompareAsync(string path, string query, Dictionary<string, string> form)
        {
            var (read, own) = (await QueryAnswer.AskAsync(prometheus.Client, path, form), await QueryAnswer.AskAsync(pharos.Client, path, form));
            if (own.Series.Count == 0) differences.Add($"{path}, {query}: nothing to compare");
            if (own.DifferenceFrom(read) is { } difference) differences.Add($"{path}, {query}: {difference}");
        }
    }

    static async Task WriteAsync(PharosProcess pharos, long startMs)
    {
        var request = new ProtoWriter();
        foreach (var (name, sampleOf) in new (string, Func<int, (double, FloatHistogram?)>)[]
        {
            ("floats", i => (i * 0.1, null)),
            ("whole", i => (0, Grown(i % 150, 1))), // Two resets in between.
            ("parts", i => (0, Grown(i, 0.3))),
            ("gauge", i => (0, Grown(200 + (int)(100 * Math.Sin(i / 9.0)), 1) with { Hint = CounterResetHint.Gauge })),
            ("custom", i => (0, Grown(i, 2) with { Schema = FloatHistogram.CustomBucketsSchema, ZeroCount = 0, ZeroThreshold = 0, CustomValues = [0.005, 1 / 3.0, 1, 2, 5], PositiveSpans = [new(0, 3)], NegativeSpans = [], NegativeBuckets = [] })),
            ("mixed", i => i / 20 % 2 == 0 ? (i, null) : (0, Grown(i, 1) with { Schema = i / 100 })),
        })
        {
            var series = new ProtoWriter();
            var label = new ProtoWriter();
            label.Bytes(1, "__name__"u8);
            label.Bytes(2, Encoding.UTF8.GetBytes(name));
            series.Message(1, label);
            for (var i = 0; i < Samples; i++)
            {
                var (value, histogram) = sampleOf(i);
                if (histogram is not null)
                {
                    series.Message(4, HistogramWriter.Write(histogram, startMs + i * StepMs));
                    continue;
                }
                var sample = new ProtoWriter();
                sample.Double(1, value);
                sample.Int64(2, startMs + i * StepMs);
                series.Message(2, sample);
            }
            request.Message(1, series);
        }
        using var content = new ByteArrayContent(Snappy.CompressToArray(request.Written));
        content.Headers.ContentType = new("application/x-protobuf");
        content.Headers.ContentEncoding.Add("snappy");
        (await pharos.Client.PostAsync("api/v1/write", content)).EnsureSuccessStatusCode();
    }

    static FloatHistogram Grown(int age, double share) => new()
    {
        Schema = 2,
        ZeroThreshold = 0.001,
        ZeroCount = age * share,
        Count = age * share * 9,
        Sum = age * 1.7,
        PositiveSpans = [new(-3, 2), new(2, 1)],
        PositiveBuckets = [age * share, age * share * 2, age * share * 4],
        NegativeSpans = [new(0, 1)],
        NegativeBuckets = [age * share],
    };

    static string Seconds(long ms) => (ms / 1000.0).ToString(CultureInfo.InvariantCulture);
}
