using Pharos.Model.Writing;
using Pharos.Query.PromQL;
using Pharos.Query.PromQL.Syntax;

namespace Pharos.Server.Rules;

/// <summary>Texts that rules of both kinds show.</summary>
static class RuleText
{
    /// <summary>The expression as PromQL prints it, or as it was written when it does not parse.</summary>
    public static string Print(string expression)
    {
        try
        {
            return PromQlPrinter.Print(PromQlParser.Parse(expression));
        }
        catch (PromQlSyntaxException)
        {
            return expression; // The evaluation will say why.
        }
    }

    /// <exception cref="RuleEvaluationException">The store did not take all samples, for a reason other than their time.</exception>
    public static void ThrowIfRefused(AppendOutcome outcome)
    {
        if (outcome.Refused > 0) throw new RuleEvaluationException($"{outcome.Refused} samples were refused by the store: {outcome.Reason}");
    }
}
