using System.Text.Json;

namespace Pharos.Tests.Server.Metrics.Api;

public sealed class SelfMetricsEndpointTests
{
    [Fact]
    public async Task The_servers_own_families_come_as_json_and_by_a_pattern_of_whole_names()
    {
        await using var server = await RunningServer.StartAsync();

        var all = await Families(server, "");
        var head = Assert.Single(await Families(server, "?metric_name_pattern=prometheus_tsdb_head_seri.s"));

        Assert.Contains("prometheus_build_info", all.Select(NameOf));
        Assert.Equal(("prometheus_tsdb_head_series", "GAUGE"), (NameOf(head), head.GetProperty("type").GetString()));
        Assert.Equal(JsonValueKind.Number, head.GetProperty("metric")[0].GetProperty("gauge").GetProperty("value").ValueKind);
        Assert.Empty(await Families(server, "?metric_name_pattern=prometheus_tsdb_head_seri"));
    }

    [Fact]
    public async Task Every_family_of_the_stores_exposition_is_there()
    {
        await using var server = await RunningServer.StartAsync();

        var text = await server.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        var exposed = text.Split('\n').Where(line => line.StartsWith("# TYPE prometheus_tsdb_", StringComparison.Ordinal)).Select(line => line.Split(' ')[2]).ToList();

        Assert.NotEmpty(exposed);
        Assert.Empty(exposed.Except((await Families(server, "?metric_name_pattern=prometheus_tsdb_.*")).Select(NameOf)));
    }

    [Theory]
    [InlineData("(", "invalid parameter \"metric_name_pattern\": ")]
    [InlineData("a%7B9999999%7D", "invalid parameter \"metric_name_pattern\": ")]
    public async Task A_pattern_that_is_none_is_refused(string pattern, string message)
    {
        await using var server = await RunningServer.StartAsync();

        var (status, body) = await server.GetAsync($"/api/v1/status/self_metrics?metric_name_pattern={pattern}");

        Assert.Equal((400, "bad_data"), (status, body.GetProperty("errorType").GetString()));
        Assert.StartsWith(message, body.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    static async Task<List<JsonElement>> Families(RunningServer server, string query)
    {
        var (status, body) = await server.GetAsync($"/api/v1/status/self_metrics{query}");
        Assert.Equal(200, status);
        return [.. body.GetProperty("data").EnumerateArray()];
    }

    static string NameOf(JsonElement family) => family.GetProperty("name").GetString()!;
}
