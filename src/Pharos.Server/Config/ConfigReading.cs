using Pharos.Server.Config.Yaml;

namespace Pharos.Server.Config;

/// <summary>One load: reads file after file by the parts that belong to it, and gathers their records.</summary>
/// <remarks>When the source has errors afterwards, the configuration must not be used; what it holds is what could be read.</remarks>
sealed class ConfigReading(ConfigSource source, IReadOnlyList<IConfigPart> parts)
{
    public Configuration Configuration { get; private set; } = Configuration.Empty;

    public void Read(ConfigFile file, string path)
    {
        path = Path.GetFullPath(path);
        var root = new YamlSection(source, path, source.ReadYaml(path), "") { DoubledDollars = file.DoubledDollars };
        root.Expect(file.Keys);
        var reading = new FileReading(this, path, root);
        foreach (var part in parts.Where(part => part.File == file)) part.Read(reading);
        root.Close();
    }

    /// <summary>To be called when all files are read.</summary>
    public void Check()
    {
        foreach (var part in parts) part.Check(Configuration, source);
    }

    /// <summary>What is in force of a file, in the order of these keys; <c>a.b</c> stands for <c>b</c> inside <c>a</c>.</summary>
    public string Print(ConfigFile file, IReadOnlyList<string> order)
    {
        var yaml = new YamlWriter();
        foreach (var part in parts.Where(part => part.File == file)) part.Print(Configuration, yaml);
        return yaml.ToString(order);
    }

    public void Add<T>(T record)
        where T : class, ISettings<T> => Configuration = Configuration.With(record);
}
