using Pharos.Server.Config;

namespace Pharos.Server.Ledger;

/// <summary>Reads the <c>ledger</c> section of pharos.yml.</summary>
sealed class LedgerPart : IConfigPart
{
    public ConfigFile File => ConfigFile.Pharos;

    public void Read(FileReading file) => file.Add(LedgerConfig.Read(file.Root.Section("ledger")));
}
