using Pharos.Query.PromQL.Execution;
using Pharos.Query.PromQL.Functions;
using Pharos.Query.PromQL.Syntax;

namespace Pharos.Query.PromQL.Planning;

/// <summary>How the calls are planned whose functions have a form of their own.</summary>
static class CallPlans
{
    public static ScalarColumn Scalar(FunctionCall call)
    {
        var (planner, expression, grid) = call;
        if (grid.Count > 1 && Invariance.IsInvariant(expression)) return new RepeatedColumn(planner.Scalar(expression, StepGrid.Instant(grid.StartMs)), grid.Count);
        return new ScalarOfVector(call.Vector(0), grid, call.Context);
    }

    public static SortOperator Sort(FunctionCall call, bool byValue, bool isDescending)
    {
        if (call.Grid.Count > 1) call.Context.Notes.Warn(call.Expression.Span, NoteText.SortInRange);
        return new(call.Vector(0), byValue, isDescending, [.. call.Expression.Arguments.Skip(1).Select(argument => argument.Literal().Value)], call.Grid, call.Context);
    }

    /// <summary>Of a selector the time of its sample; of anything else the time of the step.</summary>
    public static VectorOperator Timestamp(FunctionCall call) =>
        SelectorTimes(call, SampleAspect.Time) ?? call.Unnamed(new TimestampOperator(call.Vector(0), new TimeColumn(call.Grid)), 0);

    /// <summary>Of a selector the start time of its sample; what was computed has no start.</summary>
    public static VectorOperator StartTimestamp(FunctionCall call) => SelectorTimes(call, SampleAspect.StartTime) ?? new NothingOperator();

    public static VectorOperator Quantile(FunctionCall call)
    {
        call.Planner.ForgetResets();
        return call.Unnamed(new HistogramQuantileOperator(call.Vector(1), call.Argument(1), null, [(call.Scalar(0), call.Argument(0))], call.Grid, call.Context), 1);
    }

    public static VectorOperator Quantiles(FunctionCall call)
    {
        call.Planner.ForgetResets();
        var quantiles = call.Expression.Arguments.Skip(2).Select(argument => (call.Planner.Scalar(argument, call.Grid), argument)).ToArray();
        return call.Unnamed(new HistogramQuantileOperator(call.Vector(0), call.Argument(0), call.Text(1), quantiles, call.Grid, call.Context), 0);
    }

    public static VectorOperator Fraction(FunctionCall call)
    {
        call.Planner.ForgetResets();
        return call.Unnamed(new HistogramFractionOperator(call.Expression, call.Vector(2), call.Scalar(0), call.Scalar(1), call.Grid, call.Context), 2);
    }

    public static VectorOperator Info(FunctionCall call)
    {
        var data = call.Count > 1 ? (VectorSelector)call.Argument(1).Unwrap() : null;
        return new InfoOperator(call.Vector(0), data, InfoWindow(call), call.Grid, call.Context);
    }

    static VectorOperator? SelectorTimes(FunctionCall call, SampleAspect aspect) =>
        call.Argument(0).Unwrap() is VectorSelector { Ends: RangeEnds.Plain } selector ? call.Planner.Named(call.Planner.Selector(selector, call.Grid, aspect), selector, call.Grid) : null;

    /// <summary>Info samples are looked for where the first selector of the described vector looks.</summary>
    static WindowPlan InfoWindow(FunctionCall call)
    {
        var unshifted = call.Planner.Lookback(TimeShift.None, call.Grid);
        return Find(call.Argument(0), unshifted) ?? unshifted;

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
            var own = call.Planner.Lookback(shift, call.Grid);
            return own.FixedAtMs is not null ? own : around with { OffsetMs = around.OffsetMs + own.OffsetMs };
        }
    }
}
