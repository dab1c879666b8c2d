using Pharos.Model.Samples;
using Pharos.Query.PromQL.Numbers;
using Pharos.Query.PromQL.Syntax;

namespace Pharos.Query.PromQL.Execution;

/// <summary>A binary operator between a vector and a scalar, either way round. Comparisons filter, or with <c>bool</c> yield 1 or 0.</summary>
sealed class VectorScalarOperator(BinaryExpr expression, VectorOperator vector, ScalarColumn scalar, bool scalarIsLeft, StepGrid grid, QueryContext context) : VectorOperator
{
    readonly ElementOperator element = new(expression, context);

    /// <summary>Arithmetic makes something else of the metric, a filter does not.</summary>
    public static bool ChangesMetric(BinaryExpr expression) => expression.ReturnsBool || expression.Operator <= BinaryOperator.Atan2;

    public override bool Next(VectorBatch batch)
    {
        var numbers = scalar.Values(); // First: its errors and notes are told also where the vector is empty.
        if (!vector.Next(batch)) return false;
        var isTrim = expression.Operator is BinaryOperator.TrimLower or BinaryOperator.TrimUpper;
        for (var row = 0; row < batch.Count; row++)
        {
            if (batch.Lane(row) is not null || isTrim) ComputeMixed(batch, row, numbers);
            else if (expression.Operator.IsComparison()) Compare(batch.Values(row), batch.Present(row), numbers);
            else if (scalarIsLeft) Arithmetic.Apply(expression.Operator, numbers, batch.Values(row), batch.Values(row));
            else Arithmetic.Apply(expression.Operator, batch.Values(row), numbers, batch.Values(row));
            if (ChangesMetric(expression)) batch.SetDropsName(row, true);
        }
        return true;
    }

    public override void Dispose()
    {
        vector.Dispose();
        scalar.Dispose();
    }

    void Compare(Span<double> values, Span<ulong> present, ReadOnlySpan<double> numbers)
    {
        for (var step = 0; step < values.Length; step++)
        {
            if (!Presence.Has(present, step)) continue;
            var holds = scalarIsLeft ? Arithmetic.Holds(expression.Operator, numbers[step], values[step]) : Arithmetic.Holds(expression.Operator, values[step], numbers[step]);
            if (expression.ReturnsBool) values[step] = holds ? 1 : 0;
            else if (!holds) Presence.Clear(present, step);
        }
    }

    void ComputeMixed(VectorBatch batch, int row, ReadOnlySpan<double> numbers)
    {
        var values = batch.Values(row);
        var present = batch.Present(row);
        var source = batch.Lane(row);
        var lane = new FloatHistogram?[grid.Count];
        for (var step = 0; step < values.Length; step++)
        {
            if (!Presence.Has(present, step)) continue;
            var histogram = source?[step];
            double value;
            FloatHistogram? result;
            bool keeps;
            var fits = scalarIsLeft
                ? element.TryCompute(numbers[step], null, values[step], histogram, out value, out result, out keeps)
                : element.TryCompute(values[step], histogram, numbers[step], null, out value, out result, out keeps);
            if (fits && expression.ReturnsBool)
            {
                values[step] = keeps ? 1 : 0;
                continue;
            }
            if (!fits || !keeps)
            {
                Presence.Clear(present, step);
                continue;
            }
            if (!expression.Operator.IsComparison()) values[step] = value;
            lane[step] = result;
        }
        batch.SetLane(row, lane);
    }
}
