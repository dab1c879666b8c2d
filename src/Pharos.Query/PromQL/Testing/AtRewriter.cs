using Pharos.Query.PromQL.Syntax;

namespace Pharos.Query.PromQL.Testing;

/// <summary>Puts <c>@ time</c> on every selector that has none, on the outermost sub-query instead of what is inside it.</summary>
static class AtRewriter
{
    public static bool Calls(Expr expression, string[] functions) =>
        (expression is CallExpr call && functions.Contains(call.Function.Name)) || expression.Children.Any(child => Calls(child, functions))
        || (expression is MatrixSelector matrix && functions.Any(function => matrix.ToString().Contains(function + "()", StringComparison.Ordinal)))
        || (expression is VectorSelector or SubqueryExpr && functions.Any(function => expression.ToString().Contains(function + "()", StringComparison.Ordinal)));

    /// <summary>Whether the result changes with the time of evaluation although all selectors are pinned.</summary>
    public static bool DependsOnTime(Expr expression) => Calls(expression, ["day_of_month", "day_of_week", "day_of_year", "days_in_month", "hour", "minute", "month", "year",
        "predict_linear", "time", "timestamp", "start", "end", "range", "step"]);

    public static Expr Pin(Expr expression, long atMs) => expression switch
    {
        VectorSelector selector => selector with { Shift = Pinned(selector.Shift, atMs) },
        MatrixSelector matrix => matrix with { Selector = (VectorSelector)Pin(matrix.Selector, atMs) },
        SubqueryExpr subquery => subquery with { Shift = Pinned(subquery.Shift, atMs) },
        ParenExpr paren => paren with { Inner = Pin(paren.Inner, atMs) },
        UnaryExpr unary => unary with { Inner = Pin(unary.Inner, atMs) },
        BinaryExpr binary => binary with { Left = Pin(binary.Left, atMs), Right = Pin(binary.Right, atMs) },
        AggregateExpr aggregate => aggregate with { Inner = Pin(aggregate.Inner, atMs), Parameter = aggregate.Parameter is null ? null : Pin(aggregate.Parameter, atMs) },
        CallExpr { Function.Name: "info" } call => call with { Arguments = [Pin(call.Arguments[0], atMs), .. call.Arguments.Skip(1)] },
        CallExpr call => call with { Arguments = [.. call.Arguments.Select(argument => Pin(argument, atMs))] },
        _ => expression,
    };

    static TimeShift Pinned(TimeShift shift, long atMs) => shift.At == AtKind.None ? shift with { At = AtKind.Timestamp, AtMs = atMs } : shift;
}
