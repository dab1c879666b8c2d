using System.Text.RegularExpressions;

namespace Pharos.EndToEnd.Api;

/// <summary>promtool as a client: what it prints of Pharos is what it prints of the real server.</summary>
public sealed partial class PromtoolClientTests(ServerPair servers) : IClassFixture<ServerPair>
{
    /// <summary>Arguments separated by bars; SERVER stands for the address. Times in the output are left out of the comparison.</summary>
    [Theory]
    [InlineData("check|healthy|--url=SERVER")]
    [InlineData("check|ready|--url=SERVER")]
    [InlineData("query|instant|SERVER|app_requests_total")]
    [InlineData("query|instant|SERVER|1 + 1")]
    [InlineData("query|instant|-o|json|SERVER|app_seconds_bucket")]
    [InlineData("query|instant|SERVER|prometheus_http_request_duration_seconds{handler=\"/metrics\"} * 0")]
    [InlineData("query|instant|SERVER|sum(")]
    [InlineData("query|range|--start=1700000000|--end=1700000060|--step=20s|SERVER|vector(time())")]
    [InlineData("query|range|-o|json|--start=1700000000|--end=1700000060|--step=20s|SERVER|vector(1)")]
    [InlineData("query|series|--match=app_requests_total|--match=up{job=\"app\"}|SERVER")]
    [InlineData("query|series|SERVER")]
    [InlineData("query|labels|SERVER|job")]
    [InlineData("query|labels|--match=up|SERVER|env")]
    [InlineData("query|analyze|--server=SERVER|--type=histogram|--match=app_seconds_bucket")]
    public void Prints_the_same(string arguments)
    {
        var expected = Run(servers.Prometheus, arguments);
        var actual = Run(servers.Pharos, arguments);

        Assert.Equal(expected.Code, actual.Code);
        if (expected.Code == 0) Assert.Equal(expected.Output, actual.Output); // Words of errors are each server's own.
    }

    [Fact]
    public void Pushes_a_file_of_metrics()
    {
        foreach (var server in (HttpClient[])[servers.Prometheus, servers.Pharos])
        {
            Assert.Equal(0, Run(server, "push|metrics|--label=job=pushed|SERVER/api/v1/write").Code);
            Assert.Contains("pushed_total{job=\"pushed\", source=\"a file\"} => 12 @", Run(server, "query|instant|SERVER|pushed_total").Output);
        }
    }

    [Fact]
    public void Gathers_what_is_needed_to_find_a_fault()
    {
        var folder = Directory.CreateTempSubdirectory("pharos-debug-").FullName;
        try
        {
            var (code, output) = Run(servers.Pharos, "debug|metrics|SERVER", folder);

            Assert.True(code == 0, output);
            Assert.NotEmpty(Directory.EnumerateFiles(folder, "*.tar.gz"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static (int Code, string Output) Run(HttpClient server, string arguments, string? folder = null)
    {
        var address = server.BaseAddress!.ToString().TrimEnd('/');
        var input = "# TYPE pushed_total counter\npushed_total{source=\"a file\"} 12\n"u8.ToArray();
        var (code, output) = Peers.Run(Peers.Find("promtool"), input, folder, [.. arguments.Split('|').Select(argument => argument.Replace("SERVER", address, StringComparison.Ordinal))]);
        return (code, string.Join('\n', MomentPattern().Replace(output.Replace(address, "SERVER", StringComparison.Ordinal).Replace("Prometheus Server", "Pharos", StringComparison.Ordinal), "NOW").Split('\n').Order(StringComparer.Ordinal)));
    }

    /// <summary>Times of this century, in seconds.</summary>
    [GeneratedRegex(@"\b1[79]\d{8}(\.\d+)?\b")]
    private static partial Regex MomentPattern();
}
