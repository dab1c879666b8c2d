using Pharos.Model.Diagnostics;
using Pharos.Model.Labels;
using Pharos.Server.Access;
using Pharos.Server.Config;
using Pharos.Server.Discovery;
using Pharos.Server.HttpClients;
using Pharos.Server.Metrics.Scraping;

namespace Pharos.Server.Hosting.Loading;

/// <summary>Loads all files that the options name or the folder holds, by all parts. Called at the start and at each reload.</summary>
sealed class ConfigLoader(ServeOptions options)
{
    public bool IsStrict { get; init; }

    public LoadedConfig Load()
    {
        var source = new ConfigSource { Folder = options.Folder, DataFolder = options.Storage.DataFolder, IsStrict = IsStrict };
        var reading = new ConfigReading(source, ConfigParts.All);
        var prometheus = options.ConfigFile ?? Find(ConfigFile.Prometheus, source);
        if ((options.WebConfigFile ?? Find(ConfigFile.Web, source)) is { } web) reading.Read(ConfigFile.Web, web);
        var shown = ReadPrometheus(prometheus, reading, source);
        if ((options.AlertmanagerFile ?? Find(ConfigFile.Alertmanager, source)) is { } alertmanager) reading.Read(ConfigFile.Alertmanager, alertmanager);
        if (FindPharos(source) is { } pharos) reading.Read(ConfigFile.Pharos, pharos);
        reading.Check();
        return new(reading.Configuration, shown, source.InOrder(), source.FilesRead, source.Patterns);
    }

    string? Find(ConfigFile file, ConfigSource source) => options.Folder is null ? null : FolderDiscovery.Find(options.Folder, file, source.Diagnostics);

    /// <summary>Lies in the folder, or beside the file that was named instead of one.</summary>
    string? FindPharos(ConfigSource source) =>
        new[] { options.Folder, Path.GetDirectoryName(options.AlertmanagerFile), Path.GetDirectoryName(options.ConfigFile) }
            .OfType<string>().Select(folder => FolderDiscovery.Find(folder, ConfigFile.Pharos, source.Diagnostics)).FirstOrDefault(path => path is not null);

    /// <returns>What is in force of it, printed.</returns>
    string ReadPrometheus(string? path, ConfigReading reading, ConfigSource source)
    {
        if (path is not null) reading.Read(ConfigFile.Prometheus, path);
        else if (source.HasErrors || options.Folder is null) return "";
        else WatchItself(options.Folder, reading, source);
        return reading.Print(ConfigFile.Prometheus, ConfigParts.PrintedOrder);
    }

    /// <summary>Without any prometheus.yml the server watches itself, so that there is something to see.</summary>
    void WatchItself(string folder, ConfigReading reading, ConfigSource source)
    {
        source.Diagnostics.Add(Diagnostic.Warning(ConfigSource.Show(folder), 0, 0, "holds no prometheus.yml, so that only the server itself is watched; write one that names your services"));
        var hasTls = reading.Configuration.Of<WebConfig>().Tls is not null;
        var own = options.Web.Listen.FirstOrDefault();
        var job = new ScrapeConfig
        {
            JobName = "pharos",
            Interval = TimeSpan.FromSeconds(15),
            Scheme = hasTls ? "https" : "http",
            MetricsPath = $"{options.Web.RoutePrefix}/metrics",
            Http = hasTls ? new() { Tls = new() { InsecureSkipVerify = true } } : HttpClientConfig.Default, // Its own certificate, over loopback.
            Discovery = new() { Static = [new StaticSdConfig([own is { IsEvery: false } ? own.ToString() : $"localhost:{own?.Port ?? 9090}"], LabelSet.Empty)] },
        };
        reading.Add(new ScrapingConfig { Jobs = [job] });
    }
}
