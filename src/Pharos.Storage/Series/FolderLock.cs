using System.Globalization;

namespace Pharos.Storage.Series;

/// <summary>Keeps a second process out of the data folder. The system frees it when the process dies, however it dies.</summary>
sealed class FolderLock : IDisposable
{
    readonly FileStream file;

    FolderLock(FileStream file) => this.file = file;

    /// <exception cref="StoreLockedException">Somebody else holds it.</exception>
    public static FolderLock Take(string folder)
    {
        var path = Path.Combine(folder, "lock");
        FileStream file;
        try
        {
            // FileShare.None is an advisory lock (flock) here, tied to the descriptor.
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(path))
        {
            throw new StoreLockedException(folder);
        }
        try
        {
            file.SetLength(0);
            file.Write(System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            file.Flush();
        }
        catch (IOException)
        {
            // A full disk. The number is for people; the lock is what counts.
        }
        return new FolderLock(file);
    }

    public void Dispose() => file.Dispose();
}
