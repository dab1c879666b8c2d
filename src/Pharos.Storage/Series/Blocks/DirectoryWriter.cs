using Pharos.Model.Diagnostics;
using Pharos.Storage.Bytes;

namespace Pharos.Storage.Series.Blocks;

/// <summary>Collects the chunks of all series, by ascending id, as groups of 32 with an index of groups.</summary>
/// <remarks>Memory: about 20 bytes a series until the block is published.</remarks>
sealed class DirectoryWriter : IDisposable
{
    readonly ByteWriter directory = new();
    readonly ByteWriter groups = new();
    ulong previousId;
    long expectedOffset;

    public long SeriesCount { get; private set; }

    public ReadOnlySpan<byte> Directory => directory.Written;

    public ReadOnlySpan<byte> Groups => groups.Written;

    public void Add(ulong id, List<ChunkEntry> chunks)
    {
        Invariant.Holds(SeriesCount == 0 || id > previousId, $"series {id} after {previousId}: a block takes ascending ids");
        if (SeriesCount % BlockFormat.SeriesPerGroup == 0)
        {
            groups.U64(id);
            groups.U64((ulong)directory.Length);
            expectedOffset = chunks[0].Offset;
            directory.Varint((ulong)expectedOffset);
            previousId = id;
        }
        directory.Varint(id - previousId);
        directory.Varint((ulong)chunks.Count);
        foreach (var chunk in chunks)
        {
            chunk.Write(directory, expectedOffset);
            expectedOffset = chunk.EndOffset;
        }
        previousId = id;
        SeriesCount++;
    }

    public void Dispose()
    {
        directory.Dispose();
        groups.Dispose();
    }
}
