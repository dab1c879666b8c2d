using Pharos.Model.Diagnostics;
using Pharos.Server.Hosting;
using Pharos.Server.Hosting.Loading;
using Pharos.Server.Metrics.Scraping;
using Pharos.Tests.Server.Config;

namespace Pharos.Tests.Server.Hosting.Loading;

public sealed class ConfigLoaderTests : IDisposable
{
    readonly ConfigFolder folder = new();

    public void Dispose() => folder.Dispose();

    LoadedConfig Load() => new ConfigLoader(new ServeOptions { Folder = folder.Root, Storage = new() { DataFolder = Path.Combine(folder.Root, "data") } }).Load();

    string[] Told() => [.. Load().Diagnostics.Select(diagnostic => diagnostic.ToString().Replace($"{folder.Root}/", "", StringComparison.Ordinal).Replace(folder.Root, ".", StringComparison.Ordinal))];

    [Theory]
    [InlineData("prometheus.yml")]
    [InlineData("prometheus/prometheus.yml")]
    public void The_configuration_is_found_in_either_place(string place)
    {
        folder.Write(place, "scrape_configs: [{job_name: a}]\n");

        var loaded = Load();

        Assert.Empty(loaded.Diagnostics);
        Assert.Equal("a", Assert.Single(loaded.Configuration.Of<ScrapingConfig>().Jobs).JobName);
    }

    [Fact]
    public void Two_candidates_are_a_fault_that_names_both()
    {
        folder.Write("prometheus.yml", "");
        folder.Write("prometheus/prometheus.yml", "");

        Assert.Equal([".: holds both prometheus.yml and prometheus/prometheus.yml; remove all but one, or name one by --config.file"], Told());
    }

    [Fact]
    public void Without_a_configuration_the_server_watches_itself_and_says_so()
    {
        var loaded = Load();

        Assert.False(loaded.HasErrors);
        Assert.Contains("holds no prometheus.yml", Assert.Single(loaded.Diagnostics).Message);
        Assert.Equal(["127.0.0.1:9090"], Assert.Single(loaded.Configuration.Of<ScrapingConfig>().Jobs).Discovery.Static[0].Targets);
    }

    [Fact]
    public void A_rule_file_that_nothing_reaches_is_told()
    {
        const string rules = "groups: [{name: g, rules: [{record: a, expr: b}]}]\n";
        folder.Write("prometheus.yml", "rule_files: [alerts.yml]\n");
        folder.Write("alerts.yml", rules);
        folder.Write("more/forgotten.yml", rules);
        folder.Write("optional/exporter.yml", rules); // Its place says that this is meant.
        folder.Write("data/old.yml", rules); // The data folder is not looked into.
        folder.Write("compose.yml", "services: {}\n");
        folder.Write("broken.yml", "a: [");

        Assert.Equal(["more/forgotten.yml: warning: holds rule groups, but no rule_files reaches it, so that its rules are never evaluated; add it to rule_files in prometheus.yml"], Told());
    }

    [Fact]
    public void The_alertmanager_file_of_the_folder_is_read_with_the_rest()
    {
        folder.Write("prometheus.yml", "");
        folder.Write("alertmanager/config.yml", "route: {receiver: a}\n");

        Assert.StartsWith("alertmanager/config.yml:1:19: route: receiver: no receiver is named \"a\"", Assert.Single(Told()), StringComparison.Ordinal);
    }
}
