using Pharos.Model.Labels;
using Pharos.Server.Discovery;

namespace Pharos.Server.Alerting.Sending;

/// <summary>What happens to an alert's labels between the rule and its receivers.</summary>
static class AlertRelabelling
{
    /// <summary>Adds external labels that the alert does not have itself.</summary>
    public static Alert AddExternal(Alert alert, LabelSet external) => external.Count == 0 ? alert : alert with { Labels = external.With(alert.Labels) };

    /// <summary>The alerts that relabelling keeps, with their new labels.</summary>
    public static IReadOnlyList<Alert> Apply(IReadOnlyList<Alert> alerts, IReadOnlyList<RelabelConfig> rules)
    {
        if (rules.Count == 0) return alerts;
        var kept = new List<Alert>(alerts.Count);
        foreach (var alert in alerts)
        {
            if (Relabelling.Apply(alert.Labels, rules) is { } labels) kept.Add(alert with { Labels = labels });
        }
        return kept;
    }
}
