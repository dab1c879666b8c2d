using Pharos.Model.Writing;
using Pharos.Storage.Bytes;
using Pharos.Storage.Chunks;
using Pharos.Storage.Series.Blocks;
using Pharos.Storage.Series.Index;
using Pharos.Storage.Series.Prometheus;
using Pharos.Storage.Series.Upkeep;
using Pharos.Storage.Series.Views;
using Pharos.Storage.Wal;

namespace Pharos.Storage.Series;

/// <summary>Takes over the blocks of a Prometheus data folder.</summary>
sealed class PrometheusImport(StoreUpkeep upkeep, StoreViews views, LogWriter log)
{
    readonly SeriesCatalogue catalogue = views.Catalogue;

    /// <summary>Takes over the blocks of a Prometheus data folder, each as one block here. What this store has at the same times stays as it is.</summary>
    /// <remarks>Samples that Prometheus holds in its log alone are not taken: stop it, or snapshot it through its admin API, first.</remarks>
    /// <exception cref="IOException">A disk failed. A damaged block is told in the result and left out.</exception>
    public IEnumerable<ImportedBlock> Run(string dataFolder, CancellationToken cancellation)
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
            return upkeep.Alone(() => Copy(source, cancellation));
        }
        catch (CorruptDataException error)
        {
            return new ImportedBlock(folder, 0, 0, 0, 0, error.Message);
        }
    }

    ImportedBlock Copy(PrometheusBlock source, CancellationToken cancellation)
    {
        var series = InternSeries(source, cancellation);
        log.CommitNow(); // The catalogue must know the ids on disk before a block names them.
        using var writer = new BlockWriter(views.BlocksFolder, views.NextSequence(), []);
        CopySeries(source, series, writer, cancellation);
        if (writer.SeriesCount == 0) return new ImportedBlock(source.Folder, 0, 0, 0, source.HistogramChunks, null);
        var block = writer.Publish();
        views.Replace([], block);
        return new ImportedBlock(source.Folder, block.SeriesCount, block.SampleCount, block.SizeBytes, source.HistogramChunks, null);
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
            if (!catalogue.TryIntern(labels, out var index, out _)) throw new IOException($"the store has {catalogue.MaxSeries} series, the most it may have");
            known.Add((catalogue.IdOf(index), index, series));
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
            catalogue.WriteLabels(index, labelBytes);
            writer.AddSeries(id, labelBytes.Written, columns);
        }
    }
}
