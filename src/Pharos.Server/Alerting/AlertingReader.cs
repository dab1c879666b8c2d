using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;
using Pharos.Server.Discovery;
using Pharos.Server.HttpClients;


namespace Pharos.Server.Alerting;

/// <summary>Reads the <c>alerting</c> section.</summary>
static class AlertingReader
{
    public static AlertingConfig Read(YamlSection? section, GlobalConfig global)
    {
        if (section is null) return new();
        var config = new AlertingConfig
        {
            AlertRelabelConfigs = RelabelReader.ReadAll(section, "alert_relabel_configs", global.MetricNameValidation),
            Alertmanagers = [.. section.Sections("alertmanagers", "section").Select(item => ReadAlertmanager(item, global))],
        };
        section.Close();
        return config;
    }

    static AlertmanagerConfig ReadAlertmanager(YamlSection section, GlobalConfig global)
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
            Discovery = DiscoveryReader.Read(section, global.MetricNameValidation),
            RelabelConfigs = RelabelReader.ReadAll(section, "relabel_configs", global.MetricNameValidation),
            AlertRelabelConfigs = RelabelReader.ReadAll(section, "alert_relabel_configs", global.MetricNameValidation),
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
