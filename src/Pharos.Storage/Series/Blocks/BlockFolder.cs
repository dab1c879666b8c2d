using System.Globalization;
using Pharos.Storage.Bytes;
using Pharos.Storage.Files;

namespace Pharos.Storage.Series.Blocks;

/// <summary>The blocks of a folder as found at start.</summary>
/// <param name="Blocks">Open blocks by ascending sequence; each holds its first lease.</param>
/// <param name="SetAside">What was corrupt: new path and reason.</param>
/// <param name="HighestSequence">Highest sequence of any block file seen, also of those set aside; 0 when there is none.</param>
sealed record BlockFolder(IReadOnlyList<BlockReader> Blocks, IReadOnlyList<(string Path, string Reason)> SetAside, ulong HighestSequence)
{
    /// <summary>Opens all blocks, deletes what a killed process left half done, and moves corrupt files aside.</summary>
    /// <exception cref="IOException">The folder or the disk cannot be read: nothing is set aside for that.</exception>
    public static BlockFolder Open(string folder, TimeProvider clock)
    {
        DurableFile.DeleteTemporaries(folder);
        var setAside = new List<(string, string)>();
        var opened = new List<BlockReader>();
        var highest = HighestIn(Path.Combine(folder, SetAsideFiles.FolderName));
        foreach (var path in Directory.EnumerateFiles(folder, "*" + BlockFormat.Extension).Order(StringComparer.Ordinal))
        {
            highest = Math.Max(highest, SequenceOf(path));
            try
            {
                opened.Add(BlockReader.Open(path));
            }
            catch (CorruptDataException e)
            {
                setAside.Add((SetAsideFiles.Move(path, e.Message, clock), e.Message));
            }
        }
        var replaced = opened.SelectMany(b => b.Meta.Replaces).ToHashSet();
        foreach (var old in opened.Where(b => replaced.Contains(b.Sequence)))
        {
            old.Release();
            DurableFile.Delete(old.Path);
        }
        var blocks = opened.Where(b => !replaced.Contains(b.Sequence)).OrderBy(b => b.Sequence).ToList();
        foreach (var block in blocks) highest = Math.Max(highest, block.Sequence);
        return new BlockFolder(blocks, setAside, highest);
    }

    /// <summary>Puts the same blocks into another folder: as hard links where the file system can, else as copies.</summary>
    public static void Snapshot(IReadOnlyList<BlockReader> blocks, string targetFolder)
    {
        Directory.CreateDirectory(targetFolder);
        foreach (var block in blocks)
        {
            var target = Path.Combine(targetFolder, Path.GetFileName(block.Path));
            if (OperatingSystem.IsLinux() && LibC.Link(block.Path, target) == 0) continue;
            File.Copy(block.Path, target, overwrite: true);
            using var file = File.OpenHandle(target, FileMode.Open, FileAccess.ReadWrite);
            DurableFile.SyncData(file);
        }
        DurableFile.SyncFolder(targetFolder);
    }

    static ulong HighestIn(string folder) =>
        Directory.Exists(folder) ? Directory.EnumerateFiles(folder).Select(SequenceOf).DefaultIfEmpty().Max() : 0;

    /// <summary>The sequence in <c>min-max-sequence.block</c>, also with a number behind it; 0 when the name has none.</summary>
    static ulong SequenceOf(string path)
    {
        var name = Path.GetFileName(path.AsSpan());
        var end = name.IndexOf(BlockFormat.Extension, StringComparison.Ordinal);
        if (end < 0) return 0;
        var start = name[..end].LastIndexOf('-') + 1;
        return ulong.TryParse(name[start..end], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence) ? sequence : 0;
    }
}
