using Pharos.Model.Writing;

namespace Pharos.Server.Rules;

/// <summary>What rules of both kinds share.</summary>
static class RuleText
{
    /// <exception cref="RuleEvaluationException">The store did not take all samples, for a reason other than their time.</exception>
    public static void ThrowIfRefused(AppendOutcome outcome)
    {
        if (outcome.Refused > 0) throw new RuleEvaluationException($"{outcome.Refused} samples were refused by the store: {outcome.Reason}");
    }
}
