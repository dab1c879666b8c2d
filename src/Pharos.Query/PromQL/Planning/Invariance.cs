using Pharos.Model.Labels;
using Pharos.Query.PromQL.Syntax;

namespace Pharos.Query.PromQL.Planning;

/// <summary>What can be said of an expression without evaluating it.</summary>
static class Invariance
{
    /// <summary>Whether a vector expression is the same at each step: all its selectors have <c>@</c>, and nothing reads the step's time.</summary>
    public static bool IsInvariant(Expr expression) => HasSelector(expression) && IsFixed(expression);

    static bool HasSelector(Expr expression) => expression is VectorSelector || expression.Children.Any(HasSelector);

    static bool IsFixed(Expr expression) => expression switch
    {
        VectorSelector selector => selector.Shift.At != AtKind.None,
        SubqueryExpr subquery => subquery.Shift.At != AtKind.None,
        CallExpr call when FunctionCatalogue.Of(call).ReadsStepTime => false,
        _ => expression.Children.All(IsFixed),
    };

    /// <summary>Whether all series surely have the same metric name (or none), so that they stay distinct without it.</summary>
    public static bool HasOneName(Expr expression) => expression switch
    {
        VectorSelector selector => selector.Matchers.Any(matcher => matcher.Name == LabelSet.MetricName && matcher.Kind == MatchKind.Equal),
        MatrixSelector matrix => HasOneName(matrix.Selector),
        SubqueryExpr subquery => HasOneName(subquery.Inner),
        ParenExpr paren => HasOneName(paren.Inner),
        UnaryExpr unary => HasOneName(unary.Inner),
        BinaryExpr { Matching: null } binary => HasOneName(binary.Left.Kind == ValueKind.Scalar ? binary.Right : binary.Left),
        BinaryExpr { Operator: BinaryOperator.Or } => false,
        BinaryExpr binary => !binary.Matching.Include.Contains(LabelSet.MetricName) && HasOneName(binary.Left) && HasOneName(binary.Right),
        AggregateExpr { Operator: AggregateOperator.TopK or AggregateOperator.BottomK or AggregateOperator.LimitK or AggregateOperator.LimitRatio } aggregate => HasOneName(aggregate.Inner),
        AggregateExpr aggregate => aggregate.IsWithout || !aggregate.Grouping.Contains(LabelSet.MetricName),
        CallExpr call when FunctionCatalogue.Of(call).ChangesLabels => false,
        CallExpr call => call.Arguments.All(argument => argument.Kind is ValueKind.Scalar or ValueKind.String || HasOneName(argument)),
        _ => true,
    };
}
