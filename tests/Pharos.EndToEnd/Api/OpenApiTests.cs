using System.Text.Json;

namespace Pharos.EndToEnd.Api;

/// <summary>What Pharos answers fits the OpenAPI document of the newest Prometheus, down to the last key.</summary>
public sealed class OpenApiTests(ServerPair servers) : IClassFixture<ServerPair>
{
    /// <summary>The document says that a string result is two strings; Prometheus writes the time as a number, as for any other.</summary>
    const string Misdescribed = "query?query=\"a\"";

    [Fact]
    public async Task Every_answer_fits_the_document()
    {
        var corpus = Environment.GetEnvironmentVariable("PHAROS_CONFORMANCE");
        Assert.SkipWhen(string.IsNullOrEmpty(corpus), "PHAROS_CONFORMANCE names no folder of conformance corpora");
        var document = OpenApiDocument.Read(Path.Combine(corpus, "api", "prometheus-openapi-3.1.yaml"));
        var faults = new List<string>();
        var judged = 0;
        foreach (var call in ApiCalls.Good.Concat(ApiCalls.Bad).Append("scrape_pools/config?scrapePool=app"))
        {
            var (method, path) = call.StartsWith("POST ", StringComparison.Ordinal) ? ("post", call[5..].Split('?')[0]) : ("get", call.Split('?')[0]);
            var answer = await ApiAnswer.AskAsync(servers.Pharos, call);
            if (answer.Shape.Count == 0 || call == Misdescribed) continue; // Text, such as that of remote write.
            using var json = JsonDocument.Parse(answer.Body);
            faults.AddRange(document.Faults(method, path, answer.Status, json.RootElement).Select(fault => $"{call}: {fault}"));
            judged++;
        }
        Assert.True(faults.Count == 0, string.Join('\n', faults));
        Assert.True(judged > 120, $"only {judged} answers were judged");
    }

    [Fact]
    public async Task Every_feature_of_the_newest_Prometheus_is_told_as_present_or_absent()
    {
        var corpus = Environment.GetEnvironmentVariable("PHAROS_CONFORMANCE");
        Assert.SkipWhen(string.IsNullOrEmpty(corpus), "PHAROS_CONFORMANCE names no folder of conformance corpora");
        using var wanted = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(corpus, "api", "prometheus-features.json"), TestContext.Current.CancellationToken));
        using var answer = JsonDocument.Parse(await servers.Pharos.GetStringAsync("api/v1/features", TestContext.Current.CancellationToken));
        var told = answer.RootElement.GetProperty("data");

        var differences = Names(wanted.RootElement).Except(Names(told)).Select(name => $"- {name}").Concat(Names(told).Except(Names(wanted.RootElement)).Select(name => $"+ {name}"));

        Assert.Empty(differences);
    }

    static IEnumerable<string> Names(JsonElement groups) => groups.EnumerateObject().SelectMany(group => group.Value.EnumerateObject().Select(feature => $"{group.Name}.{feature.Name}"));
}
