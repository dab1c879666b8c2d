using System.Text;
using Pharos.Model.Diagnostics;
using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;

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
    public (PrometheusConfig Config, ConfigSource Source) Read(string yaml, bool isStrict = false)
    {
        var path = Write("prometheus.yml", yaml);
        var source = Source(isStrict);
        return (PrometheusConfigReader.Read(source, path), source);
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
