using Pharos.Model.Writing;
using Pharos.Storage.Bytes;
using Pharos.Storage.Series.Blocks;
using Pharos.Storage.Series.Chunks;
using Pharos.Storage.Series.Prometheus;

namespace Pharos.Storage.Series;

/// <summary>What became of one block of Prometheus.</summary>
/// <param name="Samples">Floats taken over.</param>
/// <param name="HistogramChunks">Chunks of native histograms, which are left out.</param>
/// <param name="Fault">Why the block was not taken; null when it was.</param>
public sealed record ImportedBlock(string Folder, long Series, long Samples, long SizeBytes, long HistogramChunks, string? Fault);

public sealed partial class SeriesStore
{
    /// <summary>Takes over the blocks of a Prometheus data folder, each as one block here. What this store has at the same times stays as it is.</summary>
    /// <remarks>Samples that Prometheus holds in its log alone are not taken: stop it, or snapshot it through its admin API, first.</remarks>
    /// <exception cref="IOException">A disk failed. A damaged block is told in the result and left out.</exception>
    public IEnumerable<ImportedBlock> ImportPrometheus(string dataFolder, CancellationToken cancellation)
    {
        IReadOnlyList<string> folders;
        string? fault = null;
        try
        {
            folders = PrometheusBlock.Find(dataFolder);
        }
        catch (CorruptDataException error)
        {
            (folders, fault) = ([], error.Message);
        }
        if (fault is not null) yield return new ImportedBlock(dataFolder, 0, 0, 0, 0, fault);
        foreach (var folder in folders) yield return ImportBlock(folder, cancellation);
    }

    ImportedBlock ImportBlock(string folder, CancellationToken cancellation)
    {
        try
        {
            using var source = new PrometheusBlock(folder);
            lock (maintenanceGate)
            {
                var series = InternSeries(source, cancellation);
                log.CommitNow(); // The catalogue must know the ids on disk before a block names them.
                using var writer = new BlockWriter(BlocksFolder, NextSequence(), []);
                CopySeries(source, series, writer, cancellation);
                if (writer.SeriesCount == 0) return new ImportedBlock(folder, 0, 0, 0, source.HistogramChunks, null);
                var block = writer.Publish();
                Replace([], block);
                return new ImportedBlock(folder, block.SeriesCount, block.SampleCount, block.SizeBytes, source.HistogramChunks, null);
            }
        }
        catch (CorruptDataException error)
        {
            return new ImportedBlock(folder, 0, 0, 0, 0, error.Message);
        }
    }

    /// <summary>Gives every series of the block an id here; ascending by id, as a block is written.</summary>
    List<(ulong Id, uint Index, long Series)> InternSeries(PrometheusBlock source, CancellationToken cancellation)
    {
        var known = new List<(ulong, uint, long)>();
        var labels = new LabelSetBuilder();
        var chunks = new List<PrometheusChunk>();
        foreach (var series in source.Series())
        {
            cancellation.ThrowIfCancellationRequested();
            source.ReadLabels(series, labels, chunks);
            if (!labels.Sort()) CorruptDataException.Throw(Path.Combine(source.Folder, "index"), series, "labels with different names", "a name twice");
            if (!Catalogue.TryIntern(labels, out var index, out _)) throw new IOException($"the store has {Catalogue.MaxSeries} series, the most it may have");
            known.Add((Catalogue.IdOf(index), index, series));
        }
        known.Sort();
        return known;
    }

    void CopySeries(PrometheusBlock source, List<(ulong Id, uint Index, long Series)> all, BlockWriter writer, CancellationToken cancellation)
    {
        var labels = new LabelSetBuilder();
        var chunks = new List<PrometheusChunk>();
        var columns = new SampleColumns();
        using var labelBytes = new ByteWriter();
        foreach (var (id, index, series) in all)
        {
            cancellation.ThrowIfCancellationRequested();
            source.ReadLabels(series, labels, chunks);
            columns.Clear();
            source.ReadSamples(series, chunks, columns);
            labelBytes.Clear();
            WriteLabels(index, labelBytes);
            writer.AddSeries(id, labelBytes.Written, columns);
        }
    }
}
