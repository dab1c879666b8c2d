namespace Pharos.Server.Alerting.Ledger;

/// <summary>Names and expressions of the alerting rules in force, told by who evaluates them: an alert that was never seen may have a rule.</summary>
/// <remarks>Threads: safe for all.</remarks>
sealed class RuleBook
{
    volatile IReadOnlyDictionary<string, string> expressions = new Dictionary<string, string>(StringComparer.Ordinal);

    public string? ExpressionOf(string alertName) => expressions.GetValueOrDefault(alertName);

    /// <summary>Replaces all; of two rules of one name the first is kept.</summary>
    public void Replace(IEnumerable<(string Name, string Expression)> rules) =>
        expressions = rules.DistinctBy(rule => rule.Name).ToDictionary(rule => rule.Name, rule => rule.Expression, StringComparer.Ordinal);
}
