using Pharos.Model.Labels;
using Pharos.Server.Rules.Languages;

namespace Pharos.Server.Rules;

/// <summary>One rule file. Group names are distinct in it.</summary>
/// <param name="Path">Absolute.</param>
sealed record RuleFileConfig(string Path, IReadOnlyList<RuleGroupConfig> Groups);

/// <summary>Rules that are evaluated in order, together.</summary>
sealed record RuleGroupConfig
{
    public required string Name { get; init; }

    /// <summary>1-based line of the group in its file.</summary>
    public int Line { get; init; }

    /// <summary>In which the expressions of its rules are written: a name of the <see cref="RuleLanguageCatalogue"/>.</summary>
    public string Language { get; init; } = RuleLanguageCatalogue.Default.Name;

    /// <summary>Null: the global evaluation interval.</summary>
    public TimeSpan? Interval { get; init; }

    /// <summary>Null: the global offset.</summary>
    public TimeSpan? QueryOffset { get; init; }

    /// <summary>Most alerts or series one rule may yield; 0 means no bound.</summary>
    public int Limit { get; init; }

    /// <summary>Laid under each rule's own labels.</summary>
    public LabelSet Labels { get; init; } = LabelSet.Empty;

    public required IReadOnlyList<RuleConfig> Rules { get; init; }
}

/// <summary>One recording or alerting rule.</summary>
sealed record RuleConfig
{
    /// <summary>Name of the series to record; "" for an alert.</summary>
    public string Record { get; init; } = "";

    /// <summary>Name of the alert; "" for a recording rule.</summary>
    public string Alert { get; init; } = "";

    public required string Expr { get; init; }

    /// <summary>Where <see cref="Expr"/> begins in the file, 1-based, for faults found in it later.</summary>
    public int Line { get; init; }

    public int Column { get; init; }

    public TimeSpan For { get; init; }

    public TimeSpan KeepFiringFor { get; init; }

    /// <summary>The rule's own labels in the order of their names; values of alerts are templates. The group's are not laid in.</summary>
    public IReadOnlyList<Label> Labels { get; init; } = [];

    /// <summary>Values are templates.</summary>
    public IReadOnlyList<Label> Annotations { get; init; } = [];

    public bool IsAlert => Alert.Length > 0;

    /// <summary>The rule's labels and those of its group that it does not give itself. One with an empty value removes a label.</summary>
    public IReadOnlyList<Label> LabelsOver(LabelSet groupLabels) => [.. groupLabels.Where(label => Labels.All(own => own.Name != label.Name)), .. Labels];
}
