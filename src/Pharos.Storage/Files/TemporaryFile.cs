using Microsoft.Win32.SafeHandles;

namespace Pharos.Storage.Files;

/// <summary>A file that is written under a temporary name. Unless it was published, its end deletes it: a disk that was too full for it gets the room back.</summary>
sealed class TemporaryFile : IDisposable
{
    readonly string path;
    bool isPublished;

    public TemporaryFile(string path, FileAccess access = FileAccess.Write)
    {
        this.path = path;
        Handle = DurableFile.Create(path, access);
    }

    public SafeFileHandle Handle { get; }

    /// <summary>Gives the file, which was synced, its final name in the same folder.</summary>
    public void Publish(string finalPath)
    {
        Handle.Dispose();
        DurableFile.Move(path, finalPath);
        isPublished = true;
        DurableFile.SyncFolder(Path.GetDirectoryName(Path.GetFullPath(finalPath))!);
    }

    public void Dispose()
    {
        Handle.Dispose();
        if (!isPublished) DurableFile.TryDelete(path); // Else the next of that name takes its place, or the next start deletes it.
    }
}
