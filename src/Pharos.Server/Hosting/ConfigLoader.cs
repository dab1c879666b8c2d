using Pharos.Model.Diagnostics;
using Pharos.Model.Labels;
using Pharos.Server.Access;
using Pharos.Server.Alerting;
using Pharos.Server.Config;
using Pharos.Server.Discovery;
using Pharos.Server.HttpClients;
using Pharos.Server.Metrics.Scraping;

namespace Pharos.Server.Hosting;

/// <summary>Everything one load brought: the configuration, and what there is to tell about it.</summary>
sealed record LoadedConfig(PrometheusConfig Prometheus, WebConfig Web, IReadOnlyList<Diagnostic> Diagnostics, IReadOnlyList<string> Files)
{
    public bool HasErrors => Diagnostics.Any(diagnostic => diagnostic.Severity == Severity.Error);

    /// <summary>The faults, one a line.</summary>
    public string Errors => string.Join('\n', Diagnostics.Where(diagnostic => diagnostic.Severity == Severity.Error));
}

/// <summary>Loads all files that the options name or the folder holds. Called at the start and at each reload.</summary>
sealed class ConfigLoader(ServeOptions options)
{
    public bool IsStrict { get; init; }

    public LoadedConfig Load()
    {
        var source = new ConfigSource { Folder = options.Folder, IsStrict = IsStrict };
        var configFile = options.ConfigFile ?? (options.Folder is null ? null : FolderDiscovery.FindPrometheus(options.Folder, source.Diagnostics));
        var webFile = options.WebConfigFile ?? (options.Folder is null ? null : FolderDiscovery.FindWeb(options.Folder, source.Diagnostics));
        var web = webFile is null ? WebConfig.Open : WebConfigReader.Read(source, webFile);
        var prometheus = configFile is not null ? PrometheusConfigReader.Read(source, configFile)
            : source.HasErrors || options.Folder is null ? PrometheusConfig.Empty : WatchingItself(web, source);
        var alertmanagerFile = options.AlertmanagerFile ?? (options.Folder is null ? null : FolderDiscovery.FindAlertmanager(options.Folder, source.Diagnostics));
        if (alertmanagerFile is not null) prometheus = prometheus with { Alerting = prometheus.Alerting with { File = AlertmanagerFileReader.Read(source, alertmanagerFile) } };
        var pharosFile = FolderDiscovery.FindPharos(options.Folder, Path.GetDirectoryName(options.AlertmanagerFile), Path.GetDirectoryName(options.ConfigFile));
        if (pharosFile is not null) prometheus = prometheus with { Alerting = PharosFileReader.ReadAlerting(source, pharosFile, prometheus.Alerting) };
        if (options.Folder is not null) TellOfFolder(options.Folder, configFile, prometheus, source);
        return new(prometheus, web, source.InOrder(), source.FilesRead);
    }

    void TellOfFolder(string folder, string? configFile, PrometheusConfig config, ConfigSource source)
    {
        source.Diagnostics.AddRange(FolderDiscovery.UnreachedRuleFiles(folder, configFile, config, options.DataFolder));
    }

    /// <summary>Without any prometheus.yml the server watches itself, so that there is something to see.</summary>
    PrometheusConfig WatchingItself(WebConfig web, ConfigSource source)
    {
        source.Diagnostics.Add(Diagnostic.Warning(ConfigSource.Show(options.Folder ?? "."), 0, 0,
            "holds no prometheus.yml, so that only the server itself is watched; write one that names your services"));
        var own = options.Listen.Select(text => ListenAddress.TryParse(text, out var address) ? address : null).FirstOrDefault(address => address is not null);
        var job = new ScrapeConfig
        {
            JobName = "pharos",
            Interval = TimeSpan.FromSeconds(15),
            Scheme = web.Tls is null ? "http" : "https",
            MetricsPath = $"{options.RoutePrefix}/metrics",
            Http = web.Tls is null ? HttpClientConfig.Default : new() { Tls = new() { InsecureSkipVerify = true } }, // Its own certificate, over loopback.
            Discovery = new() { Static = [new StaticSdConfig([own is { IsEvery: false } ? own.ToString() : $"localhost:{own?.Port ?? 9090}"], LabelSet.Empty)] },
        };
        var config = new PrometheusConfig { ScrapeConfigs = [job] };
        return config with { Yaml = ConfigPrinter.Print(config) };
    }
}
