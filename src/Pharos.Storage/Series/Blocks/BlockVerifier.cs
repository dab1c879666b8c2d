using Pharos.Storage.Bytes;
using Pharos.Storage.Chunks;

namespace Pharos.Storage.Series.Blocks;

/// <summary>What a whole reading of a block found.</summary>
/// <param name="Faults">Empty when the block is sound. The reading goes on behind a fault where it can.</param>
sealed record BlockReport(string Path, BlockMeta? Meta, long Series, long Samples, long Chunks, long HistogramChunks, int TimeColumns, long ValueBytes, long TimeBytes, IReadOnlyList<string> Faults);

/// <summary>Reads every byte of a block and holds what it says against what it has.</summary>
static class BlockVerifier
{
    const int MaxFaults = 100;

    public static BlockReport Verify(string path, CancellationToken cancellation)
    {
        BlockReader block;
        try
        {
            block = BlockReader.Open(path);
        }
        catch (CorruptDataException e)
        {
            return new BlockReport(path, null, 0, 0, 0, 0, 0, 0, 0, [e.Message]);
        }
        try
        {
            return new Reading(block, cancellation).Run();
        }
        finally
        {
            block.Release();
        }
    }

    sealed class Reading(BlockReader block, CancellationToken cancellation)
    {
        readonly List<string> faults = [];
        readonly BlockCursor cursor = new(block);
        readonly double[] values = new double[BlockFormat.MaxSamplesPerChunk];
        long series;
        long samples;
        long chunks;
        long histogramChunks;
        long valueBytes;
        long timeBytes;

        public BlockReport Run()
        {
            for (var page = 0; page < block.PageCount; page++) Try(() => block.CheckPage(page));
            if (faults.Count == 0)
            {
                for (var column = 0; column < block.ColumnCount; column++) Try(() => timeBytes += block.Column(column).LengthBytes);
                Try(CheckSeries);
                Try(CheckLabels);
                if (samples != block.SampleCount) faults.Add($"{block.Path}: {samples} samples where the footer tells {block.SampleCount}");
                if (series != block.SeriesCount) faults.Add($"{block.Path}: {series} series where the footer tells {block.SeriesCount}");
            }
            if (block.Mended is { } mended) faults.Add($"{mended}; nothing is lost by it");
            return new BlockReport(block.Path, block.Meta, series, samples, chunks, histogramChunks, block.ColumnCount, valueBytes, timeBytes, faults);
        }

        void CheckSeries()
        {
            foreach (var id in block.Ids())
            {
                cancellation.ThrowIfCancellationRequested();
                series++;
                foreach (var chunk in cursor.Chunks(id).ToArray()) Try(() => CheckChunk(id, chunk));
            }
        }

        void CheckChunk(ulong id, ChunkEntry chunk)
        {
            var times = cursor.Times(chunk.Column);
            for (var i = 1; i < times.Length; i++)
            {
                if (times[i] <= times[i - 1]) faults.Add($"{block.Path}: series {id}: time {times[i]} after {times[i - 1]}");
            }
            chunks++;
            samples += times.Length;
            valueBytes += chunk.LengthBytes;
            var reader = new ByteReader(block.Data(chunk.Offset, chunk.LengthBytes), block.Path, chunk.Offset);
            if (chunk.IsHistogram)
            {
                histogramChunks++;
                HistogramChunk.Decode(ref reader, times.Length, 0, new Model.Samples.FloatHistogram?[times.Length]);
                reader.ExpectEnd("the chunk");
                return;
            }
            for (var at = 0; at < times.Length; at += ValueFrame.MaxCount)
            {
                ValueFrame.Decode(ref reader, values.AsSpan(at, Math.Min(ValueFrame.MaxCount, times.Length - at)));
            }
            reader.ExpectEnd("the chunk");
            if (!ChunkSummary.Of(values.AsSpan(0, times.Length)).Equals(chunk.Summary)) faults.Add($"{block.Path}: series {id}: the summary is not that of the samples");
        }

        void CheckLabels()
        {
            using var ids = block.Ids().GetEnumerator();
            foreach (var (id, _) in block.Labels())
            {
                if (ids.MoveNext() && ids.Current == id) continue;
                faults.Add($"{block.Path}: labels of series {id} do not belong to the directory");
                return;
            }
            if (ids.MoveNext()) faults.Add($"{block.Path}: no labels for series {ids.Current}");
        }

        void Try(Action check)
        {
            if (faults.Count >= MaxFaults) return;
            try
            {
                check();
            }
            catch (CorruptDataException e)
            {
                faults.Add(e.Message);
            }
        }
    }
}
