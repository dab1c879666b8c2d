using Pharos.Storage.Chunks;

namespace Pharos.Storage.Series.Blocks;

/// <summary>Makes one block of several, without the samples that were deleted.</summary>
/// <remarks>
/// <para>One series at a time goes through memory; inputs are read through maps of their own, whose pages are let go behind the reading. So
/// memory does not grow with the blocks.</para>
/// <para>At equal times the input of the lowest sequence wins, as in a query. A deletion that comes after the merge began has a sequence
/// of at least the result's and is applied to it when read.</para>
/// <para>Errors: <see cref="Bytes.CorruptDataException"/> names the input; nothing was published then.</para>
/// </remarks>
static class BlockMerge
{
    /// <summary>Merges and publishes. Take the sequence before taking the tombstones.</summary>
    public static MergeResult Run(string folder, ulong sequence, IReadOnlyList<string> inputPaths, Tombstones tombstones, CancellationToken cancellation)
    {
        var inputs = new List<Input>();
        try
        {
            foreach (var path in inputPaths) inputs.Add(new Input(BlockReader.Open(path)));
            inputs = ReadingOrder.Of(inputs, input => input.Block.Meta);
            // What an input replaced is named again: it may still lie there if its deletion was cut short.
            var replaces = inputs.SelectMany(i => i.Block.Meta.Replaces.Append(i.Block.Sequence)).Distinct().Order().ToArray();
            using var writer = new BlockWriter(folder, sequence, replaces);
            var (read, deleted) = CopyAll(inputs, writer, tombstones, cancellation);
            if (writer.SeriesCount == 0) return new MergeResult(null, deleted, 0);
            var block = writer.Publish();
            return new MergeResult(block, deleted, read - deleted - block.SampleCount);
        }
        finally
        {
            foreach (var input in inputs) input.Dispose();
        }
    }

    static (long Read, long Deleted) CopyAll(List<Input> inputs, BlockWriter writer, Tombstones tombstones, CancellationToken cancellation)
    {
        var columns = new SampleColumns();
        var (read, deleted) = (0L, 0L);
        while (TryFindLowestId(inputs, out var id))
        {
            cancellation.ThrowIfCancellationRequested();
            columns.Clear();
            ReadOnlyMemory<byte> labels = default;
            foreach (var input in inputs)
            {
                if (input.IsAtEnd || input.Id != id) continue;
                labels = input.Labels;
                columns.BeginPart();
                var from = columns.Count;
                input.Read(columns);
                var count = columns.Count - from;
                tombstones.Apply(id, input.Block.Sequence, columns, from);
                read += count;
                deleted += count - (columns.Count - from);
                input.MoveNext();
            }
            columns.MergeParts();
            writer.AddSeries(id, labels.Span, columns);
        }
        return (read, deleted);
    }

    static bool TryFindLowestId(List<Input> inputs, out ulong id)
    {
        id = ulong.MaxValue;
        var isFound = false;
        foreach (var input in inputs)
        {
            if (input.IsAtEnd) continue;
            id = Math.Min(id, input.Id);
            isFound = true;
        }
        return isFound;
    }

    /// <summary>One input on its way through its series.</summary>
    sealed class Input : IDisposable
    {
        readonly IEnumerator<(ulong Id, ReadOnlyMemory<byte> Labels)> series;
        readonly BlockCursor cursor;

        public Input(BlockReader block)
        {
            Block = block;
            cursor = new BlockCursor(block);
            series = block.Labels().GetEnumerator();
            MoveNext();
        }

        public BlockReader Block { get; }

        public bool IsAtEnd { get; private set; }

        public ulong Id => series.Current.Id;

        public ReadOnlyMemory<byte> Labels => series.Current.Labels;

        public void MoveNext() => IsAtEnd = !series.MoveNext();

        public void Read(SampleColumns into)
        {
            cursor.Read(Id, long.MinValue, long.MaxValue, into);
            if (cursor.Chunks(Id) is { IsEmpty: false } chunks) Block.ForgetBefore(chunks[0].Offset);
        }

        public void Dispose()
        {
            series.Dispose();
            Block.Release();
        }
    }
}

/// <summary>What a merge made.</summary>
/// <param name="Block">Null when every sample was deleted: the inputs may go.</param>
/// <param name="DuplicateSamples">Samples dropped because an input of lower sequence had one at the same time.</param>
sealed record MergeResult(BlockReader? Block, long DeletedSamples, long DuplicateSamples);
