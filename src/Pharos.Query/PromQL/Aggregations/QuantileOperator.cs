using Pharos.Query.PromQL.Execution;
using Pharos.Query.PromQL.Functions;
using Pharos.Query.PromQL.Syntax;

namespace Pharos.Query.PromQL.Aggregations;

/// <summary>quantile(q, v): of the floats of each group at each step.</summary>
sealed class QuantileOperator(AggregateExpr aggregate, VectorOperator inner, ScalarColumn parameter, StepGrid grid, QueryContext context) : TableOperator
{
    public override void Dispose()
    {
        base.Dispose();
        inner.Dispose();
        parameter.Dispose();
    }

    protected override Table Build()
    {
        var quantiles = parameter.Values();
        foreach (var q in quantiles)
        {
            if (q is not (>= 0 and <= 1)) context.Notes.Warn(aggregate.Parameter!.Span, NoteText.InvalidQuantile(q));
        }
        using var input = Table.Of(inner, grid, context);
        var grouping = new GroupedRows(context.Symbols, aggregate);
        var members = new List<List<int>>();
        for (var row = 0; row < input.Count; row++)
        {
            var group = grouping.GroupOf(input.Pairs(row));
            if (group == members.Count) members.Add([]);
            members[group].Add(row);
        }
        var output = new Table(grid, context);
        var values = new double[input.Count];
        for (var group = 0; group < members.Count; group++)
        {
            var added = output.AddRow(grouping.Groups[group], members[group].Exists(input.DropsName));
            for (var step = 0; step < grid.Count; step++)
            {
                var count = Collect(input, members[group], step, values);
                if (count == 0) continue;
                var sorted = values.AsSpan(0, count);
                sorted.Sort();
                output.Set(added, step, OrderKernels.OfSorted(quantiles[step], sorted), null);
            }
            context.CheckTime();
        }
        return output;
    }

    int Collect(Table input, List<int> members, int step, double[] values)
    {
        var count = 0;
        foreach (var row in members)
        {
            if (!Presence.Has(input.Present(row), step)) continue;
            if (input.HistogramAt(row, step) is null) values[count++] = input.Values(row)[step];
            else context.Notes.Inform(aggregate.Inner.Span, NoteText.HistogramIgnoredInAggregation("quantile"));
        }
        return count;
    }
}
