namespace Pharos.Storage.Files;

/// <summary>Bytes of all files below a folder.</summary>
static class FolderSize
{
    public static long Of(string folder)
    {
        long bytes = 0;
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            if (file.Exists) bytes += file.Length; // A file may go while we look.
        }
        return bytes;
    }
}
