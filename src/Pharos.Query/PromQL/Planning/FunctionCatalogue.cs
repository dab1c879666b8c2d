using System.Collections.Frozen;
using Pharos.Query.PromQL.Execution;
using Pharos.Query.PromQL.Functions;
using Pharos.Query.PromQL.Histograms;
using Pharos.Query.PromQL.Syntax;
using static Pharos.Query.PromQL.ValueKind;

namespace Pharos.Query.PromQL.Planning;

/// <summary>Every function of PromQL, each one entry: its types, which the parser checks, and how a call is planned.</summary>
/// <remarks>What they compute stands in <c>Functions/</c>; a new function is one entry here.</remarks>
public static class FunctionCatalogue
{
    static readonly Function[] All =
    [
        .. OfFloats, .. OfTime, .. OfWindows, .. OfHistograms, .. OfLabels, .. OfScalars,
    ];

    static readonly FrozenDictionary<string, Function> ByName = All.ToFrozenDictionary(function => function.Signature.Name);

    /// <summary>Names and types, as the parser wants them.</summary>
    public static FrozenDictionary<string, FunctionSignature> Signatures { get; } = All.ToFrozenDictionary(function => function.Signature.Name, function => function.Signature);

    static IEnumerable<Function> OfFloats =>
    [
        Float("abs", Math.Abs), Float("ceil", Math.Ceiling), Float("floor", Math.Floor), Float("exp", Math.Exp), Float("sqrt", Math.Sqrt),
        Float("ln", Math.Log), Float("log2", Math.Log2), Float("log10", Math.Log10),
        Float("sin", Math.Sin), Float("cos", Math.Cos), Float("tan", Math.Tan), Float("asin", Math.Asin), Float("acos", Math.Acos), Float("atan", Math.Atan),
        Float("sinh", Math.Sinh), Float("cosh", Math.Cosh), Float("tanh", Math.Tanh), Float("asinh", Math.Asinh), Float("acosh", Math.Acosh), Float("atanh", Math.Atanh),
        Float("rad", value => value * Math.PI / 180), Float("deg", value => value * 180 / Math.PI),
        Float("sgn", value => value < 0 ? -1 : value > 0 ? 1 : value),
        Of(new("round", Vector, [Vector, Scalar], Variadic: 1), call => call.Mapped(FloatFunctions.Round(call.Count > 1 ? call.Scalar(1) : new ConstantColumn(1, call.Grid.Count)))),
        Of(new("clamp", Vector, [Vector, Scalar, Scalar]), call => call.Mapped(FloatFunctions.Clamp(call.Scalar(1), call.Scalar(2)))),
        Of(new("clamp_max", Vector, [Vector, Scalar]), call => call.Mapped(FloatFunctions.Clamp(null, call.Scalar(1)))),
        Of(new("clamp_min", Vector, [Vector, Scalar]), call => call.Mapped(FloatFunctions.Clamp(call.Scalar(1), null))),
        Of(new("absent", Vector, [Vector]), call => new AbsentOperator(call.Vector(0), call.AbsentLabels(0), call.Grid, call.Context)),
        Of(new("sort", Vector, [Vector]), call => CallPlans.Sort(call, byValue: true, isDescending: false)),
        Of(new("sort_desc", Vector, [Vector]), call => CallPlans.Sort(call, byValue: true, isDescending: true)),
        Of(new("vector", Vector, [Scalar]), call => new VectorOfScalar(call.Scalar(0), call.Grid)),
    ];

    static IEnumerable<Function> OfTime =>
    [
        Date("minute", seconds => CivilDate.Of(seconds).Minute), Date("hour", seconds => CivilDate.Of(seconds).Hour),
        Date("day_of_month", seconds => CivilDate.Of(seconds).Day),
        Date("day_of_week", seconds => CivilDate.Of(seconds).DayOfWeek),
        Date("day_of_year", seconds => CivilDate.Of(seconds).DayOfYear),
        Date("days_in_month", seconds => CivilDate.Of(seconds).DaysInMonth),
        Date("month", seconds => CivilDate.Of(seconds).Month),
        Date("year", seconds => CivilDate.Of(seconds).Year),
        Of(new("timestamp", Vector, [Vector]), CallPlans.Timestamp) with { ReadsStepTime = true },
        Of(new("start_timestamp", Vector, [Vector], IsExperimental: true), CallPlans.StartTimestamp) with { ReadsStepTime = true },
        OfScalar(new("time", Scalar, []), call => new TimeColumn(call.Grid)) with { ReadsStepTime = true },
    ];

