using Pharos.Model.Reading;
using Pharos.Storage.Chunks;
using Pharos.Storage.Series.Head;
using Pharos.Storage.Series.Index;

namespace Pharos.Storage.Series.Views;

/// <summary>Reads the resolved series of one selector, batch by batch, in order of their ids.</summary>
/// <remarks>
/// <para>Series whose times equal those of one just before share its time column, so that a query computes window bounds once for all of a target.</para>
/// <para>A batch ends at 256 series or about 16 MB of samples, whichever comes first.</para>
/// </remarks>
sealed class SeriesCursor(SeriesCatalogue catalogue, SeriesReader reader, uint[] series, SelectHints hints, CancellationToken cancellation) : ISeriesCursor
{
    const long FullBatchBytes = 16 << 20;
    const int ColumnsToCompare = 4;

    readonly SampleColumns columns = new();
    int next;

    public bool MoveNext(SeriesBatch batch)
    {
        batch.Clear();
        cancellation.ThrowIfCancellationRequested();
        while (next < series.Length && batch.Count < SeriesBatch.MaxSeries && batch.SizeBytes < FullBatchBytes)
        {
            var index = series[next++];
            if ((next & 1023) == 0) cancellation.ThrowIfCancellationRequested();
            switch (hints.Want)
            {
                case Want.Samples:
                    AddSamples(index, batch);
                    break;
                case Want.Newest:
                    AddNewest(index, batch);
                    break;
                case Want.Labels:
                    if (reader.HasSamples(index, columns)) Add(index, [], [], batch);
                    break;
            }
            if (batch.SizeBytes > hints.MaxBytes)
            {
                throw new QueryTooLargeException($"the query would load more than {hints.MaxBytes} bytes of samples; narrow its selectors or its range");
            }
        }
        return batch.Count > 0;
    }

    public void Dispose() => next = series.Length;

    void AddSamples(uint index, SeriesBatch batch)
    {
        reader.Read(index, columns);
        if (columns.Count == 0) return;
        Add(index, columns.TimesMs.AsSpan(0, columns.Count), columns.Values.AsSpan(0, columns.Count), batch);
        if (columns.Histograms is { } histograms) batch.SetHistograms(histograms[..columns.Count]);
        if (columns.StartTimesMs is { } starts) batch.SetStartTimes(starts[..columns.Count]);
    }

    void AddNewest(uint index, SeriesBatch batch)
    {
        switch (reader.FindNewest(index, out var timeMs, out var value))
        {
            case HeadShard.NewestFound.Sample:
                Add(index, [timeMs], [value], batch);
                return;
            case HeadShard.NewestFound.None:
                return;
        }
        reader.Read(index, columns);
        if (columns.Count == 0) return;
        var last = columns.Count - 1;
        Add(index, columns.TimesMs.AsSpan(last, 1), columns.Values.AsSpan(last, 1), batch);
        if (columns.Histograms?[last] is { } histogram) batch.SetHistograms([histogram]);
        if (columns.StartTimesMs is { } starts) batch.SetStartTimes([starts[last]]);
    }

    void Add(uint index, ReadOnlySpan<long> times, ReadOnlySpan<double> values, SeriesBatch batch)
    {
        var column = -1;
        for (var c = batch.TimeColumnCount - 1; c >= 0 && c >= batch.TimeColumnCount - ColumnsToCompare && column < 0; c--)
        {
            if (batch.ColumnTimes(c).SequenceEqual(times)) column = c;
        }
        if (column < 0)
        {
            column = batch.AddTimeColumn(times.Length, out var room);
            times.CopyTo(room);
        }
        batch.AddSeries(catalogue.IdOf(index), catalogue.PairsOf(index), column, out var valueRoom);
        values.CopyTo(valueRoom);
    }
}
