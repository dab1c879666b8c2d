using Pharos.Model.Labels;
using Pharos.Query.PromQL.Functions;
using Pharos.Query.PromQL.Histograms;
using Pharos.Query.PromQL.Syntax;

namespace Pharos.Query.PromQL.Execution;

/// <summary>Function calls.</summary>
sealed partial class Planner
{
    VectorOperator Call(CallExpr call, StepGrid grid)
    {
        var name = call.Function.Name;
        if (name is "histogram_quantile" or "histogram_quantiles" or "histogram_fraction") detectsResets = false;
        if (RangeFunction.ByName.TryGetValue(name, out var rangeFunction)) return RangeCall(call, rangeFunction, grid);
        if (FloatFunctions.ByName.TryGetValue(name, out var function)) return FloatCall(call, function, grid);
        return name switch
        {
            "vector" => new VectorOfScalar(Scalar(call.Arguments[0], grid), grid),
            "absent" => new AbsentOperator(Vector(call.Arguments[0], grid), AbsentLabels(call.Arguments[0]), grid, context),
            "timestamp" or "start_timestamp" => Timestamp(call, grid),
            "round" => Mapped(call, FloatFunctions.Round(call.Arguments.Count > 1 ? Scalar(call.Arguments[1], grid) : new ConstantColumn(1, grid.Count)), grid),
            "clamp" => Mapped(call, FloatFunctions.Clamp(Scalar(call.Arguments[1], grid), Scalar(call.Arguments[2], grid)), grid),
            "clamp_min" => Mapped(call, FloatFunctions.Clamp(Scalar(call.Arguments[1], grid), null), grid),
            "clamp_max" => Mapped(call, FloatFunctions.Clamp(null, Scalar(call.Arguments[1], grid)), grid),
            "histogram_count" => HistogramMapped(call, histogram => histogram.Count, grid),
            "histogram_sum" => HistogramMapped(call, histogram => histogram.Sum, grid),
            "histogram_avg" => HistogramMapped(call, histogram => histogram.Sum / histogram.Count, grid),
            "histogram_stddev" => HistogramMapped(call, histogram => Math.Sqrt(NativeQuantile.Variance(histogram)), grid),
            "histogram_stdvar" => HistogramMapped(call, NativeQuantile.Variance, grid),
            "histogram_quantile" => Named(new HistogramQuantileOperator(Vector(call.Arguments[1], grid), call.Arguments[1], null, [(Scalar(call.Arguments[0], grid), call.Arguments[0])], grid, context), call.Arguments[1], grid),
            "histogram_quantiles" => Quantiles(call, grid),
            "histogram_fraction" => Named(new HistogramFractionOperator(call, Vector(call.Arguments[2], grid), Scalar(call.Arguments[0], grid), Scalar(call.Arguments[1], grid), grid, context), call.Arguments[2], grid),
            "label_replace" => RelabelOperator.Replace(Vector(call.Arguments[0], grid), call, grid, context),
            "label_join" => RelabelOperator.Join(Vector(call.Arguments[0], grid), call, grid, context),
            "sort" or "sort_desc" or "sort_by_label" or "sort_by_label_desc" => Sort(call, grid),
            "info" => new InfoOperator(Vector(call.Arguments[0], grid), call.Arguments.Count > 1 ? (VectorSelector)Unwrap(call.Arguments[1]) : null, InfoWindow(call.Arguments[0], grid), grid, context),
            _ => throw new PromQlEvaluationException($"unknown function with name \"{name}\""),
        };
    }

    VectorOperator RangeCall(CallExpr call, RangeFunction function, StepGrid grid)
    {
        var at = 0;
        while (call.Arguments[at].Kind != ValueKind.Matrix) at++;
        var arguments = new List<ScalarColumn>();
        for (var i = 0; i < call.Arguments.Count; i++)
        {
            if (i != at) arguments.Add(Scalar(call.Arguments[i], grid));
        }
        var (source, plan, ends) = Range(call.Arguments[at], grid, function.Name);
        if (ends == RangeEnds.Anchored && !function.AllowsAnchored) throw new PromQlEvaluationException($"anchored modifier can only be used with: changes, delta, increase, rate, resets - not with {function.Name}");
        if (ends == RangeEnds.Smoothed && !function.AllowsSmoothed) throw new PromQlEvaluationException($"smoothed modifier can only be used with: delta, increase, rate - not with {function.Name}");
        var computed = new RangeOperator(source, plan, ends, function.WithEnds(ends), [.. arguments], call.Arguments[0].Span, context);
        if (function.Name == "absent_over_time") return new AbsentOperator(computed, AbsentLabels(call.Arguments[at]), grid, context);
        return function.KeepsName && Unwrap(call.Arguments[at]) is MatrixSelector ? computed : Named(computed, call.Arguments[at], grid);
    }

