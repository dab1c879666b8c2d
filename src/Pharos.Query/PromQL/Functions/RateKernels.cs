using Pharos.Query.PromQL.Execution;

namespace Pharos.Query.PromQL.Functions;

/// <summary>rate, increase, delta with Prometheus' extrapolation; irate and idelta; resets and changes.</summary>
static class RateKernels
{
    public static void Rate(in RangeInput input, Span<double> output, Span<ulong> present) => Extrapolated(input, output, present, isCounter: true, isRate: true);

    public static void Increase(in RangeInput input, Span<double> output, Span<ulong> present) => Extrapolated(input, output, present, isCounter: true, isRate: false);

    public static void Delta(in RangeInput input, Span<double> output, Span<ulong> present) => Extrapolated(input, output, present, isCounter: false, isRate: false);

    public static void Irate(in RangeInput input, Span<double> output, Span<ulong> present) => LastTwo(input, output, present, isRate: true);

    public static void Idelta(in RangeInput input, Span<double> output, Span<ulong> present) => LastTwo(input, output, present, isRate: false);

    /// <remarks>Resets are found once for the series; a window then adds those inside it, in order, as Prometheus does.</remarks>
    static void Extrapolated(in RangeInput input, Span<double> output, Span<ulong> present, bool isCounter, bool isRate)
    {
        var times = input.Times;
        var values = input.Values;
        var startTimes = isCounter ? input.StartTimes : [];
        var resets = isCounter ? FindResets(input) : [];
        var nextReset = 0;
        for (var step = 0; step < input.Steps; step++)
        {
            var first = input.First[step];
            var last = input.End[step] - 1;
            if (last < first || (last == first && startTimes.IsEmpty)) continue;
            var change = values[last] - values[first];
            if (resets.Length > 0)
            {
                while (nextReset < resets.Length && resets[nextReset] <= first) nextReset++;
                for (var i = nextReset; i < resets.Length && resets[i] <= last; i++) change += values[resets[i] - 1];
            }
            var startMs = input.Plan.Start(step);
            var startedMs = startTimes.IsEmpty ? 0 : startTimes[first];
            double factor;
            if (startedMs != 0 && startedMs > startMs && startedMs < times[first])
            {
                change += values[first]; // The counter started inside the window: at zero, so nothing is to be guessed on that side.
                factor = Extrapolation.FromStart(startedMs, times[last], last - first, times[last] - times[first], input.Plan.End(step));
            }
            else if (last == first)
            {
                continue;
            }
            else
            {
                factor = Extrapolation.Factor(times[first], times[last], last - first, startMs, input.Plan.End(step), isCounter, values[first], change);
            }
            if (isRate) factor /= input.Plan.RangeMs / 1000.0;
            output[step] = change * factor;
            Presence.Set(present, step);
        }
    }

    /// <summary>Indexes of samples that a counter reset precedes.</summary>
    static ReadOnlySpan<int> FindResets(in RangeInput input)
    {
        var values = input.Values;
        if (!input.StartTimes.IsEmpty) return FindResetsWithStartTimes(input);
        var count = 0;
        for (var i = 1; i < values.Length; i++)
        {
            if (values[i] < values[i - 1]) count++;
        }
        if (count == 0) return [];
        var resets = input.Scratch.Indexes(count);
        count = 0;
        for (var i = 1; i < values.Length; i++)
        {
            if (values[i] < values[i - 1]) resets[count++] = i;
        }
        return resets;
    }

    static ReadOnlySpan<int> FindResetsWithStartTimes(in RangeInput input)
    {
        var resets = input.Scratch.Indexes(input.Values.Length);
        var count = 0;
        for (var i = 1; i < input.Values.Length; i++)
        {
            if (input.Values[i] < input.Values[i - 1] || StartTimes.IsReset(input.StartTimes[i - 1], input.Times[i - 1], input.StartTimes[i], input.Times[i])) resets[count++] = i;
            if (StartTimes.Overlaps(input.StartTimes[i - 1], input.Times[i - 1], input.StartTimes[i])) input.Scratch.StartTimesOverlap = true;
        }
        return resets[..count];
    }

    static void LastTwo(in RangeInput input, Span<double> output, Span<ulong> present, bool isRate)
    {
        for (var step = 0; step < input.Steps; step++)
        {
            var last = input.End[step] - 1;
            if (last <= input.First[step]) continue;
            var value = input.Values[last];
            var before = input.Values[last - 1];
            var isReset = isRate && (value < before
                || (!input.StartTimes.IsEmpty && StartTimes.IsReset(input.StartTimes[last - 1], input.Times[last - 1], input.StartTimes[last], input.Times[last])));
            if (!isReset) value -= before;
            if (isRate) value /= (input.Times[last] - input.Times[last - 1]) / 1000.0;
            output[step] = value;
            Presence.Set(present, step);
        }
    }

    public static void Resets(in RangeInput input, Span<double> output, Span<ulong> present)
    {
        for (var step = 0; step < input.Steps; step++)
        {
            if (!TryWindow(input, step, out var first, out var end)) continue;
            var count = 0;
            for (var i = first + 1; i < end; i++)
            {
                if (input.Values[i] < input.Values[i - 1]
                    || (!input.StartTimes.IsEmpty && StartTimes.IsReset(input.StartTimes[i - 1], input.Times[i - 1], input.StartTimes[i], input.Times[i]))) count++;
            }
            output[step] = count;
            Presence.Set(present, step);
        }
    }

    public static void Changes(in RangeInput input, Span<double> output, Span<ulong> present)
    {
        for (var step = 0; step < input.Steps; step++)
        {
            if (!TryWindow(input, step, out var first, out var end)) continue;
            var count = 0;
            for (var i = first + 1; i < end; i++)
            {
                if (!input.Values[i].Equals(input.Values[i - 1]) && input.Values[i] != input.Values[i - 1]) count++;
            }
            output[step] = count;
            Presence.Set(present, step);
        }
    }

    /// <summary>The samples of the window; of an anchored one, from the last at or before its start.</summary>
    static bool TryWindow(in RangeInput input, int step, out int first, out int end)
    {
        first = input.First[step];
        end = input.End[step];
        if (first == end) return false;
        if (input.Plan.LeadMs == 0) return true;
        var startMs = input.Plan.Start(step);
        if (input.Times[end - 1] <= startMs) return false;
        while (first + 1 < end && input.Times[first + 1] <= startMs) first++;
        return true;
    }
}
