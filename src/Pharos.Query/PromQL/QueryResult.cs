using Pharos.Model.Labels;
using Pharos.Model.Reading;
using Pharos.Model.Samples;

namespace Pharos.Query.PromQL;

/// <summary>The answer to a query, one shape for all kinds; ready to be written out without further allocation.</summary>
/// <remarks>
/// <para>Shape: a vector has one point a series, a matrix any number; a scalar is one series without labels (at each step in a range
/// query, then of kind <see cref="ValueKind.Matrix"/>); a string has no series and its text in <see cref="Text"/>.</para>
/// <para>Order: matrices are sorted by labels; vectors come in the order of evaluation, which is that of the source or of a sort function.</para>
/// <para>Lifetime: holds the snapshot that its labels live in, so dispose it once written. Threads: one reader.</para>
/// </remarks>
public sealed class QueryResult : IDisposable
{
    readonly List<ResultSeries> series;
    readonly IDisposable? owner;

    internal QueryResult(ValueKind kind, List<ResultSeries> series, ILabelSymbols symbols, IDisposable? owner)
    {
        Kind = kind;
        this.series = series;
        Symbols = symbols;
        this.owner = owner;
    }

    public ValueKind Kind { get; }

    /// <summary>What pair numbers mean; numbers below zero are this query's own.</summary>
    public ILabelSymbols Symbols { get; }

    public int SeriesCount => series.Count;

    /// <summary>Text of a <see cref="ValueKind.String"/>.</summary>
    public string Text { get; internal init; } = "";

    /// <summary>Results that are probably not what was meant, in Prometheus' words.</summary>
    public IReadOnlyList<string> Warnings { get; internal init; } = [];

    /// <summary>Results that may surprise, in Prometheus' words.</summary>
    public IReadOnlyList<string> Infos { get; internal init; } = [];

    public QueryStats Stats { get; internal init; } = new();

    /// <summary>Labels of a series as pair numbers, sorted by name.</summary>
    public ReadOnlySpan<int> Pairs(int index) => series[index].Pairs;

    public ReadOnlySpan<long> Times(int index) => series[index].Times;

    /// <summary>One value a time; meaningless where <see cref="Histograms"/> has one.</summary>
    public ReadOnlySpan<double> Values(int index) => series[index].Values;

    /// <summary>Empty when all points are floats; else one entry a time, null where the point is a float.</summary>
    public ReadOnlySpan<FloatHistogram?> Histograms(int index) => series[index].Histograms;

    /// <summary>Labels as an object, for callers that keep a few of them.</summary>
    public LabelSet LabelsOf(int index) => PairText.ToLabelSet(Symbols, Pairs(index));

    public void Dispose() => owner?.Dispose();
}

/// <summary>One series of a result.</summary>
readonly record struct ResultSeries(int[] Pairs, ReadOnlyMemory<long> TimesMemory, ReadOnlyMemory<double> ValuesMemory, FloatHistogram?[]? HistogramArray)
{
    public ReadOnlySpan<long> Times => TimesMemory.Span;

    public ReadOnlySpan<double> Values => ValuesMemory.Span;

    public ReadOnlySpan<FloatHistogram?> Histograms => HistogramArray;
}
