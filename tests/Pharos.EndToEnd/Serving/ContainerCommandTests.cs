using Pharos.EndToEnd.Processes;

namespace Pharos.EndToEnd.Serving;

/// <summary>Command lines and mounts of compose files for Prometheus' image, with the container's root mapped to a folder.</summary>
public sealed class ContainerCommandTests : IDisposable
{
    const string Config = """
        global: {scrape_interval: 15s}
        rule_files: ['/etc/prometheus/alerts.yml']
        alerting: {alertmanagers: [{static_configs: [{targets: ['alertmanager:9093']}]}]}
        scrape_configs: [{job_name: app, static_configs: [{targets: ['localhost:1']}]}]
        """;

    readonly TemporaryFolder root = new();

    public void Dispose() => root.Dispose();

    /// <summary>The image's own command is the first; the others are what teams write instead.</summary>
    [Theory]
    [InlineData("--config.file=/etc/prometheus/prometheus.yml --storage.tsdb.path=/prometheus")]
    [InlineData("--config.file=/etc/prometheus/prometheus.yml")]
    [InlineData("--config.file=/etc/prometheus/prometheus.yml --storage.tsdb.retention.time=30d")]
    [InlineData("--config.file=/etc/prometheus/prometheus.yml --storage.tsdb.path=/prometheus --web.console.libraries=/etc/prometheus/console_libraries --web.console.templates=/etc/prometheus/consoles --storage.tsdb.retention.time=200h --web.enable-lifecycle")]
    public async Task A_container_s_command_runs_unchanged(string command)
    {
        root.Write("etc/prometheus/prometheus.yml", Config);
        root.Write("etc/prometheus/alerts.yml", "groups: [{name: g, rules: [{alert: Down, expr: up == 0, for: 1m}]}]\n");
        var home = Directory.CreateDirectory(Path.Combine(root.Path, "prometheus")).FullName;
        var address = $"127.0.0.1:{PharosProcess.FreePort()}";
        string[] mapped = [.. command.Split(' ').Select(argument => argument.Replace("=/", $"={root.Path}/", StringComparison.Ordinal))];

        await using var pharos = await PharosProcess.StartAsync(new($"http://{address}/"), home, ["serve", .. mapped, $"--web.listen-address={address}"]);

        // The path inside the file names the container's root, which is not there: it is found beside the file, and that is told.
        var rules = await pharos.Client.GetStringAsync("api/v1/rules", TestContext.Current.CancellationToken);
        Assert.Contains("\"Down\"", rules);
        Assert.Contains("reaches no file here; using", pharos.Output);
    }
}
