using Pharos.Server.Alerting;
using Pharos.Server.Config.Yaml;
using Pharos.Server.Heartbeats;
using Pharos.Server.Heartbeats.Proofs;
using Pharos.Server.Ledger;


namespace Pharos.Server.Config;

/// <summary>Reads <c>pharos.yml</c>: what has no standard file. Without it nothing of that happens by itself.</summary>
static class PharosFileReader
{
    /// <param name="alerting">What the other files said; the receivers are checked against them.</param>
    public static AlertingConfig ReadAlerting(ConfigSource source, string path, AlertingConfig alerting)
    {
        var root = new YamlSection(source, path, source.ReadYaml(path), "");
        var receivers = alerting.File?.Receivers.Select(receiver => receiver.Name).ToList();
        var read = alerting with
        {
            Ledger = LedgerConfig.Read(root.Section("ledger")),
            Heartbeats = HeartbeatsConfig.Read(root.Section("heartbeats")),
            Drills = DrillConfig.Read(root.Section("drills"), receivers),
        };
        root.Close();
        return read;
    }
}
