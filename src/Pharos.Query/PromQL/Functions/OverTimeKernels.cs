using Pharos.Query.PromQL.Execution;
using Pharos.Query.PromQL.Numbers;

namespace Pharos.Query.PromQL.Functions;

/// <summary>The <c>*_over_time</c> functions over floats.</summary>
static class OverTimeKernels
{
    public static void Sum(in RangeInput input, Span<double> output, Span<ulong> present)
    {
        for (var step = 0; step < input.Steps; step++)
        {
            if (!TryWindow(input, step, out var window)) continue;
            var sum = new Kahan();
            foreach (var value in window) sum.Add(value);
            Put(output, present, step, sum.FiniteTotal);
        }
    }

    public static void Avg(in RangeInput input, Span<double> output, Span<ulong> present)
    {
        for (var step = 0; step < input.Steps; step++)
        {
            if (TryWindow(input, step, out var window)) Put(output, present, step, Mean(window));
        }
    }

    /// <summary>Sum by count; when the sum overflows, the mean so far is carried on instead.</summary>
    static double Mean(ReadOnlySpan<double> window)
    {
        var sum = new Kahan { Sum = window[0] };
        for (var i = 1; i < window.Length; i++)
        {
            var next = sum;
            next.Add(window[i]);
            if (double.IsInfinity(next.Sum)) return MeanSlow(window, sum, i);
            sum = next;
        }
        return sum.Sum / window.Length + sum.Lost / window.Length;
    }

    static double MeanSlow(ReadOnlySpan<double> window, Kahan sumSoFar, int from)
    {
        var mean = sumSoFar;
        mean.Divide(from);
        for (var i = from; i < window.Length; i++)
        {
            var count = i + 1.0;
            mean.Scale((count - 1) / count);
            mean.Add(window[i] / count);
        }
        return mean.Total;
    }

    public static void Count(in RangeInput input, Span<double> output, Span<ulong> present)
    {
        for (var step = 0; step < input.Steps; step++)
        {
            var count = input.End[step] - input.First[step];
            if (count > 0) Put(output, present, step, count);
        }
    }

    public static void Present(in RangeInput input, Span<double> output, Span<ulong> present)
    {
        for (var step = 0; step < input.Steps; step++)
        {
            if (input.End[step] > input.First[step]) Put(output, present, step, 1);
        }
    }

    public static void First(in RangeInput input, Span<double> output, Span<ulong> present)
    {
        for (var step = 0; step < input.Steps; step++)
        {
            if (input.End[step] > input.First[step]) Put(output, present, step, input.Values[input.First[step]]);
        }
    }

    public static void Last(in RangeInput input, Span<double> output, Span<ulong> present)
    {
        for (var step = 0; step < input.Steps; step++)
        {
            if (input.End[step] > input.First[step]) Put(output, present, step, input.Values[input.End[step] - 1]);
        }
    }

    public static void TimeOfFirst(in RangeInput input, Span<double> output, Span<ulong> present)
    {
        for (var step = 0; step < input.Steps; step++)
        {
            if (input.End[step] > input.First[step]) Put(output, present, step, input.Times[input.First[step]] / 1000.0);
        }
    }

    public static void TimeOfLast(in RangeInput input, Span<double> output, Span<ulong> present)
    {
        for (var step = 0; step < input.Steps; step++)
        {
            if (input.End[step] > input.First[step]) Put(output, present, step, input.Times[input.End[step] - 1] / 1000.0);
        }
    }

    public static void Max(in RangeInput input, Span<double> output, Span<ulong> present) => Extreme(input, output, present, sign: 1);

    public static void Min(in RangeInput input, Span<double> output, Span<ulong> present) => Extreme(input, output, present, sign: -1);

    /// <remarks>A queue of candidates, each smaller than the one before it, gives the maximum of every window in O(samples + steps).
    /// NaNs are no candidates, unless the window has nothing else.</remarks>
    static void Extreme(in RangeInput input, Span<double> output, Span<ulong> present, double sign)
    {
        var queue = input.Scratch.Indexes(input.Values.Length);
        var head = 0;
        var tail = 0;
        var next = 0;
        for (var step = 0; step < input.Steps; step++)
        {
            var first = input.First[step];
            var end = input.End[step];
            if (first == end) continue;
            if (next < first)
            {
                next = first;
                head = tail = 0;
            }
            for (; next < end; next++)
            {
                var value = sign * input.Values[next];
                if (double.IsNaN(value)) continue;
                while (tail > head && sign * input.Values[queue[tail - 1]] <= value) tail--;
                queue[tail++] = next;
            }
            while (head < tail && queue[head] < first) head++;
            Put(output, present, step, head < tail ? input.Values[queue[head]] : double.NaN);
        }
    }

    public static void TimeOfMax(in RangeInput input, Span<double> output, Span<ulong> present) => TimeOfExtreme(input, output, present, sign: 1);

    public static void TimeOfMin(in RangeInput input, Span<double> output, Span<ulong> present) => TimeOfExtreme(input, output, present, sign: -1);

    static void TimeOfExtreme(in RangeInput input, Span<double> output, Span<ulong> present, double sign)
    {
        for (var step = 0; step < input.Steps; step++)
        {
            if (!TryWindow(input, step, out var window)) continue;
            var best = 0;
            for (var i = 0; i < window.Length; i++)
            {
                if (sign * window[i] >= sign * window[best] || double.IsNaN(window[best])) best = i; // Of equal ones the newest.
            }
            Put(output, present, step, input.Times[input.First[step] + best] / 1000.0);
        }
    }

    public static void Stddev(in RangeInput input, Span<double> output, Span<ulong> present)
    {
        for (var step = 0; step < input.Steps; step++)
        {
            if (TryWindow(input, step, out var window)) Put(output, present, step, Math.Sqrt(Variance(window)));
        }
    }

    public static void Stdvar(in RangeInput input, Span<double> output, Span<ulong> present)
    {
        for (var step = 0; step < input.Steps; step++)
        {
            if (TryWindow(input, step, out var window)) Put(output, present, step, Variance(window));
        }
    }

    /// <summary>Welford's running variance with compensated sums.</summary>
    static double Variance(ReadOnlySpan<double> window)
    {
        var mean = new Kahan();
        var squares = new Kahan();
        var count = 0.0;
        foreach (var value in window)
        {
            count++;
            var delta = value - mean.Total;
            mean.Add(delta / count);
            squares.Add(delta * (value - mean.Total));
        }
        return squares.Total / count;
    }

    static bool TryWindow(in RangeInput input, int step, out ReadOnlySpan<double> window)
    {
        window = input.Values[input.First[step]..input.End[step]];
        return !window.IsEmpty;
    }

    static void Put(Span<double> output, Span<ulong> present, int step, double value)
    {
        output[step] = value;
        Presence.Set(present, step);
    }
}
