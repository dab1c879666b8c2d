using Pharos.Model.Text;
using Pharos.Query.PromQL.Execution;
using Pharos.Query.PromQL.Histograms;
using Pharos.Query.PromQL.Syntax;

namespace Pharos.Query.PromQL.Aggregations;

/// <summary>count_values("label", v): how many series of a group have each value; the value becomes a label.</summary>
sealed class CountValuesOperator(AggregateExpr aggregate, string label, VectorOperator inner, StepGrid grid, QueryContext context) : TableOperator
{
    public override void Dispose()
    {
        base.Dispose();
        inner.Dispose();
    }

    protected override Table Build()
    {
        var labels = aggregate.IsWithout ? aggregate.Grouping.Append(label) : aggregate.Grouping;
        var grouping = new GroupedRows(context.Symbols, labels.Where(name => aggregate.IsWithout || name != label), aggregate.IsWithout);
        var outputIndex = new PairSetIndex();
        var output = new Table(grid, context);
        var isDropped = aggregate.IsWithout && aggregate.Grouping.Contains(label); // Grouping comes after the value became a label.
        using var batch = new VectorBatch();
        var rowsByValue = new Dictionary<(int Group, string Value), int>();
        while (inner.Next(batch))
        {
            context.CheckTime();
            for (var row = 0; row < batch.Count; row++)
            {
                var present = batch.Present(row);
                if (!Presence.Any(present)) continue;
                var group = grouping.GroupOf(batch.Pairs(row));
                for (var step = 0; step < grid.Count; step++)
                {
                    if (!Presence.Has(present, step)) continue;
                    var text = isDropped ? "" : batch.Lane(row)?[step] is { } histogram ? HistogramText.Of(histogram) : GoText.FormatPlain(batch.Values(row)[step]);
                    if (!rowsByValue.TryGetValue((group, text), out var at))
                    {
                        var pairs = isDropped ? grouping.Groups[group] : context.Symbols.With(grouping.Groups[group], label, text);
                        at = outputIndex.FindOrAdd(pairs, out var added);
                        if (added) output.AddRow(pairs, drops: false);
                        rowsByValue.Add((group, text), at);
                    }
                    var count = Presence.Has(output.Present(at), step) ? output.Values(at)[step] : 0;
                    output.Set(at, step, count + 1, null);
                }
            }
        }
        return output;
    }
}
