using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;
using Pharos.Server.Doors;

namespace Pharos.Server.Hosting.Ports;

/// <summary>Reads the section <c>listen</c> of pharos.yml.</summary>
/// <param name="catalogue">The names that there are.</param>
sealed class ListenPart(IReadOnlyList<NamedPort> catalogue) : IConfigPart
{
    const string Off = "off";

    public ConfigFile File => ConfigFile.Pharos;

    public void Read(FileReading file)
    {
        var ports = new List<ListenedPort>();
        foreach (var entry in file.Root.Entries("listen"))
        {
            var name = entry.Key.Text;
            if (catalogue.FirstOrDefault(port => port.Name == name) is not { } port) file.Root.Error(entry.Key, $"listen: there is no port {entry.Key.Describe()}; {Mend(name)}");
            else if (entry.Value is not YamlScalar { IsNull: false } written || (written.Text != Off && !ListenAddress.TryParse(written.Text, out _)))
            {
                file.Root.Error(entry.Value, $"listen.{name}: {entry.Value.Describe()} is no address to listen on; write host:port, such as 127.0.0.1:4318, or {Off}");
            }
            else if (ListenAddress.TryParse(written.Text, out var address)) Add(file.Root, ports, entry.Value, new(port, address));
        }
        file.Add(new ListenConfig { Ports = ports });
    }

    static void Add(YamlSection root, List<ListenedPort> ports, YamlNode where, ListenedPort port)
    {
        var same = port.Address.Port == 0 ? null : ports.Find(other => other.Address == port.Address);
        if (same is null) ports.Add(port);
        else root.Error(where, $"listen.{port.Port.Name}: {port.Address} is that of {same.Port.Name} already; write another port");
    }

    string Mend(string written) =>
        catalogue.Count == 0 ? "no API has a port of its own yet; remove it"
        : NearestKey.MeantOr(written, [.. catalogue.Select(port => port.Name)]);
}
