using Pharos.Query.PromQL.Execution;

namespace Pharos.Query.PromQL.Functions;

/// <summary>Functions of each float of a column.</summary>
static class FloatFunctions
{
    public static MapOperator.Column Column(Func<double, double> function) => (values, _) =>
    {
        for (var step = 0; step < values.Length; step++) values[step] = function(values[step]);
    };

    /// <summary>Rounds to a multiple, halves upwards.</summary>
    public static MapOperator.Column Round(ScalarColumn toNearest) => (values, _) =>
    {
        var nearest = toNearest.Values();
        for (var step = 0; step < values.Length; step++)
        {
            var inverse = 1.0 / nearest[step]; // Dividing by the inverse loses fewer digits: round(x, 0.1) gives tenths.
            values[step] = Math.Floor(values[step] * inverse + 0.5) / inverse;
        }
    };

    /// <summary>Limits values to min..max; where max is below min there is no result. NaN limits give NaN.</summary>
    public static MapOperator.Column Clamp(ScalarColumn? min, ScalarColumn? max) => (values, present) =>
    {
        var mins = min?.Values();
        var maxs = max?.Values();
        for (var step = 0; step < values.Length; step++)
        {
            var low = mins is null ? double.NegativeInfinity : mins[step];
            var high = maxs is null ? double.PositiveInfinity : maxs[step];
            if (high < low) Presence.Clear(present, step);
            else values[step] = Math.Max(low, Math.Min(high, values[step]));
        }
    };
}
