using Pharos.Server.Config.Yaml;


namespace Pharos.Server.Config;

/// <summary>Turns the paths that a configuration names into absolute ones.</summary>
/// <remarks>Relative paths are relative to the file that names them. An absolute path that does not exist here, as those of a container, is tried
/// below the served folder, longest tail first (<c>/etc/prometheus/rules/a.yml</c>: <c>etc/prometheus/rules/a.yml</c> … <c>a.yml</c>), and that is told.</remarks>
static class ConfigPaths
{
    public static string ResolveFile(YamlSection section, string key, string written)
    {
        var absolute = Absolute(section.File, written);
        if (!Path.IsPathRooted(written) || File.Exists(absolute)) return absolute;
        if (FindBelow(section, written, File.Exists) is not { } found) return absolute;
        section.Inform(key, $"\"{written}\" does not exist here; using {ConfigSource.Show(found)}");
        return found;
    }

    /// <summary>A pattern whose last part may hold wildcards; the same rules, where "exists" means that it reaches a file.</summary>
    public static string ResolvePattern(YamlSection section, string key, string written)
    {
        var absolute = Absolute(section.File, written);
        if (!Path.IsPathRooted(written) || Glob(absolute).Count > 0) return absolute;
        if (FindBelow(section, written, path => Glob(path).Count > 0) is not { } found) return absolute;
        section.Inform(key, $"\"{written}\" reaches no file here; using {ConfigSource.Show(found)}");
        return found;
    }

    /// <summary>Files that a pattern reaches, sorted. Wildcards are <c>*</c>, <c>?</c> and <c>[a-z]</c>, in any part.</summary>
    public static IReadOnlyList<string> Glob(string pattern)
    {
        if (pattern.AsSpan().IndexOfAny("*?[") < 0) return File.Exists(pattern) ? [pattern] : [];
        var parts = pattern.Split('/');
        IEnumerable<string> folders = [parts[0].Length == 0 ? "/" : parts[0]];
        try
        {
            for (var i = 1; i < parts.Length; i++)
            {
                var part = parts[i];
                var isLast = i == parts.Length - 1;
                folders = part.AsSpan().IndexOfAny("*?[") < 0
                    ? [.. folders.Select(folder => Path.Combine(folder, part)).Where(path => isLast ? File.Exists(path) : Directory.Exists(path))]
                    : [.. folders.SelectMany(folder => isLast ? Directory.EnumerateFiles(folder) : Directory.EnumerateDirectories(folder))
                        .Where(path => GlobPattern.Matches(part, Path.GetFileName(path)))];
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return []; // A folder that cannot be listed reaches nothing, as in Prometheus.
        }
        return [.. folders.Order(StringComparer.Ordinal)];
    }

    static string Absolute(string file, string written) => Path.GetFullPath(written, Path.GetDirectoryName(file)!);

    static string? FindBelow(YamlSection section, string written, Func<string, bool> exists)
    {
        string[] bases = section.Source.Folder is { } folder ? [Path.GetDirectoryName(section.File)!, folder] : [Path.GetDirectoryName(section.File)!];
        var parts = written.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (var skip = 0; skip < parts.Length; skip++)
        {
            var tail = Path.Combine(parts[skip..]);
            foreach (var root in bases.Distinct())
            {
                var candidate = Path.GetFullPath(tail, root);
                if (IsBelow(root, candidate) && exists(candidate)) return candidate;
            }
        }
        return null;
    }

    /// <summary>Whole parts are compared: a folder beside may be called as this one with something behind.</summary>
    static bool IsBelow(string root, string path) => path.StartsWith(root.EndsWith('/') ? root : $"{root}/", StringComparison.Ordinal);
}
