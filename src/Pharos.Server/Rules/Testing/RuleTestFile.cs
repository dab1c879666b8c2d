using Pharos.Model.Labels;

namespace Pharos.Server.Rules.Testing;

/// <summary>A file of unit tests for rules, in promtool's format.</summary>
/// <param name="RuleFiles">Absolute paths, patterns resolved.</param>
/// <param name="GroupOrder">Names of groups that are evaluated first, in this order.</param>
/// <param name="FuzzyCompare">Values may differ in the last bit.</param>
sealed record RuleTestFile(
    string Path, IReadOnlyList<string> RuleFiles, TimeSpan EvaluationInterval, IReadOnlyList<string> GroupOrder, bool FuzzyCompare, IReadOnlyList<RuleTest> Tests);

/// <summary>One test: series over time, and what rules and expressions make of them.</summary>
sealed record RuleTest
{
    /// <summary>"" when it has none.</summary>
    public string Name { get; init; } = "";

    /// <summary>Between two values of an input series.</summary>
    public TimeSpan Interval { get; init; }

    /// <summary>When the first values are; the epoch unless told otherwise.</summary>
    public long StartMs { get; init; }

    public IReadOnlyList<(string Series, string Values)> Input { get; init; } = [];

    public IReadOnlyList<AlertTest> Alerts { get; init; } = [];

    public IReadOnlyList<ExpressionTest> Expressions { get; init; } = [];

    public LabelSet ExternalLabels { get; init; } = LabelSet.Empty;

    public string ExternalUrl { get; init; } = "";
}

/// <summary>Which alerts of that name fire at a time.</summary>
sealed record AlertTest(TimeSpan At, string Name, IReadOnlyList<ExpectedAlert> Expected);

/// <param name="Labels">Without <c>alertname</c>.</param>
sealed record ExpectedAlert(LabelSet Labels, LabelSet Annotations);

/// <summary>What an expression yields at a time, in any order.</summary>
sealed record ExpressionTest(string Expression, TimeSpan At, IReadOnlyList<ExpectedSample> Expected);

/// <param name="Labels">As PromQL writes a metric.</param>
/// <param name="Histogram">As series values write one; "" for a float.</param>
sealed record ExpectedSample(string Labels, double Value, string Histogram);