    static IEnumerable<Function> OfWindows =>
    [
        Windows("rate", new(RateKernels.Rate, HistogramRates.Rate(isCounter: true, isRate: true))
        {
            UsesStartTimes = true, AllowsAnchored = true, Extended = new(IsCounter: true, IsRate: true),
        }),
        Windows("increase", new(RateKernels.Increase, HistogramRates.Rate(isCounter: true, isRate: false))
        {
            UsesStartTimes = true, AllowsAnchored = true, Extended = new(IsCounter: true, IsRate: false),
        }),
        Windows("delta", new(RateKernels.Delta, HistogramRates.Rate(isCounter: false, isRate: false))
        {
            AllowsAnchored = true, Extended = new(IsCounter: false, IsRate: false),
        }),
        Windows("irate", new(RateKernels.Irate, HistogramRates.LastTwo(isRate: true)) { UsesStartTimes = true }),
        Windows("idelta", new(RateKernels.Idelta, HistogramRates.LastTwo(isRate: false))),
        Windows("resets", new(RateKernels.Resets, HistogramsOverTime.Resets) { UsesStartTimes = true, AllowsAnchored = true }),
        Windows("changes", new(RateKernels.Changes, HistogramsOverTime.Changes) { AllowsAnchored = true }),
        Windows("sum_over_time", new(OverTimeKernels.Sum, HistogramsOverTime.Sum)),
        Windows("avg_over_time", new(OverTimeKernels.Avg, HistogramsOverTime.Avg)),
        Windows("count_over_time", new(OverTimeKernels.Count, HistogramsOverTime.Count)),
        Windows("present_over_time", new(OverTimeKernels.Present, HistogramsOverTime.Present)),
        Of(new("absent_over_time", Vector, [Matrix]), call => call.AbsentWindows(new(OverTimeKernels.Present, HistogramsOverTime.Present))),
        Windows("first_over_time", new(OverTimeKernels.First, HistogramsOverTime.First) { KeepsName = true }),
        Windows("last_over_time", new(OverTimeKernels.Last, HistogramsOverTime.Last) { KeepsName = true }),
        Windows("ts_of_first_over_time", new(OverTimeKernels.TimeOfFirst, HistogramsOverTime.TimeOfFirst), isExperimental: true),
        Windows("ts_of_last_over_time", new(OverTimeKernels.TimeOfLast, HistogramsOverTime.TimeOfLast), isExperimental: true),
        Windows("min_over_time", new(OverTimeKernels.Min)),
        Windows("max_over_time", new(OverTimeKernels.Max)),
        Windows("ts_of_min_over_time", new(OverTimeKernels.TimeOfMin), isExperimental: true),
        Windows("ts_of_max_over_time", new(OverTimeKernels.TimeOfMax), isExperimental: true),
        Windows("stddev_over_time", new(OverTimeKernels.Stddev)),
        Windows("stdvar_over_time", new(OverTimeKernels.Stdvar)),
        Windows("mad_over_time", new(OrderKernels.MedianDeviation), isExperimental: true),
        Windows("deriv", new(TrendKernels.Deriv)),
        Windows(new("predict_linear", Vector, [Matrix, Scalar]), new(TrendKernels.PredictLinear)) with { ReadsStepTime = true },
        Windows(new("quantile_over_time", Vector, [Scalar, Matrix]), new(OrderKernels.Quantile) { TakesQuantile = true }),
        Windows(new("double_exponential_smoothing", Vector, [Matrix, Scalar, Scalar], IsExperimental: true), new(TrendKernels.DoubleExponentialSmoothing)),
    ];

