using Pharos.Model.Labels;
using Pharos.Model.Reading;
using Pharos.Query.PromQL.Aggregations;
using Pharos.Query.PromQL.Execution;
using Pharos.Query.PromQL.Functions;
using Pharos.Query.PromQL.Numbers;
using Pharos.Query.PromQL.Syntax;

namespace Pharos.Query.PromQL.Planning;

/// <summary>Turns an expression into operators over a grid of steps.</summary>
/// <remarks>Selectors that read the same data share one selection. What is the same at all steps is planned for one step and repeated.</remarks>
sealed class Planner(QueryContext context) : IDisposable
{
    readonly Dictionary<(Sequence<LabelMatcher> Matchers, long AfterMs, long ThroughMs, Want Want), Selection> selections = [];
    bool detectsResets; // Below histogram_count and its kin, where Prometheus finds counter resets while it reads.

    public QueryContext Context => context;

    public void Dispose()
    {
        foreach (var selection in selections.Values) selection.Dispose();
    }

    public VectorOperator Vector(Expr expression, StepGrid grid)
    {
        if (grid.Count > 1 && Invariance.IsInvariant(expression)) return new RepeatOperator(Vector(expression, StepGrid.Instant(grid.StartMs)), grid, context);
        return expression switch
        {
            ParenExpr paren => Vector(paren.Inner, grid),
            UnaryExpr { IsMinus: true } unary => Named(new NegateOperator(Vector(unary.Inner, grid)), unary.Inner, grid),
            UnaryExpr unary => Vector(unary.Inner, grid),
            VectorSelector selector => Selector(selector, grid, SampleAspect.Value),
            BinaryExpr binary => Binary(binary, grid),
            AggregateExpr aggregate => Aggregate(aggregate, grid),
            CallExpr call when FunctionCatalogue.Of(call).Vector is { } plan => plan(new(this, call, grid)),
            _ => throw new PromQlEvaluationException($"expected an instant vector, got {expression.Kind.Text()}"),
        };
    }

    public ScalarColumn Scalar(Expr expression, StepGrid grid)
    {
        switch (expression)
        {
            case NumberLiteral number:
                return new ConstantColumn(number.Value, grid.Count);
            case ParenExpr paren:
                return Scalar(paren.Inner, grid);
            case UnaryExpr unary:
                var operand = Scalar(unary.Inner, grid);
                return unary.IsMinus ? new PairColumn(operand, operand, (value, _) => -value) : operand;
            case BinaryExpr binary:
                return new PairColumn(Scalar(binary.Left, grid), Scalar(binary.Right, grid), (left, right) => Arithmetic.Scalar(binary.Operator, left, right));
            case CallExpr call when FunctionCatalogue.Of(call).Scalar is { } plan:
                return plan(new(this, call, grid));
            default:
                throw new PromQlEvaluationException($"expected a scalar, got {expression.Kind.Text()}");
        }
    }

    /// <summary>The raw samples of a range selector or a sub-query, for a function or as the result itself.</summary>
    public (SampleSource Source, WindowPlan Plan, RangeEnds Ends) Range(Expr expression, StepGrid grid)
    {
        switch (expression.Unwrap())
        {
            case MatrixSelector matrix:
                var ends = matrix.Selector.Ends;
                var lead = ends == RangeEnds.Plain ? 0 : context.Options.LookbackMs;
                var trail = ends == RangeEnds.Smoothed ? context.Options.LookbackMs : 0;
                var rangeMs = context.Milliseconds(matrix.Range);
                if (rangeMs <= 0) throw new PromQlEvaluationException("duration must be greater than 0");
                var plan = Window(matrix.Selector.Shift, rangeMs, grid) with { LeadMs = lead, TrailMs = trail };
                return (Open(matrix.Selector, plan, Want.Samples), plan, ends);
            case SubqueryExpr subquery:
                return Subquery(subquery, grid);
            default:
                throw new PromQlEvaluationException($"expected a range vector, got {expression.Kind.Text()}");
        }
    }

    (SampleSource, WindowPlan, RangeEnds) Subquery(SubqueryExpr subquery, StepGrid grid)
    {
        var rangeMs = context.Milliseconds(subquery.Range);
        if (rangeMs <= 0) throw new PromQlEvaluationException("duration must be greater than 0");
        var plan = Window(subquery.Shift, rangeMs, grid);
        var stepMs = subquery.Step is null ? context.Options.DefaultSubqueryStepMs() : context.Milliseconds(subquery.Step);
        if (stepMs <= 0) throw new PromQlEvaluationException("duration must be greater than 0");
        // Steps of a sub-query are multiples of its step, whatever the outer times are.
        var firstMs = stepMs * (plan.AfterMs / stepMs);
        if (firstMs <= plan.AfterMs) firstMs += stepMs;
        var count = plan.ThroughMs < firstMs ? 0 : (plan.ThroughMs - firstMs) / stepMs + 1;
        CheckSteps(count, context.Limits);
        var inner = new StepGrid(firstMs, stepMs, (int)count);
        if (count == 0) return (new EmptySource(), plan, RangeEnds.Plain);
        return (new SubquerySource(Vector(subquery.Inner, inner), inner, context), plan, RangeEnds.Plain);
    }

    /// <summary>Refuses grids whose single row would already pass the limits.</summary>
    public static void CheckSteps(long count, QueryLimits limits)
    {
        if (count > Math.Min(limits.MaxSamples, 100_000_000)) throw new QueryTooLargeException("query processing would load too many samples into memory in query execution");
        if (count * sizeof(double) > limits.MaxBytes) throw new QueryTooLargeException($"query processing would hold more than {limits.MaxBytes} bytes in query execution");
    }

