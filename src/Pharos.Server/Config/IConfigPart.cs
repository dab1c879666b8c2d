using Pharos.Server.Config.Yaml;

namespace Pharos.Server.Config;

/// <summary>What one room knows of a configuration file: its keys, its records, how they are printed, and what may be wrong with them.</summary>
/// <remarks>One line in the list of the composition makes it known; nothing else names it.</remarks>
interface IConfigPart
{
    ConfigFile File { get; }

    /// <summary>Reads the keys that are the part's own, tells every fault of them, and adds the records. Called only where there is such a file.</summary>
    void Read(FileReading file);

    /// <summary>Prints what is in force, with defaults filled in and secrets hidden. The order of keys in the whole file is the composition's.</summary>
    void Print(Configuration configuration, YamlWriter yaml)
    {
    }

    /// <summary>Tells what only shows when all files are read. Called also where there is no such file.</summary>
    void Check(Configuration configuration, ConfigSource source)
    {
    }
}
