using Pharos.EndToEnd.Processes;
using Pharos.Server.Config.Yaml;

namespace Pharos.EndToEnd.Serving;

/// <summary>Compose files for Prometheus' image: Pharos runs with their command lines and mounts as they stand, the container's root being mapped to a folder.</summary>
public sealed class ContainerCommandTests : IDisposable
{
    const string Config = """
        global: {scrape_interval: 15s}
        rule_files: ['/etc/prometheus/alerts.yml']
        alerting: {alertmanagers: [{static_configs: [{targets: ['alertmanager:9093']}]}]}
        scrape_configs: [{job_name: app, static_configs: [{targets: ['localhost:1']}]}]
        """;

    const string Alerts = "groups: [{name: g, rules: [{alert: Down, expr: up == 0, for: 1m}]}]\n";

    readonly TemporaryFolder root = new();

    public void Dispose() => root.Dispose();

    /// <summary>What teams write: nothing, a list, a line, more flags than matter here.</summary>
    [Theory]
    [InlineData("services:\n  metrics:\n    image: prom/prometheus:v3.5.3\n    volumes: ['./prometheus.yml:/etc/prometheus/prometheus.yml:ro', './alerts.yml:/etc/prometheus/alerts.yml']\n")]
    [InlineData("services:\n  metrics:\n    image: prom/prometheus\n    volumes: ['./:/etc/prometheus', 'data:/prometheus']\n    command:\n      - --config.file=/etc/prometheus/prometheus.yml\n      - '--storage.tsdb.retention.time=30d'\n")]
    [InlineData("metrics:\n  image: prom/prometheus:latest\n  volumes: ['./monitoring/:/etc/prometheus/']\n  command: --config.file=/etc/prometheus/prometheus.yml --storage.tsdb.path=/prometheus --web.console.libraries=/etc/prometheus/console_libraries --web.console.templates=/etc/prometheus/consoles --storage.tsdb.retention.time=200h --web.enable-lifecycle\n")]
    public async Task A_compose_service_runs_unchanged(string compose)
    {
        var service = ComposeService.Find(compose);
        Assert.NotNull(service);

        await using var pharos = await RunAsync(service, new(StringComparer.Ordinal) { ["prometheus.yml"] = Config, ["alerts.yml"] = Alerts });

        // The path inside the file names the container's root, which is not there: it is found beside the file, and that is told.
        Assert.Contains("\"Down\"", await pharos.Client.GetStringAsync("api/v1/rules", TestContext.Current.CancellationToken));
        Assert.Contains("reaches no file here; using", pharos.Output);
    }

    /// <summary>The compose files of the guides, with the configurations and rules that stand beside them in the same guide.</summary>
    [Fact]
    public async Task The_compose_files_of_the_guides_run_unchanged()
    {
        var folder = Environment.GetEnvironmentVariable("PHAROS_GUIDES");
        Assert.SkipWhen(string.IsNullOrEmpty(folder), "PHAROS_GUIDES names no folder of guides");
        var run = 0;
        foreach (var guide in Directory.EnumerateFiles(folder, "*.txt").Order(StringComparer.Ordinal))
        {
            var blocks = Blocks(await File.ReadAllLinesAsync(guide, TestContext.Current.CancellationToken)).ToList();
            if (blocks.Select(ComposeService.Find).FirstOrDefault(found => found is not null) is not { } service) continue;
            var files = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var block in blocks)
            {
                var keys = ComposeService.Read(block);
                if (keys?.Find("scrape_configs") is not null) files.TryAdd("prometheus.yml", block);
                else if (keys?.Find("groups") is not null) files.TryAdd("alerts.yml", block);
            }
            files.TryAdd("prometheus.yml", Config);
            files.TryAdd("alerts.yml", Alerts);

            await using var pharos = await RunAsync(service, files);

            var jobs = ((YamlSequence)ComposeService.Read(files["prometheus.yml"])!.Find("scrape_configs")!.Value).Items.OfType<YamlMapping>().Select(job => ((YamlScalar)job.Find("job_name")!.Value).Text);
            var pools = await pharos.Client.GetStringAsync("api/v1/scrape_pools", TestContext.Current.CancellationToken);
            Assert.All(jobs, job => Assert.Contains($"\"{job}\"", pools));
            run++;
        }
        Assert.True(run >= 3, $"only {run} compose files were found");
    }

    /// <summary>Starts the service in a root of its own. Files of a mount are those of the given names; a mounted folder gets all.</summary>
    async Task<PharosProcess> RunAsync(ComposeService service, Dictionary<string, string> files)
    {
        var container = $"{Guid.NewGuid():N}";
        foreach (var (host, inside) in service.Mounts)
        {
            var name = Path.GetFileName(host);
            if (files.TryGetValue(name, out var text)) root.Write(container + inside, text);
            else if (name.Length == 0 || !name.Contains('.', StringComparison.Ordinal) || name == ".")
            {
                foreach (var (file, content) in files) root.Write(Path.Combine(container, inside.Trim('/'), file), content);
            }
        }
        var home = Directory.CreateDirectory(Path.Combine(root.Path, container, "prometheus")).FullName;
        var address = $"127.0.0.1:{PharosProcess.FreePort()}";
        string[] mapped = [.. service.Command.Select(argument => argument.Replace("=/", $"={root.Path}/{container}/", StringComparison.Ordinal))];
        return await PharosProcess.StartAsync(new($"http://{address}/"), home, ["serve", .. mapped, $"--web.listen-address={address}"]);
    }

    /// <summary>The fenced blocks of a document.</summary>
    static IEnumerable<string> Blocks(IEnumerable<string> lines)
    {
        List<string>? block = null;
        foreach (var line in lines)
        {
            if (!line.TrimStart().StartsWith("```", StringComparison.Ordinal)) block?.Add(line);
            else if (block is null) block = [];
            else
            {
                yield return string.Join('\n', block);
                block = null;
            }
        }
    }
}
