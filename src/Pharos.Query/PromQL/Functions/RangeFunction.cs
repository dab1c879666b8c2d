using System.Collections.Frozen;
using Pharos.Query.PromQL.Histograms;

namespace Pharos.Query.PromQL.Functions;

/// <summary>A function of a range vector.</summary>
/// <param name="Floats">Computes all steps of a series of floats.</param>
/// <param name="Mixed">Computes one step whose window has histograms; null: they are ignored, which is told when there are floats as well.</param>
/// <param name="KeepsName">The result is a sample of the series itself and so keeps its name.</param>
sealed record RangeFunction(string Name, RangeKernel Floats, MixedKernel? Mixed = null, bool KeepsName = false)
{
    public static readonly FrozenDictionary<string, RangeFunction> ByName = All().ToFrozenDictionary(function => function.Name);

    /// <summary>Whether it reads start times of counters.</summary>
    public bool UsesStartTimes => Name is "rate" or "increase" or "irate" or "resets";

    public bool IsCounterFunction => Name is "rate" or "increase";

    public bool AllowsAnchored => Name is "changes" or "delta" or "increase" or "rate" or "resets";

    public bool AllowsSmoothed => Name is "delta" or "increase" or "rate";

    /// <summary>The function for windows with extended ends.</summary>
    public RangeFunction WithEnds(Syntax.RangeEnds ends) => ends == Syntax.RangeEnds.Plain || !AllowsSmoothed
        ? this
        : this with { Floats = ExtendedRateKernels.For(ends == Syntax.RangeEnds.Smoothed, isCounter: Name != "delta", isRate: Name == "rate") };

    static IEnumerable<RangeFunction> All() =>
    [
        new("rate", RateKernels.Rate, HistogramRates.Rate(isCounter: true, isRate: true)),
        new("increase", RateKernels.Increase, HistogramRates.Rate(isCounter: true, isRate: false)),
        new("delta", RateKernels.Delta, HistogramRates.Rate(isCounter: false, isRate: false)),
        new("irate", RateKernels.Irate, HistogramRates.LastTwo(isRate: true)),
        new("idelta", RateKernels.Idelta, HistogramRates.LastTwo(isRate: false)),
        new("resets", RateKernels.Resets, HistogramsOverTime.Resets),
        new("changes", RateKernels.Changes, HistogramsOverTime.Changes),
        new("sum_over_time", OverTimeKernels.Sum, HistogramsOverTime.Sum),
        new("avg_over_time", OverTimeKernels.Avg, HistogramsOverTime.Avg),
        new("count_over_time", OverTimeKernels.Count, HistogramsOverTime.Count),
        new("present_over_time", OverTimeKernels.Present, HistogramsOverTime.Present),
        new("absent_over_time", OverTimeKernels.Present, HistogramsOverTime.Present),
        new("first_over_time", OverTimeKernels.First, HistogramsOverTime.First, KeepsName: true),
        new("last_over_time", OverTimeKernels.Last, HistogramsOverTime.Last, KeepsName: true),
        new("ts_of_first_over_time", OverTimeKernels.TimeOfFirst, HistogramsOverTime.TimeOfFirst),
        new("ts_of_last_over_time", OverTimeKernels.TimeOfLast, HistogramsOverTime.TimeOfLast),
        new("min_over_time", OverTimeKernels.Min),
        new("max_over_time", OverTimeKernels.Max),
        new("ts_of_min_over_time", OverTimeKernels.TimeOfMin),
        new("ts_of_max_over_time", OverTimeKernels.TimeOfMax),
        new("stddev_over_time", OverTimeKernels.Stddev),
        new("stdvar_over_time", OverTimeKernels.Stdvar),
        new("quantile_over_time", OrderKernels.Quantile),
        new("mad_over_time", OrderKernels.MedianDeviation),
        new("deriv", TrendKernels.Deriv),
        new("predict_linear", TrendKernels.PredictLinear),
        new("double_exponential_smoothing", TrendKernels.DoubleExponentialSmoothing),
    ];
}
