using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Pharos.EndToEnd.Answers;
using Pharos.EndToEnd.Processes;

namespace Pharos.EndToEnd.Scraping;

/// <summary>One target a line: what a real Prometheus takes, Pharos takes with the same values, and what it refuses is refused.</summary>
public sealed class OddLinesTests
{
    /// <summary>A blank before a name is taken into the name by Prometheus (decision 20). None of <see cref="OddLines"/> has one.</summary>
    [Fact]
    public async Task Odd_lines_are_taken_and_refused_as_Prometheus_does()
    {
        Peers.Find("prometheus");
        var now = DateTimeOffset.UtcNow;
        var bodies = OddLines.Text.Select(line => (Line: line, Type: "text/plain; version=0.0.4", Body: $"first 1\n{line}\nlast 1\n"))
            .Concat(OddLines.OpenMetrics.Select(line => (Line: $"OpenMetrics {line}", Type: "application/openmetrics-text; version=1.0.0; charset=utf-8", Body: $"first 1\n{line}\nlast 1\n# EOF\n")))
            .Select(each => each with { Body = Timed(each.Body, now) })
            .ToArray();
        await using var target = await LocalServer.StartAsync(context =>
        {
            var (_, type, body) = bodies[int.Parse(context.Request.Path.Value![1..], CultureInfo.InvariantCulture)];
            context.Response.ContentType = type;
            return context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(body)).AsTask();
        });
        var config = new StringBuilder("global: {scrape_interval: 5s, scrape_timeout: 5s}\nscrape_configs:\n- job_name: odd\n  static_configs:\n");
        for (var i = 0; i < bodies.Length; i++) config.AppendLine(CultureInfo.InvariantCulture, $"  - {{targets: ['{target.Address}'], labels: {{__metrics_path__: '/{i}', case: '{i}'}}}}");
        using var folder = new TemporaryFolder();
        folder.Write("prometheus.yml", config.ToString());
        await using var prometheus = await RunningPrometheus.StartAsync(config.ToString());
        await using var pharos = await PharosProcess.ServeAsync(folder.Path, folder.Data);

        var (expected, found) = (Array.Empty<string>(), Array.Empty<string>());
        await Eventually.HoldsAsync(
            async () =>
            {
                (expected, found) = (await KnowAsync(prometheus.Client, bodies.Length), await KnowAsync(pharos.Client, bodies.Length));
                return !expected.Contains("unknown") && expected.SequenceEqual(found);
            },
            () => "both tell the same; they differ in\n" + string.Join('\n', Enumerable.Range(0, bodies.Length).Where(i => expected[i] != found[i]).Select(i => $"{bodies[i].Line}\n  Prometheus: {expected[i]}\n  Pharos:     {found[i]}")));
        var own = await pharos.Client.GetStringAsync("metrics", TestContext.Current.CancellationToken);
        Assert.DoesNotContain("\nprometheus_target_scrapes_sample_out_of_bounds_total 0\n", own, StringComparison.Ordinal);
    }

    static string Timed(string text, DateTimeOffset now) => text
        .Replace("NOW", now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace("SECONDS", now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    /// <summary>By case: whether the target is up, its series with values, and the kinds of its families.</summary>
    static async Task<string[]> KnowAsync(HttpClient client, int cases)
    {
        var known = Enumerable.Range(0, cases).Select(_ => new SortedSet<string>(StringComparer.Ordinal)).ToArray();
        var health = Enumerable.Repeat("unknown", cases).ToArray();
        foreach (var one in (await DataAsync(client, "api/v1/targets?state=active")).GetProperty("activeTargets").EnumerateArray())
        {
            health[CaseOf(one.GetProperty("labels"))] = one.GetProperty("health").GetString()!;
        }
        foreach (var series in (await DataAsync(client, "api/v1/query?query=" + Uri.EscapeDataString("{case!='', __name__!~'up|scrape_.*'}"))).GetProperty("result").EnumerateArray())
        {
            var labels = series.GetProperty("metric");
            var text = string.Join(',', labels.EnumerateObject().Where(label => label.Name is not ("case" or "job" or "instance")).Select(label => label.ToString()).Order(StringComparer.Ordinal));
            known[CaseOf(labels)].Add($"{{{text}}} {series.GetProperty("value")[1].GetString()}");
        }
        foreach (var family in (await DataAsync(client, "api/v1/targets/metadata?limit=100000")).EnumerateArray())
        {
            var name = family.TryGetProperty("metric", out var metric) ? metric.GetString() : "";
            known[CaseOf(family.GetProperty("target"))].Add($"{name} is a {family.GetProperty("type").GetString()} \"{family.GetProperty("help").GetString()}\" {family.GetProperty("unit").GetString()}");
        }
        return [.. health.Select((state, i) => state == "up" ? $"up {string.Join(" ", known[i])}" : state)];
    }

    static int CaseOf(JsonElement labels) => int.Parse(labels.GetProperty("case").GetString()!, CultureInfo.InvariantCulture);

    static async Task<JsonElement> DataAsync(HttpClient client, string path) => JsonDocument.Parse(await client.GetStringAsync(path)).RootElement.GetProperty("data");
}
