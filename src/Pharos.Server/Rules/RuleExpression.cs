using Pharos.Query.PromQL;
using Pharos.Query.PromQL.Syntax;

namespace Pharos.Server.Rules;

/// <summary>A rule's expression, parsed once: parsing and compiling its patterns would cost more than many an evaluation.</summary>
sealed class RuleExpression
{
    readonly Expr? parsed;
    readonly string fault = "";

    public RuleExpression(string text)
    {
        try
        {
            parsed = PromQlParser.Parse(text);
            Text = PromQlPrinter.Print(parsed);
        }
        catch (PromQlSyntaxException error)
        {
            (Text, fault) = (text, error.Message);
        }
    }

    /// <summary>As PromQL prints it; as it was written when it does not parse.</summary>
    public string Text { get; }

    /// <exception cref="RuleEvaluationException">The text does not parse.</exception>
    public Expr Parsed => parsed ?? throw new RuleEvaluationException(fault);
}
