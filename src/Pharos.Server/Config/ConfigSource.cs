using Pharos.Model.Diagnostics;
using Pharos.Server.Config.Yaml;

namespace Pharos.Server.Config;

/// <summary>Where a configuration comes from and how strictly it is taken: shared by all files of one load, which collects every fault.</summary>
sealed class ConfigSource
{
    readonly List<Diagnostic> diagnostics = [];
    readonly List<string> filesRead = [];

    /// <summary>Folder that <c>serve FOLDER</c> was given, in which container paths are tried; null: none.</summary>
    public string? Folder { get; init; }

    /// <summary>Where the server keeps its data: no file in there is one of the configuration. Null: nowhere.</summary>
    public string? DataFolder { get; init; }

    /// <summary>True for <c>check</c>: what only the surroundings lack (unset variables, unreadable secrets) is an error, not a warning.</summary>
    public bool IsStrict { get; init; }

    /// <summary>Value of an environment variable; null when it is not set.</summary>
    public Func<string, string?> Environment { get; init; } = System.Environment.GetEnvironmentVariable;

    public List<Diagnostic> Diagnostics => diagnostics;

    /// <summary>Absolute paths of all files that were read, or tried.</summary>
    public IReadOnlyList<string> FilesRead => filesRead;

    /// <summary>Absolute patterns below which files that come or go are a change of the configuration.</summary>
    public List<string> Patterns { get; } = [];

    public bool HasErrors => diagnostics.Exists(diagnostic => diagnostic.Severity == Severity.Error);

    /// <summary>What was found, file by file in the order they were met, from top to bottom.</summary>
    public IReadOnlyList<Diagnostic> InOrder()
    {
        var order = diagnostics.Select(diagnostic => diagnostic.File).Distinct().ToList();
        return [.. diagnostics.OrderBy(diagnostic => order.IndexOf(diagnostic.File)).ThenBy(diagnostic => diagnostic.Line).ThenBy(diagnostic => diagnostic.Column)];
    }

    /// <summary>Paths are shown as the user knows them: short below the current folder, else whole.</summary>
    public static string Show(string path)
    {
        var relative = Path.GetRelativePath(Directory.GetCurrentDirectory(), path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }

    /// <summary>Reads the YAML of a file. Null when it is empty, or cannot be read (told).</summary>
    public YamlNode? ReadYaml(string path)
    {
        var shown = Show(path);
        filesRead.Add(path);
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (stream.Length > YamlReader.MaxBytes)
            {
                diagnostics.Add(Diagnostic.Error(shown, 0, 0, $"is {stream.Length >> 20} MiB long; at most {YamlReader.MaxBytes >> 20} MiB are read; split it"));
                return null;
            }
            using var bytes = new MemoryStream();
            CopyBounded(stream, bytes);
            return YamlReader.Read(shown, bytes.GetBuffer().AsSpan(0, (int)bytes.Length), diagnostics);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            diagnostics.Add(Diagnostic.Error(shown, 0, 0, $"cannot be read: {error.Message}"));
            return null;
        }
    }

    /// <summary>A pipe or device has no length beforehand, so the bound is kept while reading.</summary>
    static void CopyBounded(Stream from, MemoryStream to)
    {
        var buffer = new byte[64 << 10];
        int count;
        while (to.Length <= YamlReader.MaxBytes && (count = from.Read(buffer)) > 0) to.Write(buffer, 0, count);
    }
}
