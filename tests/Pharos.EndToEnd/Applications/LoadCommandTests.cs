using System.Text.Json;
using System.Text.RegularExpressions;
using Pharos.EndToEnd.Processes;

namespace Pharos.EndToEnd.Applications;

/// <summary>The verb <c>load</c> as users run it.</summary>
public sealed class LoadCommandTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Thresholds_decide_the_exit_code()
    {
        await using var shop = await RunningShop.StartAsync();
        var url = $"{shop.Client.BaseAddress}metrics";

        var good = await PharosProcess.RunAsync(folder.Path, "load", url, "--rate", "50", "--duration", "1s", "--max-error-ratio", "0", "--p95", "10s", "--json");
        var bad = await PharosProcess.RunAsync(folder.Path, "load", $"{shop.Client.BaseAddress}absent", "--rate", "50", "--duration", "1s", "--max-error-ratio", "0.5", "--p99", "1ms");

        Assert.Equal(0, good.ExitCode);
        using var json = JsonDocument.Parse(good.Output);
        Assert.Equal((50, 50), (json.RootElement.GetProperty("visits_due").GetInt32(), json.RootElement.GetProperty("statuses").GetProperty("200").GetInt32()));
        Assert.Equal(2, bad.ExitCode);
        Assert.Contains("answers   404: 50", bad.Output);
        Assert.Contains("missed: error ratio 1 is above 0.5", bad.Output);
    }

    [Theory]
    [InlineData("what shall be asked? write an address such as http://127.0.0.1:8000/, or --scenario FILE")]
    [InlineData("\"ftp://x\" is no http address; write one such as http://127.0.0.1:8000/", "ftp://x")]
    [InlineData("--rate: \"0\" cannot be used; write how many a second, above 0 and at most 200000", "http://127.0.0.1:1", "--rate", "0")]
    [InlineData("--rate: \"NaN\" cannot be used; write how many a second, above 0 and at most 200000", "http://127.0.0.1:1", "--rate", "NaN")]
    [InlineData("--rate: \"Infinity\" cannot be used; write how many a second, above 0 and at most 200000", "http://127.0.0.1:1", "--rate", "Infinity")]
    [InlineData("--duration: \"5\" cannot be used; write a duration such as \"30s\" or \"2m\", above 0 and at most 30d", "http://127.0.0.1:1", "--duration", "5")]
    [InlineData("--max-in-flight: \"0\" cannot be used; write a whole number from 1 to 100000", "http://127.0.0.1:1", "--max-in-flight", "0")]
    [InlineData("--max-error-ratio: \"-1\" cannot be used; write a share from 0 to 1, such as 0.01", "http://127.0.0.1:1", "--max-error-ratio", "-1")]
    [InlineData("--header: \"a\" has no \":\"; write \"Name: value\"", "http://127.0.0.1:1", "--header", "a")]
    [InlineData("--method: \"G T\" is no method; write GET, POST, PUT, PATCH, DELETE or HEAD", "http://127.0.0.1:1", "--method", "G T")]
    [InlineData("--body does not go with --scenario; write it in the steps", "http://127.0.0.1:1", "--scenario", "absent.yml", "--body", "x")]
    public async Task What_cannot_be_done_is_told(string expected, params string[] arguments)
    {
        var (exitCode, output, error) = await PharosProcess.RunAsync(folder.Path, ["load", .. arguments]);

        Assert.Equal((1, ""), (exitCode, output));
        Assert.Contains($"pharos: {expected}\n", error);
    }

    /// <summary>A closed loop of one connection and an open one agree about a service that stalls for nobody, in one round of several at least:
    /// the machine may stall for others.</summary>
    [Fact]
    public async Task Wrk_finds_the_same_of_a_quick_service()
    {
        const int rounds = 8;
        var program = Peers.Find("wrk");
        await using var shop = await RunningShop.StartAsync();
        var url = $"{shop.Client.BaseAddress}";
        await PharosProcess.RunAsync(folder.Path, "load", url, "--rate", "500", "--duration", "2s"); // Both meet a service that is warm.
        var told = new List<(double Wrk, double Ours)>();
        do
        {
            told.Add((MedianByWrk(program, url), await MedianByUsAsync(url)));
        }
        while (!Agree(told[^1]) && told.Count < rounds);
        Assert.True(Agree(told[^1]), string.Join('\n', told));
    }

    /// <summary>Ours waits between requests, so that caches cool, and starts the timer of each: a few hundred microseconds above, never below by much.</summary>
    static bool Agree((double Wrk, double Ours) medians) => medians.Ours >= medians.Wrk * 0.5 && medians.Ours <= medians.Wrk + 0.01;

    static double MedianByWrk(string program, string url)
    {
        var (_, told) = Peers.Run("/usr/bin/env", [], $"LD_LIBRARY_PATH={StoreServer.LibrariesBeside(program)}", program, "-t1", "-c1", "-d2s", "--latency", url);
        var median = Regex.Match(told, @"50%\s+([\d.]+)(us|ms|s)");
        Assert.True(median.Success, told);
        var unit = median.Groups[2].Value switch { "us" => 1e6, "ms" => 1e3, _ => 1 };
        return double.Parse(median.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) / unit;
    }

    async Task<double> MedianByUsAsync(string url)
    {
        var told = await PharosProcess.RunAsync(folder.Path, "load", url, "--rate", "200", "--duration", "2s", "--json");
        using var json = JsonDocument.Parse(told.Output);
        return json.RootElement.GetProperty("service_seconds").GetProperty("p50").GetDouble();
    }
}
