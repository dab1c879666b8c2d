namespace Pharos.Storage.Files;

/// <summary>Moves a corrupt file out of the way, with the reason in a text file beside it. Nothing is ever deleted: a person may mend it.</summary>
static class SetAsideFiles
{
    public const string FolderName = "corrupt";

    /// <summary>Moves the file to <c>corrupt/</c> in its folder and returns the new path. A taken name gets a number, unless it has the same bytes:
    /// damage that is met at every start must not fill the disk.</summary>
    public static string Move(string path, string reason, TimeProvider clock)
    {
        var target = Prepare(path, reason, clock);
        File.Move(path, target, overwrite: true);
        Sync(target);
        return target;
    }

    /// <summary>As <see cref="Move"/>, of a copy: the file itself stays, because it is still needed until another takes its place.</summary>
    public static string Keep(string path, string reason, TimeProvider clock)
    {
        var target = Prepare(path, reason, clock);
        if (!File.Exists(target)) File.Copy(path, target);
        Sync(target);
        return target;
    }

    static string Prepare(string path, string reason, TimeProvider clock)
    {
        var folder = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, FolderName);
        Directory.CreateDirectory(folder);
        var wanted = Path.Combine(folder, Path.GetFileName(path));
        var target = wanted;
        for (var i = 2; Directory.Exists(target) || (File.Exists(target) && !AreEqual(path, target)); i++) target = $"{wanted}.{i}";
        if (!File.Exists(target)) DurableFile.Write(target + ".reason.txt", System.Text.Encoding.UTF8.GetBytes($"{clock.GetUtcNow():O} set aside from {path}\n{reason}\n"));
        return target;
    }

    static void Sync(string target)
    {
        var folder = Path.GetDirectoryName(target)!;
        DurableFile.SyncFolder(Path.GetDirectoryName(folder)!);
        DurableFile.SyncFolder(folder);
    }

    static bool AreEqual(string one, string other)
    {
        using var a = File.OpenRead(one);
        using var b = File.OpenRead(other);
        if (a.Length != b.Length) return false;
        var (bytesOfOne, bytesOfOther) = (new byte[64 * 1024], new byte[64 * 1024]);
        for (int read; (read = a.ReadAtLeast(bytesOfOne, bytesOfOne.Length, throwOnEndOfStream: false)) > 0;)
        {
            var readOther = b.ReadAtLeast(bytesOfOther, bytesOfOther.Length, throwOnEndOfStream: false);
            if (!bytesOfOne.AsSpan(0, read).SequenceEqual(bytesOfOther.AsSpan(0, readOther))) return false;
        }
        return true;
    }
}
