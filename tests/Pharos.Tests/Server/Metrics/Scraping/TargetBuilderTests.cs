using Pharos.Model.Labels;
using Pharos.Model.Text;
using Pharos.Model.Text.Re2Matching;
using Pharos.Server.Discovery;
using Pharos.Server.Metrics.Scraping;

namespace Pharos.Tests.Server.Metrics.Scraping;

public sealed class TargetBuilderTests
{
    static readonly ScrapeConfig Job = new() { JobName = "j", Params = [new("module", ["http_2xx", "second"]), new("x y", ["1&2"])] };

    [Fact]
    public void A_target_gets_the_job_s_defaults_and_its_address_as_instance()
    {
        var target = Build(Job, ("__address__", "h:80"), ("env", "prod"), ("__meta_zone", "a")).Target!;

        Assert.Equal("{env=\"prod\", instance=\"h:80\", job=\"j\"}", target.Labels.ToString());
        Assert.Equal("http://h/metrics?module=http_2xx&module=second&x%20y=1%262", target.Url.AbsoluteUri);
        Assert.Equal((60_000, 10_000), (target.IntervalMs, target.TimeoutMs));
        Assert.Equal("a", target.DiscoveredLabels["__meta_zone"]);
        Assert.Equal("", target.Identity["__meta_zone"]);
    }

    [Fact]
    public void An_address_with_a_login_is_refused_and_the_login_is_not_told()
    {
        var outcome = Build(Job, ("__address__", "me:hidden@h:80"));

        Assert.Null(outcome.Target);
        Assert.StartsWith("target {__address__=\"h:80\"}: \"h:80\" has a login in front", outcome.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Relabelling_decides_address_path_parameters_and_times()
    {
        var config = Job with
        {
            RelabelConfigs =
            [
                new() { SourceLabels = ["__address__"], TargetLabel = "__param_target" },
                new() { SourceLabels = ["__address__"], TargetLabel = "instance" },
                new() { TargetLabel = "__address__", Replacement = "prober:9115" },
                new() { TargetLabel = "__metrics_path__", Replacement = "/probe" },
                new() { TargetLabel = "__scheme__", Replacement = "https" },
                new() { TargetLabel = "__scrape_interval__", Replacement = "30s" },
                new() { TargetLabel = "__param_module", Replacement = "tcp" },
            ],
        };
        var target = Build(config, ("__address__", "h:80")).Target!;

        Assert.Equal("https://prober:9115/probe?module=tcp&module=second&target=h%3A80&x%20y=1%262", target.Url.AbsoluteUri);
        Assert.Equal(("h:80", 30_000), (target.Labels["instance"], target.IntervalMs));
    }

    [Fact]
    public void A_dropped_target_keeps_the_labels_it_had()
    {
        var outcome = Build(Job with { RelabelConfigs = [new() { Action = RelabelAction.Drop, SourceLabels = ["env"], Regex = Re2.CompileAnchored("prod") }] }, ("__address__", "h:80"), ("env", "prod"));

        Assert.Equal(("j", "h:80"), (outcome.Dropped!.Pool, outcome.Dropped.DiscoveredLabels["__address__"]));
    }

    [Theory]
    [InlineData("__address__", "", "no address")]
    [InlineData("__address__", "h/x", "\"h/x\" is not a valid address: it has a \"/\" (a path belongs into metrics_path)")]
    [InlineData("__address__", "h:99999", "\"http://h:99999\" is not an address that can be asked")]
    [InlineData("__scrape_interval__", "0", "__scrape_interval__ is 0")]
    [InlineData("__scrape_interval__", "x", "__scrape_interval__ \"x\" is not a duration")]
    [InlineData("__scrape_timeout__", "2m", "__scrape_timeout__ 2m is above __scrape_interval__ 1m")]
    public void What_cannot_be_scraped_is_told(string label, string value, string reason) =>
        Assert.EndsWith(reason, Build(Job, ("__address__", "h:80"), (label, value)).Fault);

    [Theory]
    [InlineData(1002, 1000, 15_000, 1000)]
    [InlineData(1003, 1000, 15_000, 1003)]
    [InlineData(998, 1000, 15_000, 1000)]
    [InlineData(1001, 1000, 50, 1001)]
    public void Small_jitter_is_taken_out_of_the_time(long nowMs, long dueMs, long intervalMs, long storedMs) =>
        Assert.Equal(storedMs, TargetLoop.Align(nowMs, dueMs, intervalMs));

    static TargetBuilder.Outcome Build(ScrapeConfig config, params (string Name, string Value)[] labels) =>
        TargetBuilder.Build(config, new("s", LabelSet.Empty, [LabelSet.From(labels)])).Single();
}
