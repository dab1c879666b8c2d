using Pharos.Model.Samples;
using Pharos.Query.PromQL.Execution;
using Pharos.Query.PromQL.Histograms;
using Pharos.Query.PromQL.Syntax;

namespace Pharos.Query.PromQL.Functions;

/// <summary>rate, increase, delta, irate and idelta of native histograms.</summary>
static class HistogramRates
{
    public static MixedKernel Rate(bool isCounter, bool isRate) => (in MixedWindow window, out double value, out FloatHistogram? histogram) =>
    {
        value = 0;
        histogram = null;
        if (window.IsMixed)
        {
            window.Notes.Warn(NoteText.MixedFloatsHistograms(window.Notes.Metric));
            return false;
        }
        histogram = window.Ends == RangeEnds.Plain ? Extrapolated(window, isCounter, isRate) : Extended(window, isCounter, isRate);
        return histogram is not null;
    };

    public static MixedKernel LastTwo(bool isRate) => (in MixedWindow window, out double value, out FloatHistogram? histogram) =>
    {
        value = 0;
        histogram = null;
        var newest = Newest(window);
        if (newest.Older is not { } older || newest.Newer is not { } newer) return false;
        if (older.Histogram is null != newer.Histogram is null)
        {
            window.Notes.Warn(NoteText.MixedFloatsHistograms(window.Notes.Metric));
            return false;
        }
        if (newer.Histogram is null) return LastTwoFloats(older, newer, isRate, out value);
        histogram = LastTwoHistograms(window, older, newer, isRate);
        return histogram is not null;
    };

    static FloatHistogram? Extrapolated(in MixedWindow window, bool isCounter, bool isRate)
    {
        var histograms = window.Histograms;
        var times = window.HistogramTimes;
        var starts = window.HistogramStarts;
        var first = histograms[0];
        HistogramSum? change = null;
        if (histograms.Length > 1 && (change = Change(window, isCounter)) is null) return null;
        var startedMs = isCounter && !starts.IsEmpty ? starts[0] : 0;
        double factor;
        if (startedMs != 0 && startedMs > window.StartMs && startedMs < times[0])
        {
            if (change is null) change = new(first);
            else if (!TryAdd(change, first, window.Notes)) return null;
            factor = Extrapolation.FromStart(startedMs, times[^1], histograms.Length - 1, times[^1] - times[0], window.EndMs);
        }
        else if (change is null)
        {
            return null;
        }
        else
        {
            factor = Extrapolation.Factor(times[0], times[^1], histograms.Length - 1, window.StartMs, window.EndMs, isCounter, first.Count, change.Count);
        }
        if (isRate) factor /= window.RangeSeconds;
        change.Scale(factor);
        return change.ToHistogram();
    }

    /// <summary>Last minus first, plus what was lost at resets; null when the layouts do not fit together.</summary>
    static HistogramSum? Change(in MixedWindow window, bool isCounter)
    {
        var histograms = window.Histograms;
        var notes = window.Notes;
        var previous = histograms[0];
        var last = histograms[^1];
        if (isCounter && (previous.Hint == CounterResetHint.Gauge || last.Hint == CounterResetHint.Gauge)) notes.Warn(NoteText.NotCounter(notes.Metric));
        // After a reset the first sample does not matter, so neither does its layout.
        if (isCounter && IsReset(window, 1, previous)) previous = HistogramSum.EmptyLike(histograms[1]);
        var isCustom = previous.IsCustom;
        if (last.IsCustom != isCustom) return MixedSchemas(notes);
        var schema = Math.Min(last.Schema, previous.Schema);
        if (isCounter)
        {
            foreach (var histogram in histograms[1..^1])
            {
                if (histogram.Hint == CounterResetHint.Gauge) notes.Warn(NoteText.NotCounter(notes.Metric));
                if (histogram.IsCustom != isCustom) return MixedSchemas(notes);
                schema = Math.Min(schema, histogram.Schema);
            }
        }
        var change = new HistogramSum(last);
        change.ReduceTo(schema);
        if (change.Subtract(previous).HasFlag(HistogramOutcome.BoundsReconciled)) notes.Inform(NoteText.BoundsReconciled("subtraction"));
        if (isCounter)
        {
            var hasOverlap = false;
            for (var i = 1; i < histograms.Length; i++)
            {
                if (!hasOverlap && !window.HistogramStarts.IsEmpty && StartTimes.Overlaps(window.HistogramStarts[i - 1], window.HistogramTimes[i - 1], window.HistogramStarts[i]))
                {
                    notes.Warn(NoteText.StartTimeOverlap(notes.Metric));
                    hasOverlap = true;
                }
                if (IsReset(window, i, previous) && !TryAdd(change, previous, notes)) return null;
                previous = histograms[i];
            }
        }
        else if (histograms[0].Hint != CounterResetHint.Gauge || last.Hint != CounterResetHint.Gauge)
        {
            notes.Warn(NoteText.NotGauge(notes.Metric));
        }
        change.SetHint(CounterResetHint.Gauge);
        return change;
    }

