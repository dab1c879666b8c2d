using Pharos.Model.Samples;

namespace Pharos.Query.PromQL.Execution;

/// <summary>An instant vector held whole, for what needs all series at once: joins, topk, quantiles, sorting, the result.</summary>
/// <remarks>Rows read from an operator that have no sample are left out. What it holds counts against the query's limits until it is disposed.</remarks>
sealed class Table(StepGrid grid, QueryContext context) : IDisposable
{
    readonly List<VectorBatch> batches = [];
    readonly List<(int Batch, int Row)> rows = [];
    long heldBytes;
    long heldSamples;
    int taken;

    public int Count => rows.Count;

    public StepGrid Grid { get; } = grid;

    /// <summary>Reads the operator to its end.</summary>
    public static Table Of(VectorOperator source, StepGrid grid, QueryContext context)
    {
        var table = new Table(grid, context);
        try
        {
            table.Fill(source);
            return table;
        }
        catch
        {
            table.Dispose();
            throw;
        }
    }

    public ReadOnlySpan<int> Pairs(int row) => batches[rows[row].Batch].Pairs(rows[row].Row);

    public bool DropsName(int row) => batches[rows[row].Batch].DropsName(rows[row].Row);

    public Span<double> Values(int row) => batches[rows[row].Batch].Values(rows[row].Row);

    public Span<ulong> Present(int row) => batches[rows[row].Batch].Present(rows[row].Row);

    public FloatHistogram?[]? Lane(int row) => batches[rows[row].Batch].Lane(rows[row].Row);

    public FloatHistogram?[] EnsureLane(int row) => batches[rows[row].Batch].EnsureLane(rows[row].Row);

    /// <summary>The histogram at a step, or null when the sample is a float.</summary>
    public FloatHistogram? HistogramAt(int row, int step) => Lane(row)?[step];

    /// <summary>Adds a row without samples and returns its number.</summary>
    public int AddRow(ReadOnlySpan<int> pairs, bool drops)
    {
        if (batches.Count == 0 || batches[^1].IsFull)
        {
            if (batches.Count > 0) Hold(batches[^1]);
            var batch = new VectorBatch();
            batch.Reset(Grid.Count);
            batches.Add(batch);
        }
        rows.Add((batches.Count - 1, batches[^1].AddRow(pairs, drops)));
        return rows.Count - 1;
    }

    public int CopyRow(Table from, int row, ReadOnlySpan<int> pairs, bool drops)
    {
        var added = AddRow(pairs, drops);
        from.Values(row).CopyTo(Values(added));
        from.Present(row).CopyTo(Present(added));
        if (from.Lane(row) is { } lane) lane.CopyTo(EnsureLane(added), 0);
        return added;
    }

    /// <summary>Sets one sample of a row.</summary>
    public void Set(int row, int step, double value, FloatHistogram? histogram)
    {
        Values(row)[step] = value;
        Presence.Set(Present(row), step);
        if (histogram is not null) EnsureLane(row)[step] = histogram;
        else if (Lane(row) is { } lane) lane[step] = null;
    }

    /// <summary>Hands the rows on, batch by batch in the order they came; the table is empty afterwards.</summary>
    public bool TryTake(VectorBatch into)
    {
        if (taken == batches.Count) return false;
        into.Swap(batches[taken++]);
        return true;
    }

    public void Dispose()
    {
        foreach (var batch in batches) batch.Dispose();
        batches.Clear();
        rows.Clear();
        context.Release(heldBytes, heldSamples);
        heldBytes = heldSamples = 0;
    }

    void Fill(VectorOperator source)
    {
        while (true)
        {
            context.CheckTime();
            var batch = new VectorBatch();
            if (!source.Next(batch))
            {
                batch.Dispose();
                return;
            }
            batches.Add(batch);
            for (var row = 0; row < batch.Count; row++)
            {
                if (Presence.Any(batch.Present(row))) rows.Add((batches.Count - 1, row));
            }
            Hold(batch);
        }
    }

    void Hold(VectorBatch batch)
    {
        context.CheckTime();
        var samples = 0L;
        for (var row = 0; row < batch.Count; row++) samples += Presence.Count(batch.Present(row));
        heldBytes += batch.SizeBytes;
        heldSamples += samples;
        context.Hold(batch.SizeBytes, samples);
    }
}

/// <summary>An operator that needs its whole input, builds its whole output, and then hands that on.</summary>
abstract class TableOperator : VectorOperator
{
    Table? result;

    public sealed override bool Next(VectorBatch batch) => (result ??= Build()).TryTake(batch);

    public override void Dispose() => result?.Dispose();

    protected abstract Table Build();
}
