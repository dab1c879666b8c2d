using Pharos.Model.Samples;
using Pharos.Query.PromQL.Execution;
using Pharos.Query.PromQL.Syntax;

namespace Pharos.Query.PromQL.Functions;

/// <summary>One window of a series that has histograms in it, floats and histograms apart as the functions want them.</summary>
readonly ref struct MixedWindow
{
    public ReadOnlySpan<long> FloatTimes { get; init; }

    public ReadOnlySpan<double> Floats { get; init; }

    public ReadOnlySpan<long> FloatStarts { get; init; }

    public ReadOnlySpan<long> HistogramTimes { get; init; }

    public ReadOnlySpan<FloatHistogram> Histograms { get; init; }

    public ReadOnlySpan<long> HistogramStarts { get; init; }

    public long StartMs { get; init; }

    public long EndMs { get; init; }

    public double RangeSeconds { get; init; }

    public RangeEnds Ends { get; init; }

    public SeriesNotes Notes { get; init; }

    public bool IsMixed => Floats.Length > 0 && Histograms.Length > 0;
}

/// <summary>Where a range function says what it noticed: the expression, and the series for its name.</summary>
sealed class SeriesNotes(QueryContext context, TextSpan span)
{
    int[] pairs = [];

    public string Metric => context.MetricOf(pairs);

    public void Of(ReadOnlySpan<int> series) => pairs = series.ToArray();

    public void Warn(string text) => context.Notes.Warn(span, text);

    public void Inform(string text) => context.Notes.Inform(span, text);
}

/// <summary>Computes one step of a range function whose window has histograms. False: no result.</summary>
delegate bool MixedKernel(in MixedWindow window, out double value, out FloatHistogram? histogram);