    static bool IsReset(in MixedWindow window, int index, FloatHistogram previous)
    {
        var starts = window.HistogramStarts;
        return (!starts.IsEmpty && StartTimes.IsReset(starts[index - 1], window.HistogramTimes[index - 1], starts[index], window.HistogramTimes[index]))
            || CounterResets.IsReset(window.Histograms[index], previous);
    }

    static HistogramSum? MixedSchemas(SeriesNotes notes)
    {
        notes.Warn(NoteText.MixedSchemas(notes.Metric));
        return null;
    }

    static bool TryAdd(HistogramSum sum, FloatHistogram other, SeriesNotes notes) => IsAdded(sum.Add(other), "addition", notes);

    static bool IsAdded(HistogramOutcome outcome, string operation, SeriesNotes notes)
    {
        if (outcome.HasFlag(HistogramOutcome.Incompatible))
        {
            notes.Warn(NoteText.MixedSchemas(notes.Metric));
            return false;
        }
        if (outcome.HasFlag(HistogramOutcome.BoundsReconciled)) notes.Inform(NoteText.BoundsReconciled(operation));
        return true;
    }

    static FloatHistogram? Extended(in MixedWindow window, bool isCounter, bool isRate)
    {
        var isSmoothed = window.Ends == RangeEnds.Smoothed;
        var times = window.HistogramTimes;
        var histograms = window.Histograms;
        var notes = window.Notes;
        var (first, last) = ExtendedRateKernels.Ends(times, window.StartMs, window.EndMs, isSmoothed);
        if (times[last] <= window.StartMs || (isSmoothed && times[first] > window.EndMs)) return null;
        foreach (var histogram in histograms[first..(last + 1)])
        {
            if (histogram.IsCustom != histograms[0].IsCustom)
            {
                notes.Warn(NoteText.MixedSchemas(notes.Metric));
                return null;
            }
            if (isCounter && histogram.Hint == CounterResetHint.Gauge) notes.Warn(NoteText.NotCounter(notes.Metric));
        }
        var left = isSmoothed && times[first] < window.StartMs ? InterpolateAt(window, first, window.StartMs, isCounter) : histograms[first];
        var right = isSmoothed && last > 0 && times[last] > window.EndMs ? InterpolateAt(window, last - 1, window.EndMs, isCounter) : histograms[last];
        if (left is null || right is null) return null;
        if (!isCounter && (left.Hint != CounterResetHint.Gauge || right.Hint != CounterResetHint.Gauge)) notes.Warn(NoteText.NotGauge(notes.Metric));
        var change = new HistogramSum(right);
        if (!IsAdded(change.Subtract(left), "subtraction", notes)) return null;
        if (isCounter && !TryAddLosses(window, change, first, last, left, right, isSmoothed)) return null;
        if (isRate) change.Divide(window.RangeSeconds);
        change.SetHint(CounterResetHint.Gauge);
        return change.ToHistogram();
    }

    static bool TryAddLosses(in MixedWindow window, HistogramSum change, int first, int last, FloatHistogram left, FloatHistogram right, bool isSmoothed)
    {
        var histograms = window.Histograms;
        var from = first + 1;
        var previous = left;
        if (isSmoothed && window.HistogramTimes[first] < window.StartMs && CounterResets.IsReset(histograms[first + 1], histograms[first]))
        {
            previous = histograms[first + 1]; // The interpolation at the start has accounted for this reset.
            from++;
        }
        if (from > last) return true;
        for (var i = from; i < last; i++)
        {
            if (CounterResets.IsReset(histograms[i], previous) && !TryAdd(change, previous, window.Notes)) return false;
            previous = histograms[i];
        }
        return !CounterResets.IsReset(right, previous) || TryAdd(change, previous, window.Notes);
    }

