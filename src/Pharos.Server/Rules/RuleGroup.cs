using Pharos.Model.Diagnostics;
using Pharos.Server.Rules.Languages;
using Pharos.Server.Timing;

namespace Pharos.Server.Rules;

/// <summary>The rules of one group at work: evaluates them in order, each seeing what those before it wrote.</summary>
/// <remarks>
/// <para>Errors: a rule that fails is noted with its error, and the next one runs.</para>
/// <para>Threads: one evaluates at a time; <see cref="Snapshot"/> may be read by anyone.</para>
/// </remarks>
sealed partial class RuleGroup
{
    readonly RuleEvaluator evaluator;
    readonly RuleMetrics metrics;
    readonly ILogger logger;
    readonly List<IRule> rules = [];

    /// <param name="isRestored">False at start: the state of alerts comes from the store, by <see cref="RestoreAlerts"/>.</param>
    public RuleGroup(RuleGroupKey key, RuleGroupConfig config, TimeSpan defaultInterval, TimeSpan defaultOffset, RuleEvaluator evaluator, bool isRestored, RuleMetrics metrics, ILogger logger)
    {
        Key = key;
        Config = config;
        IntervalMs = (long)(config.Interval ?? defaultInterval).TotalMilliseconds;
        QueryOffsetMs = (long)(config.QueryOffset ?? defaultOffset).TotalMilliseconds;
        this.evaluator = evaluator;
        this.metrics = metrics;
        this.logger = logger;
        Invariant.Holds(IntervalMs > 0, $"group {key.Name}: interval of {IntervalMs} ms");
        var language = RuleLanguageCatalogue.Of(config.Language);
        foreach (var rule in config.Rules)
        {
            var expression = language.Read(rule.Expr);
            rules.Add(rule.IsAlert ? new AlertingRule(rule, expression, config.Labels, evaluator, isRestored, logger) : new RecordingRule(rule, expression, config.Labels, evaluator));
        }
        Snapshot = TakeSnapshot(null, 0);
    }

    public RuleGroupKey Key { get; }

    public RuleGroupConfig Config { get; }

    public long IntervalMs { get; }

    public long QueryOffsetMs { get; }

    public RuleEvaluator Evaluator => evaluator;

    public IReadOnlyList<IRule> Rules => rules;

    public RuleGroupSnapshot Snapshot { get; private set; }

    /// <summary>Alerts that came into another phase at the last evaluation. For the group's thread.</summary>
    public List<DueAlert> Changed { get; } = [];

    /// <summary>Evaluates all rules once.</summary>
    /// <returns>The alerts of which receivers are to be told, with their rules.</returns>
    /// <exception cref="OperationCanceledException">Asked to end in between.</exception>
    public IReadOnlyList<DueAlert> Evaluate(long nowMs, CancellationToken cancellation)
    {
        var started = evaluator.Time.GetTimestamp();
        var due = new List<DueAlert>();
        Changed.Clear();
        var samples = 0;
        foreach (var rule in rules)
        {
            cancellation.ThrowIfCancellationRequested();
            samples += EvaluateRule(rule, nowMs, due, cancellation);
        }
        var duration = evaluator.Time.GetElapsedTime(started);
        Snapshot = TakeSnapshot(nowMs, duration.TotalSeconds);
        metrics.Evaluated(Key, nowMs, duration, samples);
        return due;
    }

    /// <summary>Takes over what rules of the same name and content knew in the group that this one replaces; ends the series of the others.</summary>
    /// <returns>Rules of the former group that are no more.</returns>
    public IReadOnlyList<IRule> Inherit(RuleGroup from)
    {
        var heirs = rules.ToLookup(RuleIdentity.Of);
        var taken = new Dictionary<RuleIdentity, int>();
        var gone = new List<IRule>();
        foreach (var before in from.rules)
        {
            var identity = RuleIdentity.Of(before);
            var index = taken.GetValueOrDefault(identity);
            if (heirs[identity].ElementAtOrDefault(index) is { } heir) heir.Inherit(before);
            else gone.Add(before);
            taken[identity] = index + 1;
        }
        Snapshot = TakeSnapshot(from.Snapshot.LastEvaluationMs, from.Snapshot.EvaluationSeconds);
        return gone;
    }

    /// <summary>Gives alerts back the state that they had before a restart. Called once, after the second evaluation.</summary>
    public void RestoreAlerts(long nowMs, CancellationToken cancellation)
    {
        foreach (var rule in rules)
        {
            if (rule is not AlertingRule { IsRestored: false } alerting) continue;
            try
            {
                alerting.Restore(nowMs, cancellation);
            }
            catch (RuleEvaluationException error)
            {
                RestoreFailed(logger, alerting.Config.Alert, error.Message);
            }
        }
    }

    int EvaluateRule(IRule rule, long nowMs, List<DueAlert> due, CancellationToken cancellation)
    {
        var started = evaluator.Time.GetTimestamp();
        var error = "";
        var samples = 0;
        try
        {
            samples = rule.Evaluate(nowMs, QueryOffsetMs, Config.Limit, cancellation);
            if (rule is AlertingRule alerting)
            {
                Changed.AddRange(alerting.Changed.Select(alert => new DueAlert(alert, rule.Snapshot.Query)));
                foreach (var alert in alerting.TakeDue(nowMs, IntervalMs)) due.Add(new(alert, rule.Snapshot.Query));
            }
        }
        catch (RuleEvaluationException failure)
        {
            error = failure.Message;
            RuleFailed(logger, rule.Snapshot.Name, Key.Name, Key.File, error);
        }
        catch (IOException failure)
        {
            error = $"the store does not take samples: {failure.Message}";
            RuleFailed(logger, rule.Snapshot.Name, Key.Name, Key.File, error);
        }
        var duration = evaluator.Time.GetElapsedTime(started);
        rule.Finish(nowMs, duration, error);
        metrics.RuleEvaluated(Key, duration, failed: error.Length > 0);
        return samples;
    }

    RuleGroupSnapshot TakeSnapshot(long? lastEvaluationMs, double seconds) =>
        new(Config.Name, Key.File, IntervalMs / 1000.0, Config.Limit, lastEvaluationMs, seconds, [.. rules.Select(rule => rule.Snapshot)]);

    [LoggerMessage(LogLevel.Warning, "Rule {Rule} of group {Group} in {File} failed: {Error}")]
    static partial void RuleFailed(ILogger logger, string rule, string group, string file, string error);

    [LoggerMessage(LogLevel.Error, "The state of alert {Alert} before the restart could not be read; it starts anew: {Error}")]
    static partial void RestoreFailed(ILogger logger, string alert, string error);
}

/// <summary>Tells groups apart over reloads.</summary>
readonly record struct RuleGroupKey(string File, string Name)
{
    /// <summary>When the group is evaluated: the offset comes from its name.</summary>
    public Timetable Times(long intervalMs) => new(intervalMs, Timetable.Hash($"{File};{Name}"));
}

/// <summary>An alert that receivers are to be told of, and the expression that made it.</summary>
readonly record struct DueAlert(AlertState Alert, string Expression);

/// <summary>What makes a rule after a reload the same as before: kind, name and labels.</summary>
readonly record struct RuleIdentity(bool IsAlerting, string Name, Model.Labels.LabelSet Labels)
{
    public static RuleIdentity Of(IRule rule) => new(rule.Snapshot.IsAlerting, rule.Snapshot.Name, rule.Snapshot.Labels);
}
