using Pharos.Server.Config.Yaml;

namespace Pharos.Server.Config;

/// <summary>One file, while the parts read it one after the other.</summary>
/// <param name="path">Absolute.</param>
sealed class FileReading(ConfigReading load, string path, YamlSection root)
{
    public string Path => path;

    /// <summary>The top of the file. What several parts read there they take by <see cref="YamlSection.Shared"/>; who closes it is not a part's business.</summary>
    public YamlSection Root => root;

    public ConfigSource Source => root.Source;

    /// <summary>What a part before has read, of this file or one before.</summary>
    public T Of<T>()
        where T : class, ISettings<T> => load.Configuration.Of<T>();

    /// <inheritdoc cref="Of"/>
    /// <returns>Null when that file is not there, or cannot be used.</returns>
    public T? Find<T>()
        where T : class, ISettings<T> => load.Configuration.Find<T>();

    public void Add<T>(T record)
        where T : class, ISettings<T> => load.Add(record);
}
