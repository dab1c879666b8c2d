using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using Pharos.Model.Labels;
using Pharos.Server.Metrics.Exposition;
using Pharos.Server.Metrics.Scraping;

namespace Pharos.Bench.Scraping;

/// <summary>What reading an exposition of 10,000 samples costs: when nothing is known of it, and when the target showed the same series before.</summary>
/// <remarks>The sink stores nothing, so that only parsing and bookkeeping are measured. Divide by 10,000 for a sample.</remarks>
[MemoryDiagnoser]
public class ScrapeBenchmarks
{
    const int Series = 10_000;

    readonly byte[][] bodies = [Body(1), Body(2)];
    readonly SampleIntake intake = new(new NoStore(), new(0), new());
    readonly ScrapeWorkspace workspace = new();
    readonly ScrapeConfig config = new() { JobName = "bench" };
    readonly LabelSet labels = LabelSet.From(("job", "bench"), ("instance", "10.0.0.1:9100"));
    int turn;

    [Benchmark(Description = "read every line whole, 10k samples")]
    public double ReadWhole()
    {
        var reader = new ExpositionReader(bodies[0], ExpositionFormat.PrometheusText, workspace.Ranges, workspace.ExemplarRanges);
        var sum = 0.0;
        while (reader.Next())
        {
            if (reader.Kind == LineKind.Sample) sum += reader.Value;
        }
        return sum;
    }

    [Benchmark(Description = "steady scrape, 10k samples")]
    public int Steady()
    {
        turn++;
        intake.Take(bodies[turn & 1], ExpositionFormat.PrometheusText, config, labels, turn * 15_000L, workspace, isRepair: false, CancellationToken.None);
        return workspace.Batch.Count;
    }

    /// <summary>Labels as a service has them: about 110 bytes a line, values of several kinds.</summary>
    static byte[] Body(int seed)
    {
        var random = new Random(seed);
        var text = new StringBuilder();
        for (var i = 0; i < Series; i++)
        {
            if (i % 100 == 0) text.Append(CultureInfo.InvariantCulture, $"# HELP http_server_requests_{i / 100}_total Requests by route and status.\n# TYPE http_server_requests_{i / 100}_total counter\n");
            var value = (i % 4) switch { 0 => random.Next(1000), 1 => random.Next(10_000_000) / 1000.0, 2 => random.Next(), _ => random.NextDouble() };
            text.Append(CultureInfo.InvariantCulture, $"http_server_requests_{i / 100}_total{{endpoint=\"/api/v1/orders/{i % 100}\",method=\"GET\",status=\"200\",zone=\"eu-west-1\"}} {value}\n");
        }
        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
