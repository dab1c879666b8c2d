using System.Text.Json;
using Pharos.Model.Labels;
using Pharos.Query.PromQL;
using Pharos.Query.PromQL.Planning;
using Pharos.Query.PromQL.Syntax;
using Pharos.Query.PromQL.Testing;

namespace Pharos.Conformance.PromQL;

/// <summary>Queries of the compliance tester over a synthetic copy of the demo service: those that should fail are refused, all others give a result of their kind.</summary>
public sealed class ComplianceTests
{
    const long EndMs = 1_700_000_000_000;

    [Fact]
    public void Every_query_is_answered_or_refused_as_it_should()
    {
        var source = Demo();
        var engine = new PromQlEngine(new());
        var faults = new List<string>();
        var count = 0;
        foreach (var line in File.ReadLines(Corpus.Path("promql-compliance", "queries-expanded.jsonl")))
        {
            using var entry = JsonDocument.Parse(line);
            var query = entry.RootElement.GetProperty("query").GetString()!;
            var shouldFail = entry.RootElement.GetProperty("should_fail").GetBoolean();
            count++;
            try
            {
                using var result = engine.Range(source, query, EndMs - 600_000, EndMs, 10_000, QueryLimits.Default, TestContext.Current.CancellationToken);
                if (shouldFail) faults.Add($"answered: {query}");
                else if (result.Kind != ValueKind.Matrix) faults.Add($"gave a {result.Kind}: {query}");
            }
            catch (Exception error) when (error is PromQlSyntaxException or PromQlEvaluationException)
            {
                if (!shouldFail) faults.Add($"{error.Message}: {query}");
            }
        }
        Assert.True(count > 300, $"{count} queries");
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    /// <summary>Three instances of the demo service, an hour at 10 s.</summary>
    static MemorySource Demo()
    {
        var source = new MemorySource();
        string[] bounds = ["0.0001", "0.001", "0.01", "0.1", "1", "10", "+Inf"];
        for (var instance = 0; instance < 3; instance++)
        {
            (string, string)[] common = [("instance", $"demo.promlabs.com:1000{instance}"), ("job", "demo")];
            Fill(source, [("__name__", "demo_num_cpus"), .. common], _ => 4);
            Fill(source, [("__name__", "demo_disk_usage_bytes"), .. common], step => 1e9 + step * 1e5);
            Fill(source, [("__name__", "demo_disk_total_bytes"), .. common], _ => 1e11);
            Fill(source, [("__name__", "demo_batch_last_success_timestamp_seconds"), .. common], step => EndMs / 1000.0 - step);
            Fill(source, [("__name__", "demo_is_holiday"), .. common], step => step % 2);
            Fill(source, [("__name__", "demo_intermittent_metric"), .. common], step => step % 7 < 3 ? step : double.NaN);
            Fill(source, [("__name__", "demo_items_shipped_total"), .. common], step => step * 3.0);
            foreach (var type in (string[])["used", "free", "buffers", "cached"]) Fill(source, [("__name__", "demo_memory_usage_bytes"), .. common, ("type", type)], step => 1e8 + step * type.Length * 1000.0);
            foreach (var mode in (string[])["idle", "user", "system"]) Fill(source, [("__name__", "demo_cpu_usage_seconds_total"), .. common, ("mode", mode)], step => step * mode.Length / 10.0);
            foreach (var bound in bounds)
            {
                Fill(source, [("__name__", "demo_api_request_duration_seconds_bucket"), .. common, ("le", bound), ("method", "GET"), ("path", "/api/foo"), ("status", "200")], step => step * (Array.IndexOf(bounds, bound) + 1.0));
            }
            Fill(source, [("__name__", "demo_api_request_duration_seconds_count"), .. common, ("method", "GET"), ("path", "/api/foo"), ("status", "200")], step => step * 7.0);
        }
        return source;
    }

    static void Fill(MemorySource source, (string, string)[] labels, Func<int, double> value)
    {
        var series = source.Series(LabelSet.From(labels));
        for (var step = 0; step < 360; step++) series.Add(EndMs - 3_600_000 + step * 10_000L, value(step));
    }
}
