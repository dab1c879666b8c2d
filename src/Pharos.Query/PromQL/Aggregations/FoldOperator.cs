using Pharos.Model.Samples;
using Pharos.Query.PromQL.Execution;
using Pharos.Query.PromQL.Histograms;
using Pharos.Query.PromQL.Syntax;

namespace Pharos.Query.PromQL.Aggregations;

/// <summary>sum, avg, count, min, max, group, stddev and stdvar: folds rows into groups as they stream by.</summary>
/// <remarks>Holds groups x steps, never the series. Values are added in the order of the series, so that the same query gives the same bits.</remarks>
sealed class FoldOperator<TFold>(AggregateExpr aggregate, VectorOperator inner, StepGrid grid, QueryContext context) : TableOperator where TFold : struct, IFold
{
    readonly GroupColumns columns = new(grid.Count);
    readonly GroupedRows grouping = new(context.Symbols, aggregate);
    readonly Dictionary<(int Group, int Step), HistogramTotal?> histograms = []; // Null: the group's histograms do not fit together.

    readonly List<bool> dropsName = []; // Of groups: with by (__name__), whether any series had a name that is to go.

    bool TotalsHistograms => aggregate.Operator is AggregateOperator.Sum or AggregateOperator.Avg;

    bool CountsHistograms => aggregate.Operator is AggregateOperator.Count or AggregateOperator.Group;

    public override void Dispose()
    {
        base.Dispose();
        inner.Dispose();
    }

    protected override Table Build()
    {
        using var batch = new VectorBatch();
        var held = 0L;
        while (inner.Next(batch))
        {
            context.CheckTime();
            for (var row = 0; row < batch.Count; row++) AddRow(batch, row);
            if (columns.SizeBytes == held) continue;
            context.Hold(columns.SizeBytes - held, 0);
            held = columns.SizeBytes;
        }
        var table = new Table(grid, context);
        for (var group = 0; group < columns.Count; group++) AddGroup(table, group);
        context.Release(held, 0);
        return table;
    }

    void AddRow(VectorBatch batch, int row)
    {
        var present = batch.Present(row);
        if (!Presence.Any(present)) return;
        var group = grouping.GroupOf(batch.Pairs(row));
        columns.EnsureGroup(group);
        if (group == dropsName.Count) dropsName.Add(false);
        if (batch.DropsName(row)) dropsName[group] = true;
        var lane = batch.Lane(row);
        if (lane is null) columns.Add<TFold>(group, batch.Values(row), present);
        else AddMixedRow(batch, row, group, lane);
    }

    void AddMixedRow(VectorBatch batch, int row, int group, FloatHistogram?[] lane)
    {
        var present = batch.Present(row);
        var values = batch.Values(row);
        for (var step = 0; step < grid.Count; step++)
        {
            if (!Presence.Has(present, step)) continue;
            if (lane[step] is not { } histogram || CountsHistograms) columns.AddOne<TFold>(group, step, values[step]);
            else if (TotalsHistograms) AddHistogram(group, step, histogram, batch.Pairs(row));
            else context.Notes.Inform(aggregate.Inner.Span, NoteText.HistogramIgnoredInAggregation(aggregate.Operator.Text()));
        }
    }

    void AddHistogram(int group, int step, FloatHistogram histogram, ReadOnlySpan<int> pairs)
    {
        if (!histograms.TryGetValue((group, step), out var total)) histograms.Add((group, step), total = new(aggregate.Operator == AggregateOperator.Avg));
        if (total is null || total.Add(histogram)) return;
        histograms[(group, step)] = null;
        context.Notes.Warn(aggregate.Inner.Span, NoteText.MixedSchemas(context.MetricOf(pairs)));
    }

    void AddGroup(Table table, int group)
    {
        var row = table.AddRow(grouping.Groups[group], dropsName[group]);
        columns.Results<TFold>(group, table.Values(row));
        columns.Present(group).CopyTo(table.Present(row));
        if (histograms.Count == 0) return;
        for (var step = 0; step < grid.Count; step++)
        {
            if (!histograms.TryGetValue((group, step), out var total)) continue;
            if (Presence.Has(table.Present(row), step))
            {
                context.Notes.Warn(aggregate.Inner.Span, NoteText.MixedFloatsHistogramsAggregation);
                Presence.Clear(table.Present(row), step);
                continue;
            }
            if (total is null) continue;
            if (total.HasResetCollision) context.Notes.Warn(aggregate.Inner.Span, NoteText.ResetCollision("aggregation"));
            if (total.HasReconciledBounds) context.Notes.Inform(aggregate.Inner.Span, NoteText.BoundsReconciled("aggregation"));
            table.Set(row, step, 0, total.Result());
        }
    }
}
