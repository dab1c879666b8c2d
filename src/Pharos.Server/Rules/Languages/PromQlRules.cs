using Pharos.Model.Reading;
using Pharos.Query.PromQL;
using Pharos.Query.PromQL.Planning;
using Pharos.Query.PromQL.Syntax;

namespace Pharos.Server.Rules.Languages;

/// <summary>Rules in PromQL, as in Prometheus.</summary>
static class PromQlRules
{
    public static readonly RuleLanguage Language = new("PromQL", Read);

    static RuleExpression Read(string text)
    {
        try
        {
            var parsed = PromQlEngine.Parse(text);
            return new(PromQlPrinter.Print(parsed), (scope, atMs, cancellation) => Evaluate(parsed, scope, atMs, cancellation));
        }
        catch (PromQlSyntaxException error)
        {
            return new(text, new(error.Line, error.Column, error.Reason), error.Message);
        }
    }

    static QueryResult Evaluate(Expr expression, RuleScope scope, long atMs, CancellationToken cancellation)
    {
        QueryResult result;
        try
        {
            result = scope.PromQl.Instant(scope.Series, expression, atMs, scope.Limits, cancellation);
        }
        catch (Exception error) when (error is PromQlEvaluationException or QueryTooLargeException or QueryTimeoutException)
        {
            throw new RuleEvaluationException(error.Message);
        }
        if (result.Kind is ValueKind.Vector or ValueKind.Scalar) return result;
        result.Dispose();
        throw new RuleEvaluationException("rule result is not a vector or scalar");
    }
}
