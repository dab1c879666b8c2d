using Pharos.Model.Labels;
using Pharos.Query.GoTemplate;
using Pharos.Server.Rules.Languages;
using Pharos.Server.Rules.Templates;
using Pharos.Server.Series;

namespace Pharos.Server.Rules;

/// <summary>Makes alerts of what an expression yields, and tells of their phases in the series <c>ALERTS</c> and <c>ALERTS_FOR_STATE</c>.</summary>
/// <remarks>Decisions about one alert are <see cref="AlertLifecycle"/>'s; this keeps the alerts of one rule.</remarks>
sealed partial class AlertingRule : IRule
{
    const string AlertName = "alertname";
    const string StateMetric = "ALERTS";
    const string ForStateMetric = "ALERTS_FOR_STATE";

    readonly RuleEvaluator evaluator;
    readonly SeriesWriter output;
    readonly RuleExpression expression;
    readonly ILogger logger;
    readonly IReadOnlyList<(string Name, RuleTemplate Template)> labelTemplates;
    readonly IReadOnlyList<(string Name, RuleTemplate Template)> annotationTemplates;
    readonly long holdMs;
    readonly long keepFiringMs;
    Dictionary<LabelSet, AlertState> alerts = [];

    /// <param name="isRestored">False: the alerts' state is still to be restored, and nothing is written before it is.</param>
    public AlertingRule(RuleConfig config, RuleExpression expression, LabelSet groupLabels, RuleEvaluator evaluator, bool isRestored, ILogger logger)
    {
        Config = config;
        this.evaluator = evaluator;
        this.expression = expression;
        this.logger = logger;
        IsRestored = isRestored;
        output = new(evaluator.Sink);
        var labels = config.LabelsOver(groupLabels);
        holdMs = (long)config.For.TotalMilliseconds;
        keepFiringMs = (long)config.KeepFiringFor.TotalMilliseconds;
        labelTemplates = [.. labels.Select(ToTemplate)];
        annotationTemplates = [.. config.Annotations.Select(ToTemplate)];
        Snapshot = new()
        {
            IsAlerting = true,
            Name = config.Alert,
            Query = expression.Text,
            HoldSeconds = config.For.TotalSeconds,
            KeepFiringForSeconds = config.KeepFiringFor.TotalSeconds,
            Labels = LabelSet.From(labels),
            Annotations = LabelSet.From(config.Annotations),
        };

        (string, RuleTemplate) ToTemplate(Label label) => (label.Name, new(config.Alert, label.Value));
    }

    public RuleConfig Config { get; }

    public RuleSnapshot Snapshot { get; private set; }

    public bool IsRestored { get; private set; }

    /// <summary>Alerts that came into another phase at the last evaluation. For the group's thread.</summary>
    public List<AlertState> Changed { get; } = [];

    /// <summary>All alerts that are remembered, resolved ones included. For the group's thread.</summary>
    public IReadOnlyCollection<AlertState> Alerts => alerts.Values;

    public int Evaluate(long nowMs, long queryOffsetMs, int limit, CancellationToken cancellation)
    {
        var sightings = Sight(nowMs, queryOffsetMs, cancellation);
        var next = new Dictionary<LabelSet, AlertState>(sightings.Count);
        var active = 0;
        Changed.Clear();
        foreach (var (key, sighting) in sightings)
        {
            var before = alerts.GetValueOrDefault(key);
            var after = AlertLifecycle.Next(before, sighting, nowMs, holdMs, keepFiringMs)!;
            next.Add(key, after);
            if (before?.Phase != after.Phase) Changed.Add(after);
            active++;
        }
        foreach (var (key, before) in alerts)
        {
            if (sightings.ContainsKey(key)) continue;
            var follows = AlertLifecycle.Next(before, null, nowMs, holdMs, keepFiringMs);
            if ((follows?.Phase ?? AlertPhase.Inactive) != before.Phase) Changed.Add(follows ?? before with { Phase = AlertPhase.Inactive });
            if (follows is not { } after) continue;
            next.Add(key, after);
            if (after.Phase != AlertPhase.Inactive) active++;
        }
        if (limit > 0 && active > limit)
        {
            alerts = []; // As in Prometheus: a rule that runs wild loses its state rather than flooding receivers.
            throw new RuleEvaluationException($"exceeded limit of {limit} with {active} alerts");
        }
        alerts = next;
        return IsRestored ? WriteSeries(nowMs - queryOffsetMs) : 0;
    }