    static IEnumerable<Function> OfHistograms =>
    [
        Of(new("histogram_count", Vector, [Vector]), call => call.HistogramMapped(histogram => histogram.Count, detectsResets: true)),
        Of(new("histogram_sum", Vector, [Vector]), call => call.HistogramMapped(histogram => histogram.Sum, detectsResets: true)),
        Of(new("histogram_avg", Vector, [Vector]), call => call.HistogramMapped(histogram => histogram.Sum / histogram.Count, detectsResets: true)),
        Of(new("histogram_stddev", Vector, [Vector]), call => call.HistogramMapped(histogram => Math.Sqrt(NativeQuantile.Variance(histogram)), detectsResets: false)),
        Of(new("histogram_stdvar", Vector, [Vector]), call => call.HistogramMapped(NativeQuantile.Variance, detectsResets: false)),
        Of(new("histogram_quantile", Vector, [Scalar, Vector]), CallPlans.Quantile),
        Of(new("histogram_quantiles", Vector, [Vector, ValueKind.String, Scalar, Scalar], Variadic: 9, IsExperimental: true), CallPlans.Quantiles),
        Of(new("histogram_fraction", Vector, [Scalar, Scalar, Vector]), CallPlans.Fraction),
    ];

    static IEnumerable<Function> OfLabels =>
    [
        Of(
            new("label_replace", Vector, [Vector, ValueKind.String, ValueKind.String, ValueKind.String, ValueKind.String]),
            call => RelabelOperator.Replace(call.Vector(0), call.Expression, call.Grid, call.Context)) with { ChangesLabels = true },
        Of(
            new("label_join", Vector, [Vector, ValueKind.String, ValueKind.String, ValueKind.String], Variadic: -1),
            call => RelabelOperator.Join(call.Vector(0), call.Expression, call.Grid, call.Context)) with { ChangesLabels = true },
        Of(new("sort_by_label", Vector, [Vector, ValueKind.String], Variadic: -1, IsExperimental: true), call => CallPlans.Sort(call, byValue: false, isDescending: false)),
        Of(new("sort_by_label_desc", Vector, [Vector, ValueKind.String], Variadic: -1, IsExperimental: true), call => CallPlans.Sort(call, byValue: false, isDescending: true)),
        Of(new("info", Vector, [Vector, Vector], Variadic: 1, IsExperimental: true) { EndsWithMatchers = true }, CallPlans.Info) with { ReadsStepTime = true, ChangesLabels = true },
    ];

    static IEnumerable<Function> OfScalars =>
    [
        OfScalar(new("scalar", Scalar, [Vector]), CallPlans.Scalar),
        OfScalar(new("pi", Scalar, []), call => new ConstantColumn(Math.PI, call.Grid.Count)),
        Keyword("start", [], call => new ConstantColumn(call.Context.StartMs / 1000.0, call.Grid.Count)),
        Keyword("end", [], call => new ConstantColumn(call.Context.EndMs / 1000.0, call.Grid.Count)),
        Keyword("range", [], call => new ConstantColumn((call.Context.EndMs - call.Context.StartMs) / 1000.0, call.Grid.Count)),
        Keyword("step", [], call => new ConstantColumn(call.Context.StepMs / 1000.0, call.Grid.Count)),
        Keyword("min_of", [Scalar, Scalar], call => new PairColumn(call.Scalar(0), call.Scalar(1), Math.Min)),
        Keyword("max_of", [Scalar, Scalar], call => new PairColumn(call.Scalar(0), call.Scalar(1), Math.Max)),
    ];

    /// <exception cref="PromQlEvaluationException">There is no such function.</exception>
    internal static Function Of(CallExpr call) =>
        ByName.TryGetValue(call.Function.Name, out var function) ? function : throw new PromQlEvaluationException($"unknown function with name \"{call.Function.Name}\"");

    static Function Of(FunctionSignature signature, Func<FunctionCall, VectorOperator> plan) => new(signature) { Vector = plan };

    static Function OfScalar(FunctionSignature signature, Func<FunctionCall, ScalarColumn> plan) => new(signature) { Scalar = plan };

    static Function Keyword(string name, Sequence<ValueKind> arguments, Func<FunctionCall, ScalarColumn> plan) =>
        OfScalar(new(name, Scalar, arguments, IsExperimental: true) { IsKeyword = true }, plan);

    static Function Float(string name, Func<double, double> function) => Of(new(name, Vector, [Vector]), call => call.Mapped(FloatFunctions.Column(function)));

    static Function Date(string name, Func<double, double> part) =>
        Of(new(name, Vector, [Vector], Variadic: 1), call => call.MappedOrTime(FloatFunctions.Column(part))) with { ReadsStepTime = true };

    static Function Windows(string name, RangeFunction function, bool isExperimental = false) => Windows(new(name, Vector, [Matrix], IsExperimental: isExperimental), function);

    static Function Windows(FunctionSignature signature, RangeFunction function) => Of(signature, call => call.Windows(function));
}
