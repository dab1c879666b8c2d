using System.Globalization;
using Pharos.Query.PromQL.Execution;
using Pharos.Query.PromQL.Numbers;

namespace Pharos.Query.PromQL.Functions;

/// <summary>deriv, predict_linear and double_exponential_smoothing.</summary>
static class TrendKernels
{
    public static void Deriv(in RangeInput input, Span<double> output, Span<ulong> present)
    {
        for (var step = 0; step < input.Steps; step++)
        {
            var first = input.First[step];
            var end = input.End[step];
            if (end - first < 2) continue;
            output[step] = Regression(input.Times[first..end], input.Values[first..end], input.Times[first]).Slope;
            Presence.Set(present, step);
        }
    }

    public static void PredictLinear(in RangeInput input, Span<double> output, Span<ulong> present)
    {
        for (var step = 0; step < input.Steps; step++)
        {
            var first = input.First[step];
            var end = input.End[step];
            if (end - first < 2) continue;
            var (slope, intercept) = Regression(input.Times[first..end], input.Values[first..end], input.Plan.Grid.At(step));
            output[step] = slope * input.Parameters[0][step] + intercept;
            Presence.Set(present, step);
        }
    }

    /// <summary>Least squares; x is the time from <paramref name="originMs"/> in seconds, so that large epochs cost no digits.</summary>
    static (double Slope, double Intercept) Regression(ReadOnlySpan<long> times, ReadOnlySpan<double> values, long originMs)
    {
        var sumX = new Kahan();
        var sumY = new Kahan();
        var sumXY = new Kahan();
        var sumX2 = new Kahan();
        var isConstant = true;
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] != values[0]) isConstant = false;
            var x = (times[i] - originMs) / 1e3;
            sumX.Add(x);
            sumY.Add(values[i]);
            sumXY.Add(x * values[i]);
            sumX2.Add(x * x);
        }
        if (isConstant) return double.IsInfinity(values[0]) ? (double.NaN, double.NaN) : (0, values[0]);
        var n = (double)values.Length;
        var covariance = sumXY.Total - sumX.Total * sumY.Total / n;
        var variance = sumX2.Total - sumX.Total * sumX.Total / n;
        var slope = covariance / variance;
        return (slope, sumY.Total / n - slope * sumX.Total / n);
    }

    /// <summary>Holt's linear smoothing. Both factors lie strictly between 0 and 1.</summary>
    public static void DoubleExponentialSmoothing(in RangeInput input, Span<double> output, Span<ulong> present)
    {
        for (var step = 0; step < input.Steps; step++)
        {
            var window = input.Values[input.First[step]..input.End[step]];
            if (window.IsEmpty) continue;
            var smoothing = Checked(input.Parameters[0][step], "smoothing");
            var trendFactor = Checked(input.Parameters[1][step], "trend");
            if (window.Length < 2) continue;
            var before = 0.0;
            var level = window[0];
            var trend = window[1] - window[0];
            for (var i = 1; i < window.Length; i++)
            {
                if (i > 1) trend = trendFactor * (level - before) + (1 - trendFactor) * trend;
                var next = smoothing * window[i] + (1 - smoothing) * (level + trend);
                (before, level) = (level, next);
            }
            output[step] = level;
            Presence.Set(present, step);
        }
    }

    static double Checked(double factor, string name)
    {
        if (factor is > 0 and < 1) return factor;
        throw new PromQlEvaluationException(string.Create(CultureInfo.InvariantCulture, $"invalid {name} factor. Expected: 0 < {name[0]}f < 1, got: {factor:F6}"));
    }
}
