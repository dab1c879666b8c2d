using Pharos.Model.Labels;
using Pharos.Server.Text.Matching;

namespace Pharos.Server.Ledger;

/// <summary>Names and expressions of the alerting rules in force, told by who evaluates them: an alert that was never seen may have a rule.</summary>
/// <remarks>Threads: safe for all.</remarks>
sealed class RuleBook
{
    volatile IReadOnlyDictionary<string, string> expressions = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Why an alert of these matchers was never seen.</summary>
    public WhyAnswer WhyUnseen(IReadOnlyList<LabelMatcher> matchers)
    {
        var name = matchers.FirstOrDefault(matcher => matcher is { Name: "alertname", Kind: MatchKind.Equal })?.Value;
        return name is not null && expressions.TryGetValue(name, out var expression)
            ? WhyAnswer.Unseen($"Nobody was paged for {name}, because its rule was never true: {expression}", "query the expression; a metric that is missing makes it empty")
            : WhyAnswer.Unseen($"Nobody was paged for {name ?? matchers.Text()}: no alert of it was ever seen, and no rule is named so", "check the spelling, and that a rule file with it is loaded");
    }

    /// <summary>Replaces all; of two rules of one name the first is kept.</summary>
    public void Replace(IEnumerable<(string Name, string Expression)> rules) =>
        expressions = rules.DistinctBy(rule => rule.Name).ToDictionary(rule => rule.Name, rule => rule.Expression, StringComparer.Ordinal);
}
