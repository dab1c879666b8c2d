using Pharos.Model.Reading;
using Pharos.Model.Samples;
using Pharos.Query.PromQL.Histograms;

namespace Pharos.Query.PromQL.Execution;

/// <summary>Samples whose unknown counter reset hints are found out by comparing each histogram with the one before it.</summary>
sealed class ResetDetectingSource(SampleSource inner) : SampleSource
{
    readonly SeriesBatch copy = new();
    SeriesBatch? current;

    public override SeriesBatch? Next()
    {
        current = inner.Next();
        if (current is null || !HasHistograms(current)) return current;
        copy.Clear();
        for (var series = 0; series < current.Count; series++)
        {
            var column = copy.AddTimeColumn(current.Times(series).Length, out var times);
            current.Times(series).CopyTo(times);
            copy.AddSeries(current.Id(series), current.Pairs(series), column, out var values);
            current.Values(series).CopyTo(values);
            if (!current.StartTimes(series).IsEmpty) copy.SetStartTimes(current.StartTimes(series).ToArray());
            if (!current.Histograms(series).IsEmpty) copy.SetHistograms(Detect(current.Histograms(series)));
        }
        return copy;
    }

    public override bool DropsName(int series) => inner.DropsName(series);

    public override void Dispose()
    {
        copy.Dispose();
        inner.Dispose();
    }

    static bool HasHistograms(SeriesBatch batch)
    {
        for (var series = 0; series < batch.Count; series++)
        {
            if (!batch.Histograms(series).IsEmpty) return true;
        }
        return false;
    }

    static FloatHistogram?[] Detect(ReadOnlySpan<FloatHistogram?> lane)
    {
        var detected = lane.ToArray();
        FloatHistogram? previous = null;
        for (var i = 0; i < detected.Length; i++)
        {
            if (detected[i] is not { IsStale: false } histogram)
            {
                previous = null;
                continue;
            }
            if (histogram.Hint == CounterResetHint.Unknown && previous is not null)
            {
                detected[i] = histogram with { Hint = CounterResets.IsReset(histogram, previous) ? CounterResetHint.Reset : CounterResetHint.NotReset };
            }
            previous = histogram;
        }
        return detected;
    }
}