    /// <summary>The histogram between two others; over a reset the counter is taken to rise from zero. Null: they do not fit together, which is told.</summary>
    public static FloatHistogram? Interpolate(FloatHistogram low, long lowMs, FloatHistogram high, long highMs, long atMs, bool isCounter, SeriesNotes notes)
    {
        if (atMs == lowMs) return low;
        if (atMs == highMs) return high;
        if (low.IsCustom != high.IsCustom)
        {
            notes.Warn(NoteText.MixedSchemas(notes.Metric));
            return null;
        }
        var fraction = (double)(atMs - lowMs) / (highMs - lowMs);
        var between = new HistogramSum(high);
        if (isCounter && CounterResets.IsReset(high, low))
        {
            between.Scale(fraction);
            return between.ToHistogram();
        }
        if (!IsAdded(between.Subtract(low), "subtraction", notes)) return null;
        between.Scale(fraction);
        return IsAdded(between.Add(low), "addition", notes) ? between.ToHistogram() : null;
    }

    static FloatHistogram? InterpolateAt(in MixedWindow window, int before, long atMs, bool isCounter) => Interpolate(
        window.Histograms[before], window.HistogramTimes[before], window.Histograms[before + 1], window.HistogramTimes[before + 1], atMs, isCounter, window.Notes);

    readonly record struct Sample(long AtMs, long StartedMs, double Value, FloatHistogram? Histogram);

    static (Sample? Older, Sample? Newer) Newest(in MixedWindow window)
    {
        Sample? older = null;
        Sample? newer = null;
        var f = window.Floats.Length - 1;
        var h = window.Histograms.Length - 1;
        for (var found = 0; found < 2 && (f >= 0 || h >= 0); found++)
        {
            Sample sample;
            if (h < 0 || (f >= 0 && window.FloatTimes[f] > window.HistogramTimes[h]))
            {
                sample = new(window.FloatTimes[f], window.FloatStarts.IsEmpty ? 0 : window.FloatStarts[f], window.Floats[f], null);
                f--;
            }
            else
            {
                sample = new(window.HistogramTimes[h], window.HistogramStarts.IsEmpty ? 0 : window.HistogramStarts[h], 0, window.Histograms[h]);
                h--;
            }
            if (found == 0) newer = sample;
            else older = sample;
        }
        return (older, newer);
    }

    static bool LastTwoFloats(Sample older, Sample newer, bool isRate, out double value)
    {
        value = newer.Value;
        var isReset = isRate && (value < older.Value || StartTimes.IsReset(older.StartedMs, older.AtMs, newer.StartedMs, newer.AtMs));
        if (!isReset) value -= older.Value;
        if (isRate) value /= (newer.AtMs - older.AtMs) / 1000.0;
        return true;
    }

    static FloatHistogram? LastTwoHistograms(in MixedWindow window, Sample older, Sample newer, bool isRate)
    {
        var notes = window.Notes;
        var isGauge = older.Histogram!.Hint == CounterResetHint.Gauge && newer.Histogram!.Hint == CounterResetHint.Gauge;
        var hasGauge = older.Histogram.Hint == CounterResetHint.Gauge || newer.Histogram!.Hint == CounterResetHint.Gauge;
        if (isRate && hasGauge) notes.Warn(NoteText.NotCounter(notes.Metric));
        if (!isRate && !isGauge) notes.Warn(NoteText.NotGauge(notes.Metric));
        var change = new HistogramSum(newer.Histogram!);
        var isReset = isRate && (StartTimes.IsReset(older.StartedMs, older.AtMs, newer.StartedMs, newer.AtMs) || CounterResets.IsReset(newer.Histogram!, older.Histogram));
        if (!isReset && !IsAdded(change.Subtract(older.Histogram), "subtraction", notes)) return null;
        if (isRate) change.Divide((newer.AtMs - older.AtMs) / 1000.0);
        change.SetHint(CounterResetHint.Gauge);
        return change.ToHistogram();
    }
}
