using System.Text;
using Pharos.Model.Diagnostics;
using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;
using Pharos.Server.Hosting.Loading;

namespace Pharos.Tests.Server.Config;

/// <summary>Configurations out of text, in a folder of their own that is removed at the end.</summary>
sealed class ConfigFolder : IDisposable
{
    readonly Dictionary<string, string> variables = new(StringComparer.Ordinal);

    public string Root { get; } = Directory.CreateTempSubdirectory("pharos-config-").FullName;

    public void Dispose() => Directory.Delete(Root, recursive: true);

    public string Write(string name, string text)
    {
        var path = Path.Combine(Root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public ConfigFolder With(string variable, string value)
    {
        variables[variable] = value;
        return this;
    }

    public ConfigSource Source(bool isStrict = false) =>
        new() { Folder = Root, IsStrict = isStrict, Environment = name => variables.GetValueOrDefault(name) };

    /// <summary>Reads the text as prometheus.yml of this folder.</summary>
    public (Configuration Config, ConfigSource Source) Read(string yaml, bool isStrict = false)
    {
        var source = Source(isStrict);
        return (Read(source, ConfigFile.Prometheus, Write("prometheus.yml", yaml)).Configuration, source);
    }

    /// <summary>Reads the text as prometheus.yml of this folder, and prints what is then in force.</summary>
    public string Print(string yaml) => Read(Source(), ConfigFile.Prometheus, Write("prometheus.yml", yaml)).Print(ConfigFile.Prometheus, ConfigParts.PrintedOrder);

    /// <summary>Reads a file by all parts of the server.</summary>
    public static ConfigReading Read(ConfigSource source, ConfigFile file, string path)
    {
        var reading = new ConfigReading(source, ConfigParts.All);
        reading.Read(file, path);
        return reading;
    }

    /// <summary>The faults of the text, without the folder in front.</summary>
    public string[] Faults(string yaml, bool isStrict = false) => Shorten(Read(yaml, isStrict).Source);

    public string[] Shorten(ConfigSource source) =>
        [.. source.InOrder().Select(diagnostic => diagnostic.ToString().Replace($"{Root}/", "", StringComparison.Ordinal))];
}

static class SomeYaml
{
    public static (YamlNode? Node, string[] Faults) Read(string text) => Read(Encoding.UTF8.GetBytes(text));

    public static (YamlNode? Node, string[] Faults) Read(byte[] bytes)
    {
        var diagnostics = new List<Diagnostic>();
        var node = YamlReader.Read("x.yml", bytes, diagnostics);
        return (node, [.. diagnostics.Select(diagnostic => diagnostic.ToString())]);
    }
}
