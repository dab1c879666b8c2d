using Pharos.Model.Diagnostics;

namespace Pharos.Server.Config;

/// <summary>Finds in a folder what <c>serve FOLDER</c> and <c>check config FOLDER</c> take from it.</summary>
static class FolderDiscovery
{
    const int MaxFiles = 2_000;

    /// <summary>The file of the folder; null when there is none, or when two are (told).</summary>
    public static string? Find(string folder, ConfigFile file, List<Diagnostic> diagnostics)
    {
        var found = file.Places.Select(place => Path.GetFullPath(place, folder)).Where(File.Exists).ToList();
        if (found.Count <= 1) return found.FirstOrDefault();
        diagnostics.Add(Diagnostic.Error(ConfigSource.Show(folder), 0, 0,
            $"holds both {string.Join(" and ", found.Select(ConfigSource.Show))}; remove all but one, or name one by --config.file"));
        return null;
    }

    /// <summary>All files of the folder that may hold YAML, sorted; not those of the server's data.</summary>
    public static IEnumerable<string> YamlFiles(string folder, string? dataFolder)
    {
        var walk = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, MaxRecursionDepth = 5, AttributesToSkip = FileAttributes.Hidden | FileAttributes.ReparsePoint };
        return Directory.EnumerateFiles(folder, "*", walk)
            .Take(MaxFiles * 10) // A folder given by mistake, such as a home, must not be walked for minutes.
            .Where(path => path.EndsWith(".yml", StringComparison.Ordinal) || path.EndsWith(".yaml", StringComparison.Ordinal) || path.EndsWith(".rules", StringComparison.Ordinal))
            .Where(path => dataFolder is null || !path.StartsWith($"{dataFolder}/", StringComparison.Ordinal))
            .Where(path => !path.Contains("/node_modules/", StringComparison.Ordinal))
            .Take(MaxFiles)
            .Select(Path.GetFullPath)
            .Order(StringComparer.Ordinal);
    }
}
