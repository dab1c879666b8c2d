using System.Text;
using Pharos.EndToEnd.Processes;

namespace Pharos.EndToEnd.Scraping;

/// <summary><c>pharos check metrics</c> and the real <c>promtool check metrics</c> on the same text.</summary>
public sealed class SameAsPromtoolTests
{
    const string Poor = """
        # HELP http_requests total
        # TYPE http_requests counter
        http_requests{camelCase="x"} 1
        # TYPE x_milliseconds gauge
        x_milliseconds 1
        x_milliseconds 2
        # TYPE y_total gauge
        y_total{le="1",quantile="2"} 1
        # HELP z_bucket h
        # TYPE z_bucket gauge
        z_bucket 1
        # TYPE a_gauge_count gauge
        a_gauge_count 3
        # TYPE a:rule_ms histogram
        a:rule_ms_bucket{le="+Inf",fooBar="1"} 1
        a:rule_ms_sum 1
        a:rule_ms_count 1
        camelCase_days{a="1"} 3
        # TYPE lat summary
        lat{quantile="0.5"} 1
        lat_sum 1
        lat_count 1

        """;

    [Theory]
    [InlineData("")]
    [InlineData("# HELP good_total Good.\n# TYPE good_total counter\ngood_total 1\n")]
    [InlineData(Poor)]
    [InlineData("a 1")]
    [InlineData("a{b=\"\\t\"} 1\n")]
    [InlineData("# TYPE a counter\n# TYPE a counter\na 1\n")]
    [InlineData("a 1\n# TYPE a counter\n")]
    [InlineData("# TYPE a histogram\na_bucket{le=\"x\"} 1\n")]
    [InlineData("a{b=\"1\",b=\"2\"} 1\n")]
    [InlineData("a 1 2 3\n")]
    public void Exit_codes_and_advice_are_the_same(string text)
    {
        var promtool = Peers.Run(Peers.Find("promtool"), Encoding.UTF8.GetBytes(text), "check", "metrics");
        var pharos = Peers.Run(PharosProcess.ProgramPath, Encoding.UTF8.GetBytes(text), "check", "metrics");

        Assert.Equal(promtool.Code, pharos.Code);
        if (promtool.Code != 1) Assert.Equal(promtool.Output, pharos.Output); // How a parser words a fault is its own.
    }
}
