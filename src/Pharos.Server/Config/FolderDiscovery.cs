using Pharos.Model.Diagnostics;
using Pharos.Server.Config.Yaml;

namespace Pharos.Server.Config;

/// <summary>Finds in a folder what <c>serve FOLDER</c> and <c>check config FOLDER</c> take from it.</summary>
static class FolderDiscovery
{
    const int MaxFiles = 2_000;
    const int MaxRuleFileBytes = 4 << 20;

    static readonly string[] PrometheusPlaces = ["prometheus.yml", "prometheus/prometheus.yml"];
    static readonly string[] AlertmanagerPlaces = ["alertmanager.yml", "alertmanager/alertmanager.yml", "alertmanager/config.yml"];
    static readonly string[] WebPlaces = ["web.yml", "prometheus/web.yml"];

    /// <summary>The prometheus.yml of the folder; null when there is none, or when two are (told).</summary>
    public static string? FindPrometheus(string folder, List<Diagnostic> diagnostics) => FindOne(folder, PrometheusPlaces, diagnostics);

    public static string? FindAlertmanager(string folder, List<Diagnostic> diagnostics) => FindOne(folder, AlertmanagerPlaces, diagnostics);

    public static string? FindWeb(string folder, List<Diagnostic> diagnostics) => FindOne(folder, WebPlaces, diagnostics);

    /// <summary>Lies in the folder, or beside the file that was named instead of one.</summary>
    public static string? FindPharos(params ReadOnlySpan<string?> folders)
    {
        foreach (var folder in folders)
        {
            if (folder is not null && Path.Combine(folder, "pharos.yml") is var path && File.Exists(path)) return path;
        }
        return null;
    }

    static string? FindOne(string folder, string[] places, List<Diagnostic> diagnostics)
    {
        var found = places.Select(place => Path.GetFullPath(place, folder)).Where(File.Exists).ToList();
        if (found.Count <= 1) return found.FirstOrDefault();
        diagnostics.Add(Diagnostic.Error(ConfigSource.Show(folder), 0, 0,
            $"holds both {string.Join(" and ", found.Select(ConfigSource.Show))}; remove all but one, or name one by --config.file"));
        return null;
    }

    /// <summary>Files of the folder that hold rule groups although no <c>rule_files</c> reaches them: their alerts would never fire.</summary>
    /// <remarks>Those below a folder <c>optional</c> say by their place that this is meant.</remarks>
    public static IReadOnlyList<Diagnostic> UnreachedRuleFiles(string folder, string? configFile, PrometheusConfig config, string dataFolder)
    {
        var reached = config.RuleFiles.Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
        var mend = configFile is null
            ? "write a prometheus.yml with rule_files that names it"
            : $"add it to rule_files in {ConfigSource.Show(configFile)}";
        return
        [
            .. YamlFiles(folder, dataFolder).Where(path => !reached.Contains(path) && !path.Contains("/optional/", StringComparison.Ordinal) && HoldsRuleGroups(path))
                .Select(path => Diagnostic.Warning(ConfigSource.Show(path), 0, 0, $"holds rule groups, but no rule_files reaches it, so that its rules are never evaluated; {mend}")),
        ];
    }

    static IEnumerable<string> YamlFiles(string folder, string dataFolder)
    {
        var walk = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, MaxRecursionDepth = 5, AttributesToSkip = FileAttributes.Hidden | FileAttributes.ReparsePoint };
        return Directory.EnumerateFiles(folder, "*", walk)
            .Take(MaxFiles * 10) // A folder given by mistake, such as a home, must not be walked for minutes.
            .Where(path => path.EndsWith(".yml", StringComparison.Ordinal) || path.EndsWith(".yaml", StringComparison.Ordinal) || path.EndsWith(".rules", StringComparison.Ordinal))
            .Where(path => !path.StartsWith($"{dataFolder}/", StringComparison.Ordinal) && !path.Contains("/node_modules/", StringComparison.Ordinal))
            .Take(MaxFiles)
            .Select(Path.GetFullPath)
            .Order(StringComparer.Ordinal);
    }

    /// <summary>A list <c>groups</c> at the top whose items have <c>rules</c>. Files that cannot be read are nobody's rule files.</summary>
    static bool HoldsRuleGroups(string path)
    {
        try
        {
            if (new FileInfo(path).Length > MaxRuleFileBytes) return false;
            return YamlReader.Read(path, File.ReadAllBytes(path), []) is YamlMapping root
                && root.Find("groups")?.Value is YamlSequence { Items: [YamlMapping group, ..] } && group.Find("rules") is not null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
