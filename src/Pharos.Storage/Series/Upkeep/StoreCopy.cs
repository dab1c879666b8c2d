using Pharos.Storage.Chunks;
using Pharos.Storage.Files;
using Pharos.Storage.Series.Blocks;
using Pharos.Storage.Series.Views;

namespace Pharos.Storage.Series.Upkeep;

/// <summary>Puts a consistent copy of the store into a folder of its own: blocks as links where the disk can, what the head holds as one block, the catalogue.</summary>
sealed class StoreCopy(string folder, StoreViews views, HeadBlocks headBlocks)
{
    /// <param name="skipHead">Leaves out what is not in a block yet.</param>
    /// <returns>The name of the new folder below <c>snapshots/</c>.</returns>
    public string Make(DateTimeOffset now, bool skipHead)
    {
        var name = $"{now:yyyyMMdd'T'HHmmss'Z'}-{Guid.NewGuid():N}"[..33];
        var target = Path.Combine(folder, "snapshots", name);
        try
        {
            Write(target, skipHead);
        }
        catch
        {
            if (Directory.Exists(target)) Directory.Delete(target, recursive: true); // Half of one must neither be taken for whole nor fill the disk.
            throw;
        }
        return name;
    }

    void Write(string target, bool skipHead)
    {
        Directory.CreateDirectory(Path.Combine(target, "catalogue"));
        BlockFolder.Snapshot(views.Blocks, Path.Combine(target, "blocks"));
        if (!skipHead) headBlocks.Write(Path.Combine(target, "blocks"), views.Current.Head, TimeRange.MinMs, TimeRange.MaxMs)?.Release();
        foreach (var path in Directory.EnumerateFiles(Path.Combine(folder, "catalogue"), "series-*.log")) File.Copy(path, Path.Combine(target, "catalogue", Path.GetFileName(path)));
        views.Current.Tombstones.Save(Path.Combine(target, "tombstones"));
        DurableFile.SyncFolder(target);
    }
}
