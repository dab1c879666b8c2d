using Pharos.Model.Reading;
using Pharos.Model.Samples;

namespace Pharos.Query.PromQL.Execution;

/// <summary>The samples of a series without stale markers.</summary>
readonly ref struct LiveSamples
{
    LiveSamples(ReadOnlySpan<long> times, ReadOnlySpan<double> values, ReadOnlySpan<FloatHistogram?> histograms, ReadOnlySpan<long> startTimes)
    {
        Times = times;
        Values = values;
        Histograms = histograms;
        StartTimes = startTimes;
    }

    public ReadOnlySpan<long> Times { get; }

    public ReadOnlySpan<double> Values { get; }

    /// <summary>Empty when all are floats.</summary>
    public ReadOnlySpan<FloatHistogram?> Histograms { get; }

    public ReadOnlySpan<long> StartTimes { get; }

    public void Deconstruct(out ReadOnlySpan<long> times, out ReadOnlySpan<double> values, out ReadOnlySpan<FloatHistogram?> histograms)
    {
        times = Times;
        values = Values;
        histograms = Histograms;
    }

    public static bool HasStale(ReadOnlySpan<double> values, ReadOnlySpan<FloatHistogram?> histograms)
    {
        var staleBits = false;
        foreach (var value in values) staleBits |= BitConverter.DoubleToInt64Bits(value) == StaleMarker.Bits;
        if (staleBits && histograms.IsEmpty) return true;
        for (var i = 0; i < histograms.Length; i++)
        {
            if (histograms[i] is { } histogram ? histogram.IsStale : StaleMarker.Is(values[i])) return true;
        }
        return false;
    }

    /// <summary>The batch's own spans when there is no stale marker; else copies without them.</summary>
    public static LiveSamples Of(SeriesBatch batch, int series)
    {
        var times = batch.Times(series);
        var values = batch.Values(series);
        var histograms = batch.Histograms(series);
        var startTimes = batch.StartTimes(series);
        if (!HasStale(values, histograms)) return new(times, values, histograms, startTimes);
        var liveTimes = new List<long>();
        var liveValues = new List<double>();
        var liveHistograms = new List<FloatHistogram?>();
        var liveStarts = new List<long>();
        for (var i = 0; i < times.Length; i++)
        {
            var histogram = histograms.IsEmpty ? null : histograms[i];
            if (histogram?.IsStale ?? StaleMarker.Is(values[i])) continue;
            liveTimes.Add(times[i]);
            liveValues.Add(values[i]);
            liveHistograms.Add(histogram);
            if (!startTimes.IsEmpty) liveStarts.Add(startTimes[i]);
        }
        return new(liveTimes.ToArray(), liveValues.ToArray(), histograms.IsEmpty ? [] : liveHistograms.ToArray(), liveStarts.ToArray());
    }
}
