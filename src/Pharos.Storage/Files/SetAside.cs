namespace Pharos.Storage.Files;

/// <summary>Moves a corrupt file out of the way, with the reason in a text file beside it. Nothing is ever deleted: a person may mend it.</summary>
static class SetAside
{
    public const string FolderName = "corrupt";

    /// <summary>Moves the file to <c>corrupt/</c> in its folder and returns the new path. A taken name gets a number.</summary>
    public static string Move(string path, string reason, TimeProvider clock)
    {
        var source = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var folder = Path.Combine(source, FolderName);
        Directory.CreateDirectory(folder);
        var target = FreeName(Path.Combine(folder, Path.GetFileName(path)));
        DurableFile.Write(target + ".reason.txt", System.Text.Encoding.UTF8.GetBytes($"{clock.GetUtcNow():O} set aside from {path}\n{reason}\n"));
        File.Move(path, target);
        DurableFile.SyncFolder(source);
        DurableFile.SyncFolder(folder);
        return target;
    }

    static string FreeName(string wanted)
    {
        var name = wanted;
        for (var i = 2; File.Exists(name) || Directory.Exists(name); i++) name = $"{wanted}.{i}";
        return name;
    }
}
