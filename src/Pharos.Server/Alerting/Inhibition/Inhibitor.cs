using Pharos.Model.Labels;
using Pharos.Server.Alerting.Dispatch;
using Pharos.Server.Text.Matching;

namespace Pharos.Server.Alerting.Inhibition;

/// <summary>Knows which alerts keep others from being notified.</summary>
/// <remarks>Sources are indexed by the values of the labels that must be equal, so that a look-up does not walk all alerts. Threads: its owner's lock.</remarks>
sealed class Inhibitor(IReadOnlyList<InhibitRuleConfig> rules)
{
    readonly IReadOnlyList<SourceIndex[]> sources = [.. rules.Select(rule => rule.Sources.Select(source => new SourceIndex(source)).ToArray())];

    public IReadOnlyList<InhibitRuleConfig> Rules => rules;

    public void Put(KnownAlert alert)
    {
        foreach (var rule in sources)
        {
            foreach (var source in rule) source.Put(alert);
        }
    }

    public void Remove(KnownAlert alert)
    {
        foreach (var rule in sources)
        {
            foreach (var source in rule) source.Remove(alert);
        }
    }

    /// <summary>The firing alerts that inhibit one of these labels; empty: none.</summary>
    /// <remarks>An alert that is source and target of a rule at once does not inhibit others of its kind, else each would silence all.</remarks>
    public IReadOnlyList<ulong> InhibitedBy(LabelSet labels, long nowMs)
    {
        List<ulong>? found = null;
        for (var i = 0; i < rules.Count; i++)
        {
            if (!rules[i].TargetMatchers.MatchesAll(labels)) continue;
            var before = found?.Count ?? 0;
            foreach (var source in sources[i])
            {
                var isSourceToo = source.Config.Matchers.MatchesAll(labels);
                var inhibiting = source.Find(labels).Where(alert => !alert.IsResolvedAt(nowMs) && !(isSourceToo && rules[i].TargetMatchers.MatchesAll(alert.Labels)));
                var count = found?.Count ?? 0;
                foreach (var alert in inhibiting) (found ??= []).Add(alert.Fingerprint);
                if ((found?.Count ?? 0) > count) continue;
                found?.RemoveRange(before, found.Count - before); // Every source of the rule must fire.
                break;
            }
        }
        return found is null ? [] : [.. found.Distinct()];
    }

    sealed class SourceIndex(InhibitSourceConfig config)
    {
        readonly Dictionary<string, Dictionary<ulong, KnownAlert>> byEqual = new(StringComparer.Ordinal);

        public InhibitSourceConfig Config { get; } = config;

        public void Put(KnownAlert alert)
        {
            if (!Config.Matchers.MatchesAll(alert.Labels)) return;
            var key = KeyOf(alert.Labels);
            if (!byEqual.TryGetValue(key, out var alerts)) byEqual[key] = alerts = [];
            alerts[alert.Fingerprint] = alert;
        }

        public void Remove(KnownAlert alert)
        {
            var key = KeyOf(alert.Labels);
            if (byEqual.TryGetValue(key, out var alerts) && alerts.Remove(alert.Fingerprint) && alerts.Count == 0) byEqual.Remove(key);
        }

        public IEnumerable<KnownAlert> Find(LabelSet labels) => byEqual.TryGetValue(KeyOf(labels), out var alerts) ? alerts.Values : [];

        string KeyOf(LabelSet labels) => Config.Equal.Count switch
        {
            0 => "",
            1 => labels[Config.Equal[0]],
            _ => string.Join('\uffff', Config.Equal.Select(name => labels[name])),
        };
    }
}
