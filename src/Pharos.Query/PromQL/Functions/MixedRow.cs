using System.Runtime.InteropServices;
using Pharos.Model.Samples;
using Pharos.Query.PromQL.Execution;
using Pharos.Query.PromQL.Syntax;

namespace Pharos.Query.PromQL.Functions;

/// <summary>The samples of one series with histograms, split into floats and histograms, with the windows of both.</summary>
sealed class MixedRow
{
    readonly List<long> floatTimes = [];
    readonly List<double> floats = [];
    readonly List<long> floatStarts = [];
    readonly List<long> histogramTimes = [];
    readonly List<FloatHistogram> histograms = [];
    readonly List<long> histogramStarts = [];

    public WindowBounds FloatBounds { get; } = new();

    public WindowBounds HistogramBounds { get; } = new();

    public ReadOnlySpan<long> FloatTimes => CollectionsMarshal.AsSpan(floatTimes);

    public ReadOnlySpan<double> Floats => CollectionsMarshal.AsSpan(floats);

    public ReadOnlySpan<long> FloatStarts => CollectionsMarshal.AsSpan(floatStarts);

    public void Split(in LiveSamples samples, bool withStartTimes, WindowPlan plan)
    {
        floatTimes.Clear();
        floats.Clear();
        floatStarts.Clear();
        histogramTimes.Clear();
        histograms.Clear();
        histogramStarts.Clear();
        var hasStarts = withStartTimes && !samples.StartTimes.IsEmpty;
        for (var i = 0; i < samples.Times.Length; i++)
        {
            if (samples.Histograms[i] is { } histogram)
            {
                histogramTimes.Add(samples.Times[i]);
                histograms.Add(histogram);
                if (hasStarts) histogramStarts.Add(samples.StartTimes[i]);
            }
            else
            {
                floatTimes.Add(samples.Times[i]);
                floats.Add(samples.Values[i]);
                if (hasStarts) floatStarts.Add(samples.StartTimes[i]);
            }
        }
        FloatBounds.Compute(FloatTimes, plan);
        HistogramBounds.Compute(CollectionsMarshal.AsSpan(histogramTimes), plan);
    }

    public MixedWindow Window(int step, WindowPlan plan, RangeEnds ends, SeriesNotes notes)
    {
        var floatRange = FloatBounds.First[step]..FloatBounds.End[step];
        var histogramRange = HistogramBounds.First[step]..HistogramBounds.End[step];
        return new()
        {
            FloatTimes = FloatTimes[floatRange],
            Floats = Floats[floatRange],
            FloatStarts = floatStarts.Count > 0 ? FloatStarts[floatRange] : [],
            HistogramTimes = CollectionsMarshal.AsSpan(histogramTimes)[histogramRange],
            Histograms = CollectionsMarshal.AsSpan(histograms)[histogramRange],
            HistogramStarts = histogramStarts.Count > 0 ? CollectionsMarshal.AsSpan(histogramStarts)[histogramRange] : [],
            StartMs = plan.Start(step),
            EndMs = plan.End(step),
            RangeSeconds = plan.RangeMs / 1000.0,
            Ends = ends,
            Notes = notes,
        };
    }
}
