using Pharos.Storage.Bytes;
using Pharos.Storage.Chunks;
using Pharos.Storage.Series.Blocks;
using Pharos.Storage.Series.Head;
using Pharos.Storage.Series.Index;

namespace Pharos.Storage.Series.Views;

/// <summary>Puts a series' samples together from blocks and head, for one selector of one query.</summary>
/// <remarks>
/// <para>Only blocks that reach into the range are asked. At equal times the block of the lower sequence wins, and any block over the head.</para>
/// <para>Damage: a chunk whose bytes prove wrong is left out and told to the store; what else there is of the series is served.</para>
/// <para>Threads: one. Best by ascending index. Lifetime: within the view's lease.</para>
/// </remarks>
sealed class SeriesReader
{
    readonly StoreViews views;
    readonly StoreView view;
    readonly long afterMs;
    readonly long throughMs;
    readonly List<(BlockReader Block, BlockCursor Cursor)> blocks = [];
    uint id;

    public SeriesReader(StoreViews views, StoreView view, long afterMs, long throughMs)
    {
        (this.views, this.view, this.afterMs, this.throughMs) = (views, view, afterMs, throughMs);
        foreach (var block in view.Blocks)
        {
            if (block.MaxMs <= afterMs || block.MinMs > throughMs) continue;
            blocks.Add((block, new BlockCursor(block, (error, fromMs, lastMs) => views.Damage.Note(block, error, id, fromMs, lastMs))));
        }
    }

    /// <summary>Fills the columns with the series' samples in the range, strictly ascending.</summary>
    public void Read(uint index, SampleColumns into)
    {
        into.Clear();
        id = views.Catalogue.IdOf(index);
        foreach (var (block, cursor) in blocks)
        {
            into.BeginPart();
            var from = into.Count;
            try
            {
                cursor.Read(id, afterMs, throughMs, into);
            }
            catch (CorruptDataException error)
            {
                into.Truncate(from);
                views.Damage.Note(block, error, id);
            }
            if (!view.Tombstones.IsEmpty) view.Tombstones.Apply(id, block.Sequence, into, from);
        }
        if (views.Catalogue.SlotOf(index) is var slot && slot != SeriesCatalogue.NoSlot)
        {
            var from = into.Count;
            views.Head.Read(slot - 1, id, view.Head, afterMs, throughMs, into);
            if (!view.Tombstones.IsEmpty) view.Tombstones.Apply(id, 0, into, from); // The head counts as older than any deletion.
        }
        into.MergeParts();
    }

    /// <summary>Answers from the newest samples of the head when that is enough.</summary>
    public HeadShard.NewestFound FindNewest(uint index, out long timeMs, out double value)
    {
        (timeMs, value) = (0, 0);
        var slot = views.Catalogue.SlotOf(index);
        if (slot == SeriesCatalogue.NoSlot) return HeadShard.NewestFound.Unknown;
        var id = views.Catalogue.IdOf(index);
        if (!view.Tombstones.IsEmpty && view.Tombstones.Of(id).Count > 0) return HeadShard.NewestFound.Unknown;
        return views.Head.FindNewest(slot - 1, id, afterMs, throughMs, out timeMs, out value);
    }

    /// <summary>Whether the series has a sample in the range: by the newest one and the blocks' directories, and only where those cannot tell by reading.</summary>
    /// <param name="columns">To read into; what it holds afterwards means nothing.</param>
    public bool HasSamples(uint index, SampleColumns columns)
    {
        switch (FindNewest(index, out _, out _))
        {
            case HeadShard.NewestFound.Sample:
                return true;
            case HeadShard.NewestFound.None:
                return false;
        }
        if (IsCoveredByBlock(index)) return true;
        Read(index, columns);
        return columns.Count > 0;
    }

    /// <summary>Whether a block is known to have samples of the series in the range, by its directory alone.</summary>
    bool IsCoveredByBlock(uint index)
    {
        var id = views.Catalogue.IdOf(index);
        if (!view.Tombstones.IsEmpty && view.Tombstones.Of(id).Count > 0) return false;
        foreach (var (block, cursor) in blocks)
        {
            try
            {
                if (cursor.Covers(id, afterMs, throughMs)) return true;
            }
            catch (CorruptDataException error)
            {
                views.Damage.Note(block, error);
            }
        }
        return false;
    }
}
