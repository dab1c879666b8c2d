using Pharos.Query.PromQL.Execution;

namespace Pharos.Query.PromQL.Functions;

/// <summary>quantile_over_time and mad_over_time: functions of the window's values in order.</summary>
static class OrderKernels
{
    /// <remarks>The window is kept sorted while it slides: a step costs the samples that come and go, not a sort. NaN sorts first, as in Prometheus.</remarks>
    public static void Quantile(in RangeInput input, Span<double> output, Span<ulong> present)
    {
        var sorted = input.Scratch.Numbers(input.Values.Length);
        var count = 0;
        var from = 0;
        var until = 0;
        for (var step = 0; step < input.Steps; step++)
        {
            var first = input.First[step];
            var end = input.End[step];
            if (first == end) continue;
            if (until <= first || (first - from) + (end - until) > count / 2)
            {
                count = end - first;
                input.Values[first..end].CopyTo(sorted);
                sorted[..count].Sort();
            }
            else
            {
                for (; from < first; from++) Remove(sorted, ref count, input.Values[from]);
                for (; until < end; until++) Insert(sorted, ref count, input.Values[until]);
            }
            (from, until) = (first, end);
            output[step] = OfSorted(input.Parameters[0][step], sorted[..count]);
            Presence.Set(present, step);
        }
    }

    /// <summary>Median of the distances to the median.</summary>
    public static void MedianDeviation(in RangeInput input, Span<double> output, Span<ulong> present)
    {
        for (var step = 0; step < input.Steps; step++)
        {
            var window = input.Values[input.First[step]..input.End[step]];
            if (window.IsEmpty) continue;
            var sorted = input.Scratch.Numbers(window.Length);
            window.CopyTo(sorted);
            sorted.Sort();
            var median = OfSorted(0.5, sorted);
            for (var i = 0; i < sorted.Length; i++) sorted[i] = Math.Abs(window[i] - median);
            sorted.Sort();
            output[step] = double.IsNaN(sorted[0]) ? double.NaN : OfSorted(0.5, sorted); // NaN sorts first; its distance is unknown.
            Presence.Set(present, step);
        }
    }

    /// <summary>The quantile of sorted values, linear between neighbours; beyond 0..1 it is -Inf or +Inf.</summary>
    public static double OfSorted(double q, ReadOnlySpan<double> sorted)
    {
        if (sorted.IsEmpty || double.IsNaN(q)) return double.NaN;
        if (q < 0) return double.NegativeInfinity;
        if (q > 1) return double.PositiveInfinity;
        var rank = q * (sorted.Length - 1);
        var lower = Math.Max(0, (int)Math.Floor(rank));
        var upper = Math.Min(sorted.Length - 1, lower + 1);
        var weight = rank - Math.Floor(rank);
        return sorted[lower] * (1 - weight) + sorted[upper] * weight;
    }

    static void Remove(Span<double> sorted, ref int count, double value)
    {
        var at = sorted[..count].BinarySearch(value);
        sorted[(at + 1)..count].CopyTo(sorted[at..]);
        count--;
    }

    static void Insert(Span<double> sorted, ref int count, double value)
    {
        var at = sorted[..count].BinarySearch(value);
        if (at < 0) at = ~at;
        sorted[at..count].CopyTo(sorted[(at + 1)..]);
        sorted[at] = value;
        count++;
    }
}
