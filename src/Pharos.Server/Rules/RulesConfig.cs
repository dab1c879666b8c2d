using Pharos.Server.Config;

namespace Pharos.Server.Rules;

/// <summary>Which rules are evaluated, and when.</summary>
sealed record RulesConfig : ISettings<RulesConfig>
{
    public static RulesConfig Default { get; } = new();

    /// <summary>Absolute path of the prometheus.yml that names the rule files; null: there is none.</summary>
    public string? NamedIn { get; init; }

    /// <summary>For groups that have none of their own.</summary>
    public TimeSpan EvaluationInterval { get; init; } = TimeSpan.FromMinutes(1);

    public TimeSpan QueryOffset { get; init; }

    /// <summary>The patterns as written, relative ones made absolute against the folder of the file.</summary>
    public IReadOnlyList<string> FilePatterns { get; init; } = [];

    /// <summary>The files that the patterns reach now, in order, parsed and checked.</summary>
    public IReadOnlyList<RuleFileConfig> Files { get; init; } = [];
}
