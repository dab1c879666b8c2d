namespace Pharos.EndToEnd.Processes;

/// <summary>A folder that is removed at the end.</summary>
/// <param name="below">Where it lies; null for where this machine keeps such folders, which may be closed to other users.</param>
sealed class TemporaryFolder(string? below = null) : IDisposable
{
    public string Path { get; } = below is null
        ? Directory.CreateTempSubdirectory("pharos-e2e-").FullName
        : Directory.CreateDirectory(System.IO.Path.Combine(below, $"pharos-e2e-{Guid.NewGuid():N}")).FullName;

    public string Data => System.IO.Path.Combine(Path, "data");

    public string Write(string name, string text)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
