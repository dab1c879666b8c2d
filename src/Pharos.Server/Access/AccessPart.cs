using Pharos.Server.Config;

namespace Pharos.Server.Access;

/// <summary>Reads web.yml.</summary>
sealed class AccessPart : IConfigPart
{
    public ConfigFile File => ConfigFile.Web;

    public void Read(FileReading file) => file.Add(WebConfigReader.Read(file.Root));
}
