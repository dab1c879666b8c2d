using Pharos.Model.Reading;
using Pharos.Model.Samples;

namespace Pharos.Query.PromQL.Execution;

/// <summary>The result of a sub-query as samples: each step of the inner grid becomes a sample where the series has one.</summary>
/// <remarks>Series that have all steps share one time column.</remarks>
sealed class SubquerySource(VectorOperator inner, StepGrid grid, QueryContext context) : SampleSource
{
    readonly SeriesBatch batch = new();
    readonly VectorBatch input = new();
    readonly bool[] dropsName = new bool[SeriesBatch.MaxSeries];
    ulong nextId;

    public override SeriesBatch? Next()
    {
        context.CheckTime();
        if (grid.Count <= 0) return null;
        input.Reset(grid.Count);
        if (!inner.Next(input)) return null;
        batch.Clear();
        var fullColumn = -1;
        for (var row = 0; row < input.Count; row++)
        {
            var present = input.Present(row);
            var count = Presence.Count(present);
            if (count == 0) continue;
            var isFull = count == grid.Count;
            var column = isFull && fullColumn >= 0 ? fullColumn : AddColumn(present, count);
            if (isFull) fullColumn = column;
            AddSeries(row, column, count);
        }
        return batch;
    }

    public override bool DropsName(int series) => dropsName[series];

    public override void Dispose()
    {
        inner.Dispose();
        batch.Dispose();
        input.Dispose();
    }

    int AddColumn(ReadOnlySpan<ulong> present, int count)
    {
        var column = batch.AddTimeColumn(count, out var times);
        var at = 0;
        for (var step = 0; step < grid.Count; step++)
        {
            if (Presence.Has(present, step)) times[at++] = grid.At(step);
        }
        return column;
    }

    void AddSeries(int row, int column, int count)
    {
        dropsName[batch.Count] = input.DropsName(row);
        batch.AddSeries(nextId++, input.Pairs(row), column, out var values);
        var from = input.Values(row);
        var present = input.Present(row);
        var lane = input.Lane(row);
        var histograms = lane is null ? null : new FloatHistogram?[count];
        var at = 0;
        for (var step = 0; step < grid.Count; step++)
        {
            if (!Presence.Has(present, step)) continue;
            values[at] = from[step];
            if (lane?[step] is { } histogram) histograms![at] = WithoutHint(histogram);
            at++;
        }
        if (histograms is not null) batch.SetHistograms(histograms);
    }

    /// <summary>Between two steps samples are missing or repeated, so what a hint says of the sample before is not true here.</summary>
    static FloatHistogram WithoutHint(FloatHistogram histogram) =>
        histogram.Hint is CounterResetHint.Reset or CounterResetHint.NotReset ? histogram with { Hint = CounterResetHint.Unknown } : histogram;
}
