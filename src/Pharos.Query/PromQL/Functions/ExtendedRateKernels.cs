using Pharos.Query.PromQL.Execution;

namespace Pharos.Query.PromQL.Functions;

/// <summary>rate, increase and delta over <c>anchored</c> and <c>smoothed</c> windows: nothing is extrapolated, the ends of the window have values.</summary>
/// <remarks>Anchored: the last sample at or before an end. Smoothed: interpolated between the samples around it; over a reset the counter rises from zero.</remarks>
static class ExtendedRateKernels
{
    public static RangeKernel For(bool isSmoothed, bool isCounter, bool isRate) =>
        (in RangeInput input, Span<double> output, Span<ulong> present) => Compute(input, output, present, isSmoothed, isCounter, isRate);

    static void Compute(in RangeInput input, Span<double> output, Span<ulong> present, bool isSmoothed, bool isCounter, bool isRate)
    {
        for (var step = 0; step < input.Steps; step++)
        {
            var times = input.Times[input.First[step]..input.End[step]];
            var values = input.Values[input.First[step]..input.End[step]];
            if (times.IsEmpty) continue;
            var startMs = input.Plan.Start(step);
            var endMs = input.Plan.End(step);
            var (first, last) = Ends(times, startMs, endMs, isSmoothed);
            if (times[last] <= startMs || (isSmoothed && times[first] > endMs)) continue;
            var left = isSmoothed && times[first] < startMs ? Interpolate(times, values, first, startMs, isCounter) : values[first];
            var right = isSmoothed && last > 0 && times[last] > endMs ? Interpolate(times, values, last - 1, endMs, isCounter) : values[last];
            var change = right - left;
            if (isCounter) change += Losses(times, values, first, last, startMs, endMs, left, right);
            output[step] = isRate ? change / (input.Plan.RangeMs / 1000.0) : change;
            Presence.Set(present, step);
        }
    }

    /// <summary>The last sample at or before the start (else the first one), and the first at or after the end when smoothed (else the last one).</summary>
    public static (int First, int Last) Ends(ReadOnlySpan<long> times, long startMs, long endMs, bool isSmoothed)
    {
        var last = times.Length - 1;
        var first = 0;
        while (first < last && times[first] <= startMs) first++;
        first = Math.Max(0, first - 1);
        if (isSmoothed)
        {
            var from = 0;
            while (from < last && times[from] < endMs) from++;
            last = from;
        }
        return (first, last);
    }

    static double Interpolate(ReadOnlySpan<long> times, ReadOnlySpan<double> values, int before, long atMs, bool isCounter)
    {
        var low = values[before];
        var high = values[before + 1];
        if (isCounter && high < low) low = 0;
        return low + (high - low) * (atMs - times[before]) / (times[before + 1] - times[before]);
    }

    static double Losses(ReadOnlySpan<long> times, ReadOnlySpan<double> values, int first, int last, long startMs, long endMs, double left, double right)
    {
        if (times[first] <= startMs) first++;
        if (times[last] >= endMs) last--;
        var lost = 0.0;
        var before = left;
        for (var i = first; i <= last; i++)
        {
            if (values[i] < before) lost += before;
            before = values[i];
        }
        return right < before ? lost + before : lost;
    }
}
