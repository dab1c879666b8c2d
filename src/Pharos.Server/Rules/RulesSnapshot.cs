using Pharos.Model.Labels;

namespace Pharos.Server.Rules;

/// <summary>All rules and what became of them, as of each group's last evaluation.</summary>
sealed record RulesSnapshot(IReadOnlyList<RuleGroupSnapshot> Groups)
{
    public static readonly RulesSnapshot Empty = new([]);

    public IEnumerable<AlertSnapshot> Alerts => Groups.SelectMany(group => group.Rules).SelectMany(rule => rule.Alerts);
}

/// <param name="File">Absolute path.</param>
/// <param name="LastEvaluationMs">Null: not evaluated yet.</param>
sealed record RuleGroupSnapshot(
    string Name, string File, double IntervalSeconds, int Limit, long? LastEvaluationMs, double EvaluationSeconds, IReadOnlyList<RuleSnapshot> Rules);

/// <summary>One rule. What concerns alerts is empty for recording rules.</summary>
sealed record RuleSnapshot
{
    public required bool IsAlerting { get; init; }

    public required string Name { get; init; }

    /// <summary>The expression as PromQL prints it.</summary>
    public required string Query { get; init; }

    public double HoldSeconds { get; init; }

    public double KeepFiringForSeconds { get; init; }

    /// <summary>The group's and the rule's labels, as written.</summary>
    public required LabelSet Labels { get; init; }

    public LabelSet Annotations { get; init; } = LabelSet.Empty;

    public RuleHealth Health { get; init; }

    /// <summary>Why the rule failed; "" when it did not.</summary>
    public string LastError { get; init; } = "";

    public long? LastEvaluationMs { get; init; }

    public double EvaluationSeconds { get; init; }

    /// <summary>The worst phase of its alerts.</summary>
    public AlertPhase State { get; init; }

    /// <summary>Pending and firing ones, oldest first.</summary>
    public IReadOnlyList<AlertSnapshot> Alerts { get; init; } = [];
}

enum RuleHealth
{
    /// <summary>Not evaluated yet.</summary>
    Unknown,
    Ok,
    Err,
}

sealed record AlertSnapshot(LabelSet Labels, LabelSet Annotations, AlertPhase State, long ActiveAtMs, long? KeepFiringSinceMs, double Value);
