using Pharos.Model.Labels;
using Pharos.Server.Doors;

namespace Pharos.Server.Rules;

/// <summary>Which rules a request wants to see.</summary>
sealed class RuleFilter
{
    readonly bool alerting;
    readonly bool recording;
    readonly HashSet<string> names;
    readonly HashSet<string> groups;
    readonly HashSet<string> files;
    readonly IReadOnlyList<IReadOnlyList<LabelMatcher>> selectors;

    RuleFilter(ApiCall call)
    {
        var type = call["type"].ToLowerInvariant();
        if (type is not ("" or "alert" or "record")) throw ApiFaultException.Parameter("type", $"not supported value {ApiTime.Quote(type)}");
        (alerting, recording) = (type is not "record", type is not "alert");
        names = [.. call.All("rule_name[]")];
        groups = [.. call.All("rule_group[]")];
        files = [.. call.All("file[]")];
        selectors = call.Selectors();
        WithAlerts = !call.Bool("exclude_alerts", otherwise: false);
    }

    public bool WithAlerts { get; }

    public static RuleFilter Read(ApiCall call) => new(call);

    /// <summary>The groups that have at least one wanted rule, with the wanted rules alone.</summary>
    public IEnumerable<RuleGroupSnapshot> Apply(RulesSnapshot snapshot)
    {
        foreach (var group in snapshot.Groups)
        {
            if (groups.Count > 0 && !groups.Contains(group.Name)) continue;
            if (files.Count > 0 && !files.Contains(group.File)) continue;
            var wanted = group.Rules.Where(Wants).ToList();
            if (wanted.Count > 0) yield return group with { Rules = wanted };
        }
    }

    bool Wants(RuleSnapshot rule) =>
        (rule.IsAlerting ? alerting : recording)
        && (names.Count == 0 || names.Contains(rule.Name))
        && (selectors.Count == 0 || selectors.Any(selector => selector.All(matcher => matcher.Matches(rule.Labels[matcher.Name]))));
}
