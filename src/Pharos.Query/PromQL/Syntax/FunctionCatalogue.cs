using System.Collections.Frozen;
using static Pharos.Query.PromQL.ValueKind;

namespace Pharos.Query.PromQL.Syntax;

/// <summary>Every function of PromQL with its types. What they compute stands in <c>Functions/</c>.</summary>
public static class FunctionCatalogue
{
    public static readonly FrozenDictionary<string, FunctionSignature> ByName = All().ToFrozenDictionary(function => function.Name);

    static IEnumerable<FunctionSignature> All()
    {
        foreach (var name in (string[])["abs", "absent", "acos", "acosh", "asin", "asinh", "atan", "atanh", "ceil", "cos", "cosh", "deg", "exp", "floor",
            "histogram_avg", "histogram_count", "histogram_stddev", "histogram_stdvar", "histogram_sum", "ln", "log10", "log2", "rad", "sgn", "sin", "sinh",
            "sort", "sort_desc", "sqrt", "tan", "tanh", "timestamp"]) yield return new(name, Vector, [Vector]);
        foreach (var name in (string[])["absent_over_time", "avg_over_time", "changes", "count_over_time", "delta", "deriv", "first_over_time", "idelta", "increase",
            "irate", "last_over_time", "max_over_time", "min_over_time", "present_over_time", "rate", "resets", "stddev_over_time", "stdvar_over_time",
            "sum_over_time"]) yield return new(name, Vector, [Matrix]);
        foreach (var name in (string[])["mad_over_time", "ts_of_first_over_time", "ts_of_last_over_time", "ts_of_max_over_time", "ts_of_min_over_time"])
        {
            yield return new(name, Vector, [Matrix], IsExperimental: true);
        }
        foreach (var name in (string[])["day_of_month", "day_of_week", "day_of_year", "days_in_month", "hour", "minute", "month", "year"])
        {
            yield return new(name, Vector, [Vector], Variadic: 1);
        }
        yield return new("clamp", Vector, [Vector, Scalar, Scalar]);
        yield return new("clamp_max", Vector, [Vector, Scalar]);
        yield return new("clamp_min", Vector, [Vector, Scalar]);
        yield return new("double_exponential_smoothing", Vector, [Matrix, Scalar, Scalar], IsExperimental: true);
        yield return new("histogram_fraction", Vector, [Scalar, Scalar, Vector]);
        yield return new("histogram_quantile", Vector, [Scalar, Vector]);
        yield return new("histogram_quantiles", Vector, [Vector, ValueKind.String, Scalar, Scalar], Variadic: 9, IsExperimental: true);
        yield return new("info", Vector, [Vector, Vector], Variadic: 1, IsExperimental: true);
        yield return new("label_join", Vector, [Vector, ValueKind.String, ValueKind.String, ValueKind.String], Variadic: -1);
        yield return new("label_replace", Vector, [Vector, ValueKind.String, ValueKind.String, ValueKind.String, ValueKind.String]);
        yield return new("pi", Scalar, []);
        yield return new("predict_linear", Vector, [Matrix, Scalar]);
        yield return new("quantile_over_time", Vector, [Scalar, Matrix]);
        yield return new("round", Vector, [Vector, Scalar], Variadic: 1);
        yield return new("scalar", Scalar, [Vector]);
        yield return new("sort_by_label", Vector, [Vector, ValueKind.String], Variadic: -1, IsExperimental: true);
        yield return new("sort_by_label_desc", Vector, [Vector, ValueKind.String], Variadic: -1, IsExperimental: true);
        yield return new("start_timestamp", Vector, [Vector], IsExperimental: true);
        yield return new("time", Scalar, []);
        yield return new("vector", Vector, [Scalar]);
        foreach (var name in (string[])["start", "end", "range", "step"]) yield return new(name, Scalar, [], IsExperimental: true);
        foreach (var name in (string[])["max_of", "min_of"]) yield return new(name, Scalar, [Scalar, Scalar], IsExperimental: true);
    }
}