    VectorOperator FloatCall(CallExpr call, Func<double, double> function, StepGrid grid) => call.Arguments.Count == 0
        ? new MapOperator(new VectorOfScalar(new TimeColumn(grid), grid), FloatFunctions.Column(function))
        : Mapped(call, FloatFunctions.Column(function), grid);

    VectorOperator Mapped(CallExpr call, MapOperator.Column column, StepGrid grid) => Named(new MapOperator(Vector(call.Arguments[0], grid), column), call.Arguments[0], grid);

    VectorOperator HistogramMapped(CallExpr call, Func<Model.Samples.FloatHistogram, double> map, StepGrid grid)
    {
        var outer = detectsResets;
        detectsResets |= call.Function.Name is "histogram_count" or "histogram_sum" or "histogram_avg";
        var inner = Vector(call.Arguments[0], grid);
        detectsResets = outer;
        return Named(new HistogramMapOperator(inner, map), call.Arguments[0], grid);
    }

    SortOperator Sort(CallExpr call, StepGrid grid)
    {
        if (grid.Count > 1) context.Notes.Warn(call.Span, NoteText.SortInRange);
        var byValue = call.Function.Name is "sort" or "sort_desc";
        var isDescending = call.Function.Name is "sort_desc" or "sort_by_label_desc";
        return new(Vector(call.Arguments[0], grid), byValue, isDescending, [.. call.Arguments.Skip(1).Select(StringOf)], grid, context);
    }

    /// <summary>Of a selector the time of its sample; of anything else the time of the step.</summary>
    VectorOperator Timestamp(CallExpr call, StepGrid grid)
    {
        var argument = call.Arguments[0];
        var aspect = call.Function.Name == "timestamp" ? SampleAspect.Time : SampleAspect.StartTime;
        if (Unwrap(argument) is VectorSelector { Ends: RangeEnds.Plain } selector) return Named(Selector(selector, grid, aspect), selector, grid);
        if (aspect == SampleAspect.StartTime) return new NothingOperator(); // What was computed has no start.
        var times = new TimeColumn(grid);
        return Named(new TimestampOperator(Vector(argument, grid), times), argument, grid);
    }

    VectorOperator Quantiles(CallExpr call, StepGrid grid)
    {
        var quantiles = call.Arguments.Skip(2).Select(argument => (Scalar(argument, grid), argument)).ToArray();
        return Named(new HistogramQuantileOperator(Vector(call.Arguments[0], grid), call.Arguments[0], StringOf(call.Arguments[1]), quantiles, grid, context), call.Arguments[0], grid);
    }

    /// <summary>Info samples are looked for where the first selector of the described vector looks.</summary>
    WindowPlan InfoWindow(Expr described, StepGrid grid)
    {
        return Find(described, Window(TimeShift.None, context.Options.LookbackMs, grid)) ?? Window(TimeShift.None, context.Options.LookbackMs, grid);

        WindowPlan? Find(Expr expression, WindowPlan around)
        {
            switch (expression)
            {
                case VectorSelector selector:
                    return Shifted(around, selector.Shift);
                case SubqueryExpr subquery:
                    around = Shifted(around, subquery.Shift);
                    break;
            }
            foreach (var child in expression.Children)
            {
                if (Find(child, around) is { } found) return found;
            }
            return null;
        }

        // An inner @ says where to look whatever is around it; without one, offsets add up.
        WindowPlan Shifted(WindowPlan around, TimeShift shift)
        {
            var own = Window(shift, context.Options.LookbackMs, grid);
            return own.FixedAtMs is not null ? own : around with { OffsetMs = around.OffsetMs + own.OffsetMs };
        }
    }

    /// <summary>The labels that the absent series would have: those that the selector demands by equality, each only once.</summary>
    int[] AbsentLabels(Expr argument)
    {
        var selector = Unwrap(argument) switch { VectorSelector vector => vector, MatrixSelector matrix => matrix.Selector, _ => null };
        int[] pairs = [];
        if (selector is null) return pairs;
        foreach (var group in selector.Matchers.GroupBy(matcher => matcher.Name))
        {
            if (group.Key == LabelSet.MetricName || group.Count() > 1) continue;
            var matcher = group.First();
            if (matcher.Kind == MatchKind.Equal) pairs = context.Symbols.With(pairs, matcher.Name, matcher.Value);
        }
        return pairs;
    }
}

/// <summary>A vector without series.</summary>
sealed class NothingOperator : VectorOperator
{
    public override bool Next(VectorBatch batch) => false;
}

/// <summary>timestamp() of a computed vector: each sample's time is that of its step.</summary>
sealed class TimestampOperator(VectorOperator inner, ScalarColumn times) : VectorOperator
{
    public override bool Next(VectorBatch batch)
    {
        if (!inner.Next(batch)) return false;
        for (var row = 0; row < batch.Count; row++)
        {
            times.Values().CopyTo(batch.Values(row));
            batch.SetLane(row, null);
            batch.SetDropsName(row, true);
        }
        return true;
    }

    public override void Dispose() => inner.Dispose();
}