    WindowPlan Window(TimeShift shift, long rangeMs, StepGrid grid)
    {
        long? atMs = shift.At switch
        {
            AtKind.Timestamp => shift.AtMs,
            AtKind.Start => context.StartMs,
            AtKind.End => context.EndMs,
            _ => null,
        };
        return new(grid, rangeMs, shift.Offset is null ? 0 : context.Milliseconds(shift.Offset), atMs);
    }

    public VectorOperator Selector(VectorSelector selector, StepGrid grid, SampleAspect aspect)
    {
        var plan = Lookback(selector.Shift, grid);
        if (selector.Ends == RangeEnds.Anchored) throw new PromQlEvaluationException("anchored modifier can only be used with range vectors");
        if (selector.Ends == RangeEnds.Smoothed)
        {
            plan = plan with { TrailMs = context.Options.LookbackMs };
            return new SmoothedSelector(Open(selector, plan, Want.Samples), plan, selector.Span, context);
        }
        var isNewestEnough = grid.Count == 1 || plan.FixedAtMs is not null;
        return new InstantSelector(Open(selector, plan, isNewestEnough ? Want.Newest : Want.Samples), plan, aspect, aspect != SampleAspect.Value, context);
    }

    SampleSource Open(VectorSelector selector, WindowPlan plan, Want want)
    {
        if (detectsResets) want = Want.Samples;
        var key = (selector.Matchers, plan.AfterMs, plan.ThroughMs, want);
        if (!selections.TryGetValue(key, out var selection))
        {
            selections.Add(key, selection = new(context, selector.Matchers, new(plan.AfterMs, plan.ThroughMs, want)));
        }
        return detectsResets ? new ResetDetectingSource(selection.Open()) : selection.Open();
    }

    /// <summary>The window in which a selector shifted like that looks for its sample.</summary>
    public WindowPlan Lookback(TimeShift shift, StepGrid grid) => Window(shift, context.Options.LookbackMs, grid);

    /// <summary>A vector whose histograms know where their counters were reset.</summary>
    public VectorOperator VectorWithResets(Expr expression, StepGrid grid)
    {
        var outer = detectsResets;
        detectsResets = true;
        var planned = Vector(expression, grid);
        detectsResets = outer;
        return planned;
    }

    /// <summary>From here on resets are not looked for.</summary>
    public void ForgetResets() => detectsResets = false;

    VectorOperator Binary(BinaryExpr binary, StepGrid grid)
    {
        var leftIsScalar = binary.Left.Kind == ValueKind.Scalar;
        if (leftIsScalar || binary.Right.Kind == ValueKind.Scalar)
        {
            var vector = leftIsScalar ? binary.Right : binary.Left;
            var combined = new VectorScalarOperator(binary, Vector(vector, grid), Scalar(leftIsScalar ? binary.Left : binary.Right, grid), leftIsScalar, grid, context);
            return VectorScalarOperator.ChangesMetric(binary) ? Named(combined, vector, grid) : combined;
        }
        var left = Vector(binary.Left, grid);
        var right = Vector(binary.Right, grid);
        return binary.Operator.IsSetOperator() ? new SetOperator(binary, left, right, grid, context) : new JoinOperator(binary, left, right, grid, context);
    }

    VectorOperator Aggregate(AggregateExpr aggregate, StepGrid grid)
    {
        if (aggregate.Operator == AggregateOperator.CountValues) return CountValues(aggregate, grid);
        var parameter = aggregate.Parameter is null ? null : Scalar(aggregate.Parameter, grid);
        var inner = Vector(aggregate.Inner, grid);
        return aggregate.Operator switch
        {
            AggregateOperator.Sum => new FoldOperator<SumFold>(aggregate, inner, grid, context),
            AggregateOperator.Avg => new FoldOperator<AvgFold>(aggregate, inner, grid, context),
            AggregateOperator.Count => new FoldOperator<CountFold>(aggregate, inner, grid, context),
            AggregateOperator.Group => new FoldOperator<GroupFold>(aggregate, inner, grid, context),
            AggregateOperator.Min => new FoldOperator<MinFold>(aggregate, inner, grid, context),
            AggregateOperator.Max => new FoldOperator<MaxFold>(aggregate, inner, grid, context),
            AggregateOperator.Stddev => new FoldOperator<StddevFold>(aggregate, inner, grid, context),
            AggregateOperator.Stdvar => new FoldOperator<StdvarFold>(aggregate, inner, grid, context),
            AggregateOperator.Quantile => new QuantileOperator(aggregate, inner, parameter!, grid, context),
            _ => new RankOperator(aggregate, inner, parameter!, grid, context),
        };
    }

    CountValuesOperator CountValues(AggregateExpr aggregate, StepGrid grid)
    {
        var label = aggregate.Parameter!.Literal();
        if (label.Value.Length == 0 || label.Invalid is not null) throw new PromQlEvaluationException($"invalid label name {label}");
        return new(aggregate, label.Value, Vector(aggregate.Inner, grid), grid, context);
    }

    /// <summary>Without delayed removal, takes the name off right after the operation that makes it untrue.</summary>
    public VectorOperator Named(VectorOperator operation, Expr source, StepGrid grid) => context.Options.DelayedNameRemoval
        ? operation
        : new NameRemoval(operation, NamesAreEqual(source), grid, context);

    bool NamesAreEqual(Expr source) => !context.Snapshot.Symbols.TryFindName("__type__"u8, out _) && !context.Snapshot.Symbols.TryFindName("__unit__"u8, out _) && Invariance.HasOneName(source);

    sealed class EmptySource : SampleSource
    {
        public override SeriesBatch? Next() => null;
    }
}
