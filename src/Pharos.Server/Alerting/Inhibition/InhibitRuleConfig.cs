using Pharos.Model.Labels;

namespace Pharos.Server.Alerting.Inhibition;

/// <summary>While alerts of every source fire, alerts that match the target and share the labels named equal are not notified.</summary>
sealed record InhibitRuleConfig(string Name, IReadOnlyList<InhibitSourceConfig> Sources, IReadOnlyList<LabelMatcher> TargetMatchers);

/// <param name="Equal">Labels that must have the same value in source and target; absent in both counts as the same.</param>
sealed record InhibitSourceConfig(IReadOnlyList<LabelMatcher> Matchers, IReadOnlyList<string> Equal);
