using Pharos.Model.Labels;
using Pharos.Model.Samples;
using Pharos.Query.PromQL.Execution;
using Pharos.Query.PromQL.Functions;
using Pharos.Query.PromQL.Syntax;

namespace Pharos.Query.PromQL.Planning;

/// <summary>A call that is being planned: its arguments as operators, and the forms that most functions have.</summary>
readonly record struct FunctionCall(Planner Planner, CallExpr Expression, StepGrid Grid)
{
    public QueryContext Context => Planner.Context;

    public int Count => Expression.Arguments.Count;

    public Expr Argument(int index) => Expression.Arguments[index];

    public VectorOperator Vector(int index) => Planner.Vector(Argument(index), Grid);

    public ScalarColumn Scalar(int index) => Planner.Scalar(Argument(index), Grid);

    public string Text(int index) => Argument(index).Literal().Value;

    /// <summary>The operator, which makes the name of that argument's series untrue.</summary>
    public VectorOperator Unnamed(VectorOperator operation, int index) => Planner.Named(operation, Argument(index), Grid);

    /// <summary>A function of each float of the first argument.</summary>
    public VectorOperator Mapped(MapOperator.Column column) => Unnamed(new MapOperator(Vector(0), column), 0);

    /// <summary>A function of each float of the first argument; without one, of the time.</summary>
    public VectorOperator MappedOrTime(MapOperator.Column column) =>
        Count > 0 ? Mapped(column) : new MapOperator(new VectorOfScalar(new TimeColumn(Grid), Grid), column);

    /// <param name="detectsResets">Whether Prometheus finds counter resets while it reads for this function.</param>
    public VectorOperator HistogramMapped(Func<FloatHistogram, double> map, bool detectsResets) =>
        Unnamed(new HistogramMapOperator(detectsResets ? Planner.VectorWithResets(Argument(0), Grid) : Vector(0), map), 0);

    /// <summary>A function of windows; its other arguments are scalars.</summary>
    public VectorOperator Windows(RangeFunction function)
    {
        var (computed, at) = OverWindows(function);
        return function.KeepsName && Argument(at).Unwrap() is MatrixSelector ? computed : Unnamed(computed, at);
    }

    public VectorOperator AbsentWindows(RangeFunction function)
    {
        var (computed, at) = OverWindows(function);
        return new AbsentOperator(computed, AbsentLabels(at), Grid, Context);
    }

    /// <summary>The labels that the absent series would have: those that the selector demands by equality, each only once.</summary>
    public int[] AbsentLabels(int index)
    {
        var selector = Argument(index).Unwrap() switch { VectorSelector vector => vector, MatrixSelector matrix => matrix.Selector, _ => null };
        int[] pairs = [];
        if (selector is null) return pairs;
        foreach (var group in selector.Matchers.GroupBy(matcher => matcher.Name))
        {
            if (group.Key == LabelSet.MetricName || group.Count() > 1) continue;
            var matcher = group.First();
            if (matcher.Kind == MatchKind.Equal) pairs = Context.Symbols.With(pairs, matcher.Name, matcher.Value);
        }
        return pairs;
    }

    (RangeOperator Computed, int At) OverWindows(RangeFunction function)
    {
        var at = 0;
        while (Argument(at).Kind != ValueKind.Matrix) at++;
        var arguments = new List<ScalarColumn>();
        for (var i = 0; i < Count; i++)
        {
            if (i != at) arguments.Add(Scalar(i));
        }
        var (source, plan, ends) = Planner.Range(Argument(at), Grid);
        var name = Expression.Function.Name;
        if (ends == RangeEnds.Anchored && !function.AllowsAnchored)
        {
            throw new PromQlEvaluationException($"anchored modifier can only be used with: changes, delta, increase, rate, resets - not with {name}");
        }
        if (ends == RangeEnds.Smoothed && !function.AllowsSmoothed)
        {
            throw new PromQlEvaluationException($"smoothed modifier can only be used with: delta, increase, rate - not with {name}");
        }
        return (new RangeOperator(source, plan, ends, function.WithEnds(ends), [.. arguments], Argument(0).Span, Context), at);
    }
}
