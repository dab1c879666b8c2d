namespace Pharos.Query.PromQL.Execution;

/// <summary>A scalar expression: one number a step, computed when first asked for.</summary>
abstract class ScalarColumn : IDisposable
{
    double[]? values;

    public double[] Values() => values ??= Compute();

    public virtual void Dispose()
    {
    }

    protected abstract double[] Compute();
}

/// <summary>The same number at each step.</summary>
sealed class ConstantColumn(double value, int steps) : ScalarColumn
{
    protected override double[] Compute()
    {
        var values = new double[steps];
        Array.Fill(values, value);
        return values;
    }
}

/// <summary><c>time()</c>: each step's time in seconds.</summary>
sealed class TimeColumn(StepGrid grid) : ScalarColumn
{
    protected override double[] Compute()
    {
        var values = new double[grid.Count];
        for (var step = 0; step < values.Length; step++) values[step] = grid.At(step) / 1000.0;
        return values;
    }
}

/// <summary>One number out of two: arithmetic, comparison, <c>min_of</c>, <c>max_of</c>.</summary>
sealed class PairColumn(ScalarColumn left, ScalarColumn right, Func<double, double, double> combine) : ScalarColumn
{
    public override void Dispose()
    {
        left.Dispose();
        right.Dispose();
    }

    protected override double[] Compute()
    {
        var lefts = left.Values();
        var rights = right.Values();
        var values = new double[lefts.Length];
        for (var step = 0; step < values.Length; step++) values[step] = combine(lefts[step], rights[step]);
        return values;
    }
}

/// <summary><c>scalar(v)</c>: the only float of the vector, NaN when there is none or more than one.</summary>
sealed class ScalarOfVector(VectorOperator inner, StepGrid grid, QueryContext context) : ScalarColumn
{
    public override void Dispose() => inner.Dispose();

    protected override double[] Compute()
    {
        var values = new double[grid.Count];
        var counts = new byte[grid.Count];
        Array.Fill(values, double.NaN);
        using var batch = new VectorBatch();
        batch.Reset(grid.Count);
        while (inner.Next(batch))
        {
            context.CheckTime();
            for (var row = 0; row < batch.Count; row++)
            {
                var present = batch.Present(row);
                var from = batch.Values(row);
                var lane = batch.Lane(row);
                for (var step = 0; step < values.Length; step++)
                {
                    if (!Presence.Has(present, step) || lane?[step] is not null) continue;
                    if (counts[step] < 2) counts[step]++;
                    values[step] = counts[step] == 1 ? from[step] : double.NaN;
                }
            }
            batch.Reset(grid.Count);
        }
        return values;
    }
}

/// <summary>A scalar that is the same at all steps, computed once.</summary>
sealed class RepeatedColumn(ScalarColumn once, int steps) : ScalarColumn
{
    public override void Dispose() => once.Dispose();

    protected override double[] Compute()
    {
        var values = new double[steps];
        Array.Fill(values, once.Values()[0]);
        return values;
    }
}
