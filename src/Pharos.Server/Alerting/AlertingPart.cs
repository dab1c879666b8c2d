using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;
using Pharos.Server.Discovery;
using Pharos.Server.HttpClients;
using Pharos.Server.Series;

namespace Pharos.Server.Alerting;

/// <summary>Reads the <c>alerting</c> section of prometheus.yml.</summary>
sealed class AlertingPart : IConfigPart
{
    public ConfigFile File => ConfigFile.Prometheus;

    public void Read(FileReading file)
    {
        if (file.Root.Section("alerting") is not { } section) return;
        var validation = file.Of<SeriesConfig>().MetricNameValidation;
        file.Add(new AlertingConfig
        {
            AlertRelabelConfigs = RelabelReader.ReadAll(section, "alert_relabel_configs", validation),
            Alertmanagers = [.. section.Sections("alertmanagers", "section").Select(item => ReadAlertmanager(item, validation))],
        });
        section.Close();
    }

    public void Print(Configuration configuration, YamlWriter yaml) => yaml.Mapping("alerting", () =>
    {
        var alerting = configuration.Of<AlertingConfig>();
        DiscoveryPrinter.Write(yaml, "alert_relabel_configs", alerting.AlertRelabelConfigs);
        yaml.List("alertmanagers", alerting.Alertmanagers, alertmanager =>
        {
            HttpClientPrinter.Write(yaml, alertmanager.Http);
            yaml.Value("scheme", alertmanager.Scheme);
            yaml.Filled("path_prefix", alertmanager.PathPrefix);
            yaml.Value("timeout", alertmanager.Timeout);
            yaml.Value("api_version", "v2");
            DiscoveryPrinter.Write(yaml, "relabel_configs", alertmanager.RelabelConfigs);
            DiscoveryPrinter.Write(yaml, "alert_relabel_configs", alertmanager.AlertRelabelConfigs);
            DiscoveryPrinter.Write(yaml, alertmanager.Discovery);
        });
    });

    static AlertmanagerConfig ReadAlertmanager(YamlSection section, NameValidation validation)
    {
        if (section.Text("api_version") is { } version && version != "v2")
        {
            section.Error("api_version", $"\"{version}\" is not spoken by any Alertmanager since 0.27; write v2, or remove the key");
        }
        var config = new AlertmanagerConfig
        {
            Scheme = section.OneOf("scheme", "http", "https") ?? "http",
            PathPrefix = ReadPrefix(section),
            Timeout = section.Duration("timeout", TimeSpan.FromSeconds(10)),
            Http = HttpClientReader.Read(section),
            Discovery = DiscoveryReader.Read(section, validation),
            RelabelConfigs = RelabelReader.ReadAll(section, "relabel_configs", validation),
            AlertRelabelConfigs = RelabelReader.ReadAll(section, "alert_relabel_configs", validation),
        };
        section.NotSupported("sigv4");
        section.Close();
        return config;
    }

    static string ReadPrefix(YamlSection section)
    {
        var prefix = section.Text("path_prefix", "").Trim('/');
        return prefix.Length == 0 ? "" : $"/{prefix}";
    }
}
