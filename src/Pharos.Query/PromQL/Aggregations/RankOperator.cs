using Pharos.Query.PromQL.Execution;
using Pharos.Query.PromQL.Syntax;

namespace Pharos.Query.PromQL.Aggregations;

/// <summary>topk, bottomk, limitk and limit_ratio: keeps some samples of each group, with all their labels.</summary>
sealed class RankOperator(AggregateExpr aggregate, VectorOperator inner, ScalarColumn parameter, StepGrid grid, QueryContext context) : TableOperator
{
    bool IsRanking => aggregate.Operator is AggregateOperator.TopK or AggregateOperator.BottomK;

    public override void Dispose()
    {
        base.Dispose();
        inner.Dispose();
        parameter.Dispose();
    }

    protected override Table Build()
    {
        var parameters = parameter.Values();
        var output = new Table(grid, context);
        using var input = Table.Of(inner, grid, context); // Before anything is decided: its errors and notes are told also where nothing is kept.
        if (aggregate.Operator == AggregateOperator.LimitRatio ? parameters.All(ratio => ratio == 0) : parameters.All(k => k < 1)) return output;
        Check(parameters);
        var groups = Members(input);
        var outputRows = new int[input.Count];
        Array.Fill(outputRows, -1);
        var chosen = new List<int>();
        for (var step = 0; step < grid.Count; step++)
        {
            context.CheckTime();
            foreach (var members in groups)
            {
                chosen.Clear();
                Choose(input, members, step, parameters[step], chosen);
                foreach (var row in chosen)
                {
                    if (outputRows[row] < 0) outputRows[row] = output.AddRow(input.Pairs(row), input.DropsName(row));
                    output.Set(outputRows[row], step, input.Values(row)[step], input.HistogramAt(row, step));
                }
            }
        }
        return output;
    }

    List<List<int>> Members(Table input)
    {
        var grouping = new GroupedRows(context.Symbols, aggregate);
        var groups = new List<List<int>>();
        for (var row = 0; row < input.Count; row++)
        {
            var group = grouping.GroupOf(input.Pairs(row));
            if (group == groups.Count) groups.Add([]);
            groups[group].Add(row);
        }
        return groups;
    }

    void Check(double[] parameters)
    {
        var span = aggregate.Parameter!.Span;
        if (aggregate.Operator == AggregateOperator.LimitRatio)
        {
            if (parameters.Any(double.IsNaN)) throw new PromQlEvaluationException("Ratio value is NaN");
            if (parameters.Max() > 1) context.Notes.Warn(span, NoteText.InvalidRatio(parameters.Max(), 1));
            if (parameters.Min() < -1) context.Notes.Warn(span, NoteText.InvalidRatio(parameters.Min(), -1));
            return;
        }
        if (parameters.Any(double.IsNaN)) throw new PromQlEvaluationException("Parameter value is NaN");
        if (parameters.Min() <= long.MinValue) throw new PromQlEvaluationException($"Scalar value {Text(parameters.Min())} underflows int64");
        if (parameters.Max() >= long.MaxValue) throw new PromQlEvaluationException($"Scalar value {Text(parameters.Max())} overflows int64");
    }

    static string Text(double value) => Model.Text.GoText.FormatFloat(value);

    void Choose(Table input, List<int> members, int step, double parameterValue, List<int> chosen)
    {
        foreach (var row in members)
        {
            if (!Presence.Has(input.Present(row), step)) continue;
            if (aggregate.Operator == AggregateOperator.LimitRatio)
            {
                if (LabelHash.IsInRatio(context.Symbols, input.Pairs(row), Math.Clamp(parameterValue, -1, 1))) chosen.Add(row);
                continue;
            }
            if (IsRanking && input.HistogramAt(row, step) is not null)
            {
                context.Notes.Inform(aggregate.Inner.Span, NoteText.HistogramIgnoredInAggregation(aggregate.Operator.Text()));
                continue;
            }
            chosen.Add(row);
        }
        if (aggregate.Operator == AggregateOperator.LimitRatio) return;
        var k = (int)Math.Clamp(Math.Truncate(parameterValue), 0, chosen.Count);
        if (IsRanking)
        {
            var sign = aggregate.Operator == AggregateOperator.TopK ? -1 : 1;
            chosen.Sort((left, right) =>
            {
                var order = CompareNaNLast(input.Values(left)[step], input.Values(right)[step], sign);
                return order != 0 ? order : left.CompareTo(right);
            });
        }
        chosen.RemoveRange(k, chosen.Count - k);
    }

    static int CompareNaNLast(double left, double right, int sign)
    {
        if (double.IsNaN(left) || double.IsNaN(right)) return double.IsNaN(left).CompareTo(double.IsNaN(right));
        return sign * left.CompareTo(right);
    }
}