    public void Finish(long nowMs, TimeSpan duration, string error)
    {
        var shown = alerts.Values.Where(alert => alert.Phase != AlertPhase.Inactive).OrderBy(alert => alert.ActiveAtMs);
        Snapshot = Snapshot with
        {
            Health = error.Length == 0 ? RuleHealth.Ok : RuleHealth.Err,
            LastError = error,
            LastEvaluationMs = nowMs,
            EvaluationSeconds = duration.TotalSeconds,
            State = alerts.Values.Select(alert => alert.Phase).DefaultIfEmpty(AlertPhase.Inactive).Max(),
            Alerts = [.. shown.Select(alert => new AlertSnapshot(alert.Labels, alert.Annotations, alert.Phase, alert.ActiveAtMs, alert.KeepFiringSinceMs, alert.Value))],
        };
    }

    /// <summary>The alerts that receivers are to be told of now; they count as told from here on.</summary>
    public IReadOnlyList<AlertState> TakeDue(long nowMs, long intervalMs)
    {
        var resendMs = (long)evaluator.Settings.ResendDelay.TotalMilliseconds;
        var due = new List<AlertState>();
        foreach (var (key, alert) in alerts)
        {
            if (!AlertLifecycle.NeedsSending(alert, nowMs, resendMs)) continue;
            due.Add(alerts[key] = AlertLifecycle.Sent(alert, nowMs, resendMs, intervalMs));
        }
        return due;
    }

    public void Inherit(IRule from)
    {
        if (from is not AlertingRule before) return;
        alerts = before.alerts;
        output.Inherit(before.output);
        Snapshot = Snapshot with { State = before.Snapshot.State, Alerts = before.Snapshot.Alerts };
    }

    public void MarkStale(long nowMs) => output.MarkStale(nowMs);

    /// <summary>What the expression yields now, by the labels that tell alerts apart.</summary>
    Dictionary<LabelSet, AlertSighting> Sight(long nowMs, long queryOffsetMs, CancellationToken cancellation)
    {
        using var result = evaluator.Evaluate(expression, nowMs - queryOffsetMs, cancellation);
        var sightings = new Dictionary<LabelSet, AlertSighting>(result.SeriesCount);
        var host = evaluator.TemplateHost(nowMs);
        for (var i = 0; i < result.SeriesCount; i++)
        {
            var elementLabels = result.LabelsOf(i);
            var data = new RuleTemplateData(elementLabels, evaluator.Settings.ExternalLabels, evaluator.Settings.ExternalUrl, RuleEvaluator.TemplateValueOf(result, i)).AsValue();
            // Laid over one another: what expands to nothing removes the element's label of that name.
            var alertLabels = LabelSet.From(
                [.. elementLabels.Without(LabelSet.MetricName), .. Expand(labelTemplates, data, host, cancellation), new Label(AlertName, Config.Alert)]);
            var annotations = LabelSet.From(Expand(annotationTemplates, data, host, cancellation));
            var value = result.Histograms(i) is [{ }, ..] ? 0 : result.Values(i)[0];
            if (!sightings.TryAdd(alertLabels, new(alertLabels, annotations, value)))
            {
                throw new RuleEvaluationException("vector contains metrics with the same labelset after applying alert labels");
            }
        }
        return sightings;
    }

    IEnumerable<Label> Expand(IReadOnlyList<(string Name, RuleTemplate Template)> templates, TemplateValue data, RuleTemplateHost host, CancellationToken cancellation)
    {
        foreach (var (name, template) in templates)
        {
            var text = template.Expand(data, host, evaluator.Time, cancellation, out var error);
            if (error is not null) TemplateFailed(logger, Config.Alert, name, error);
            yield return new(name, text);
        }
    }

    int WriteSeries(long sampleMs)
    {
        var written = 0;
        RuleSeries.ThrowIfRefused(output.Write(sampleMs, () => written = AddSeries(sampleMs)));
        return written;
    }

    /// <returns>How many series.</returns>
    int AddSeries(long sampleMs)
    {
        var added = 0;
        foreach (var alert in alerts.Values)
        {
            if (alert.Phase == AlertPhase.Inactive) continue;
            var phase = alert.Phase == AlertPhase.Firing ? "firing" : "pending";
            RuleSeries.Add(output, alert.Labels.With(LabelSet.From((LabelSet.MetricName, StateMetric), ("alertstate", phase))), sampleMs, 1);
            RuleSeries.Add(output, alert.Labels.With(LabelSet.MetricName, ForStateMetric), sampleMs, Math.Floor(alert.ActiveAtMs / 1000.0));
            added += 2;
        }
        return added;
    }

    [LoggerMessage(LogLevel.Warning, "Alert {Alert}: the template of {Name} failed: {Error}")]
    static partial void TemplateFailed(ILogger logger, string alert, string name, string error);
}
