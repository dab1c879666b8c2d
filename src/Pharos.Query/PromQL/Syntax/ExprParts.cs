namespace Pharos.Query.PromQL.Syntax;

/// <summary>What an expression is below its parentheses.</summary>
static class ExprParts
{
    public static Expr Unwrap(this Expr expression)
    {
        while (expression is ParenExpr paren) expression = paren.Inner;
        return expression;
    }

    /// <exception cref="PromQlEvaluationException">It is something else.</exception>
    public static StringLiteral Literal(this Expr expression) => expression.Unwrap() as StringLiteral ?? throw new PromQlEvaluationException("expected a string literal");
}
