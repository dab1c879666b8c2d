using System.Text;
using Pharos.Model.Labels;
using Pharos.Model.Reading;
using Pharos.Model.Samples;

namespace Pharos.Server.Rules;

/// <summary>Restoring alerts after a restart, from the series that told of them before it.</summary>
sealed partial class AlertingRule
{
    /// <summary>Moves the start of alerts back to where it was. From then on the rule writes its series.</summary>
    /// <exception cref="RuleEvaluationException">The store could not be read; the rule goes on without.</exception>
    public void Restore(long nowMs, CancellationToken cancellation)
    {
        IsRestored = true;
        var graceMs = (long)evaluator.Settings.GracePeriod.TotalMilliseconds;
        if (holdMs < graceMs || alerts.Count == 0) return; // So short a time is waited for anew.
        Dictionary<LabelSet, (long TimeMs, double Value)> known;
        try
        {
            known = ReadForState(nowMs, cancellation);
        }
        catch (QueryTooLargeException error)
        {
            throw new RuleEvaluationException(error.Message);
        }
        foreach (var (key, alert) in alerts)
        {
            if (alert.Phase == AlertPhase.Inactive || !known.TryGetValue(key, out var last) || StaleMarker.Is(last.Value) || !double.IsFinite(last.Value)) continue;
            var activeAtMs = AlertLifecycle.RestoredActiveAt((long)last.Value * 1000, last.TimeMs, nowMs, holdMs, graceMs);
            alerts[key] = alert with { ActiveAtMs = activeAtMs };
        }
    }

    /// <summary>The newest <c>ALERTS_FOR_STATE</c> sample of each alert of this name, within the tolerated outage.</summary>
    Dictionary<LabelSet, (long TimeMs, double Value)> ReadForState(long nowMs, CancellationToken cancellation)
    {
        LabelMatcher[] matchers = [new(MatchKind.Equal, LabelSet.MetricName, ForStateMetric), new(MatchKind.Equal, AlertName, Config.Alert)];
        var hints = new SelectHints(nowMs - (long)evaluator.Settings.OutageTolerance.TotalMilliseconds, nowMs, Want.Newest);
        var known = new Dictionary<LabelSet, (long, double)>();
        using var snapshot = evaluator.Source.Lease();
        using var cursor = snapshot.Select(matchers, hints, cancellation);
        using var batch = new SeriesBatch();
        while (cursor.MoveNext(batch))
        {
            for (var i = 0; i < batch.Count; i++)
            {
                if (batch.Times(i).IsEmpty) continue;
                known[ToLabels(snapshot.Symbols, batch.Pairs(i))] = (batch.Times(i)[^1], batch.Values(i)[^1]);
            }
        }
        return known;
    }

    static LabelSet ToLabels(ILabelSymbols symbols, ReadOnlySpan<int> pairs)
    {
        var labels = new List<Label>(pairs.Length);
        foreach (var pair in pairs)
        {
            var name = Encoding.UTF8.GetString(symbols.NameUtf8(pair));
            if (name != LabelSet.MetricName) labels.Add(new(name, Encoding.UTF8.GetString(symbols.ValueUtf8(pair))));
        }
        return LabelSet.From(labels);
    }
}
