using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;
using Pharos.Server.Notifying;

namespace Pharos.Server.Alerting;

/// <summary>Reads an <c>alertmanager.yml</c> alone, for those who judge it or try its routes.</summary>
static class AlertmanagerFileReader
{
    /// <summary>Whether a file is an alertmanager.yml and no prometheus.yml, by its keys. Faults in it are told when it is read.</summary>
    public static bool Recognises(string path) =>
        new ConfigSource().ReadYaml(path) is YamlMapping root && (root.Find("route") ?? root.Find("receivers")) is not null && root.Find("scrape_configs") is null;

    /// <summary>Null when a route is missing, without which nothing can be told to anybody (told).</summary>
    public static AlertmanagerFileConfig? Read(ConfigSource source, string path)
    {
        var reading = new ConfigReading(source, [new NotifyingPart(), new RoutingPart()]);
        reading.Read(ConfigFile.Alertmanager, path);
        return reading.Configuration.Find<AlertmanagerFileConfig>();
    }
}
