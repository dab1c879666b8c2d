using Pharos.Model.Samples;
using Pharos.Query.PromQL.Execution;
using Pharos.Query.PromQL.Histograms;

namespace Pharos.Query.PromQL.Functions;

/// <summary>The <c>*_over_time</c> functions, resets and changes where a window has native histograms.</summary>
static class HistogramsOverTime
{
    public static bool Sum(in MixedWindow window, out double value, out FloatHistogram? histogram) => Total(window, isMean: false, out value, out histogram);

    public static bool Avg(in MixedWindow window, out double value, out FloatHistogram? histogram) => Total(window, isMean: true, out value, out histogram);

    public static bool Count(in MixedWindow window, out double value, out FloatHistogram? histogram)
    {
        histogram = null;
        value = window.Floats.Length + window.Histograms.Length;
        return true;
    }

    public static bool Present(in MixedWindow window, out double value, out FloatHistogram? histogram)
    {
        histogram = null;
        value = 1;
        return true;
    }

    public static bool First(in MixedWindow window, out double value, out FloatHistogram? histogram)
    {
        var isFloat = window.Floats.Length > 0 && window.FloatTimes[0] < window.HistogramTimes[0];
        value = isFloat ? window.Floats[0] : 0;
        histogram = isFloat ? null : window.Histograms[0];
        return true;
    }

    public static bool Last(in MixedWindow window, out double value, out FloatHistogram? histogram)
    {
        var isFloat = window.Floats.Length > 0 && window.FloatTimes[^1] > window.HistogramTimes[^1];
        value = isFloat ? window.Floats[^1] : 0;
        histogram = isFloat ? null : window.Histograms[^1];
        return true;
    }

    public static bool TimeOfFirst(in MixedWindow window, out double value, out FloatHistogram? histogram)
    {
        histogram = null;
        var first = window.HistogramTimes[0];
        if (window.Floats.Length > 0) first = Math.Min(first, window.FloatTimes[0]);
        value = first / 1000.0;
        return true;
    }

    public static bool TimeOfLast(in MixedWindow window, out double value, out FloatHistogram? histogram)
    {
        histogram = null;
        var last = window.HistogramTimes[^1];
        if (window.Floats.Length > 0) last = Math.Max(last, window.FloatTimes[^1]);
        value = last / 1000.0;
        return true;
    }

    public static bool Resets(in MixedWindow window, out double value, out FloatHistogram? histogram) => Transitions(window, countsResets: true, out value, out histogram);

    public static bool Changes(in MixedWindow window, out double value, out FloatHistogram? histogram) => Transitions(window, countsResets: false, out value, out histogram);

    static bool Total(in MixedWindow window, bool isMean, out double value, out FloatHistogram? histogram)
    {
        value = 0;
        histogram = null;
        if (window.IsMixed)
        {
            window.Notes.Warn(NoteText.MixedFloatsHistograms(window.Notes.Metric));
            return false;
        }
        var total = new HistogramTotal(isMean);
        var isSound = true;
        foreach (var each in window.Histograms)
        {
            if (total.Add(each)) continue;
            isSound = false;
            break;
        }
        if (!isSound)
        {
            window.Notes.Warn(NoteText.MixedSchemas(window.Notes.Metric));
            return false;
        }
        if (total.HasResetCollision) window.Notes.Warn(NoteText.ResetCollision("aggregation"));
        if (total.HasReconciledBounds) window.Notes.Inform(NoteText.BoundsReconciled("aggregation"));
        histogram = total.Result();
        return true;
    }

    static bool Transitions(in MixedWindow window, bool countsResets, out double value, out FloatHistogram? histogram)
    {
        histogram = null;
        value = 0;
        var f = 0;
        var h = 0;
        FloatHistogram? previousHistogram = null;
        var previousValue = 0.0;
        var previousMs = 0L;
        var previousStart = 0L;
        var isFirst = true;
        while (f < window.Floats.Length || h < window.Histograms.Length)
        {
            var takesFloat = h == window.Histograms.Length || (f < window.Floats.Length && window.FloatTimes[f] < window.HistogramTimes[h]);
            var currentHistogram = takesFloat ? null : window.Histograms[h];
            var current = takesFloat ? window.Floats[f] : 0;
            var currentMs = takesFloat ? window.FloatTimes[f] : window.HistogramTimes[h];
            var start = takesFloat ? StartOf(window.FloatStarts, f) : StartOf(window.HistogramStarts, h);
            if (takesFloat) f++;
            else h++;
            if (!isFirst && currentMs > window.StartMs) // An anchored window begins with the last sample at or before its start.
            {
                bool happened;
                if (currentHistogram is null != previousHistogram is null) happened = true;
                else if (currentHistogram is null) happened = countsResets ? current < previousValue : !current.Equals(previousValue) && current != previousValue;
                else happened = countsResets ? CounterResets.IsReset(currentHistogram, previousHistogram!) : !HistogramEquality.AreEqual(currentHistogram, previousHistogram!);
                if (happened || (countsResets && StartTimes.IsReset(previousStart, previousMs, start, currentMs))) value++;
            }
            isFirst = false;
            (previousHistogram, previousValue, previousMs, previousStart) = (currentHistogram, current, currentMs, start);
        }
        return previousMs > window.StartMs;
    }

    static long StartOf(ReadOnlySpan<long> starts, int index) => starts.IsEmpty ? 0 : starts[index];
}
