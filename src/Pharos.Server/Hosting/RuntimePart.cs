using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;

namespace Pharos.Server.Hosting;

/// <summary>Reads the <c>runtime</c> section.</summary>
sealed class RuntimePart : IConfigPart
{
    public ConfigFile File => ConfigFile.Prometheus;

    public void Read(FileReading file)
    {
        if (file.Root.Section("runtime") is not { } section) return;
        if (section.Has("gogc")) file.Add(new RuntimeConfig((int)section.Integer("gogc", 75, int.MinValue, int.MaxValue)));
        section.DoesNothing("gogc", "there is no Go collector; --memory bounds the memory");
        section.Close();
    }

    public void Print(Configuration configuration, YamlWriter yaml)
    {
        if (configuration.Of<RuntimeConfig>().GoGc is { } percent) yaml.Mapping("runtime", () => yaml.Value("gogc", percent));
    }
}
