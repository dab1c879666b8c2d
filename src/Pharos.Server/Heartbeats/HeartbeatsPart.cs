using Pharos.Server.Alerting;
using Pharos.Server.Config;
using Pharos.Server.Heartbeats.Proofs;

namespace Pharos.Server.Heartbeats;

/// <summary>Reads the sections <c>heartbeats</c> and <c>drills</c> of pharos.yml. Receivers of drills are those of alertmanager.yml.</summary>
sealed class HeartbeatsPart : IConfigPart
{
    public ConfigFile File => ConfigFile.Pharos;

    public void Read(FileReading file)
    {
        var receivers = file.Find<AlertmanagerFileConfig>()?.Receivers.Select(receiver => receiver.Name).ToList();
        var heartbeats = HeartbeatsConfig.Read(file.Root.Section("heartbeats"));
        file.Add(heartbeats with { Drills = DrillConfig.Read(file.Root.Section("drills"), receivers) });
    }
}
