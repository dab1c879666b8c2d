using System.Diagnostics.Metrics;

namespace Pharos.Server.Rules;

/// <summary>What rule evaluation tells of itself, under the names that Prometheus gave these figures, so that its own alerts work here.</summary>
sealed class RuleMetrics : IDisposable
{
    const string Group = "rule_group";

    readonly Meter meter = new("Pharos.Rules");
    readonly Counter<long> evaluations;
    readonly Counter<long> failures;
    readonly Counter<long> iterations;
    readonly Counter<long> missed;
    readonly Histogram<double> durations;
    readonly Histogram<double> ruleDurations;
    readonly Gauge<double> lastDuration;
    readonly Gauge<double> lastEvaluation;
    readonly Gauge<long> lastSamples;
    readonly Gauge<double> interval;
    readonly Gauge<long> rules;

    public RuleMetrics()
    {
        evaluations = meter.CreateCounter<long>("prometheus_rule_evaluations_total", description: "Rule evaluations.");
        failures = meter.CreateCounter<long>("prometheus_rule_evaluation_failures_total", description: "Rule evaluations that failed.");
        iterations = meter.CreateCounter<long>("prometheus_rule_group_iterations_total", description: "Scheduled evaluations of groups, executed or missed.");
        missed = meter.CreateCounter<long>("prometheus_rule_group_iterations_missed_total", description: "Evaluations of groups missed because the one before took too long.");
        durations = meter.CreateHistogram<double>("prometheus_rule_group_duration_seconds", description: "Duration of evaluations of groups.");
        ruleDurations = meter.CreateHistogram<double>("prometheus_rule_evaluation_duration_seconds", description: "Duration of evaluations of single rules.");
        lastDuration = meter.CreateGauge<double>("prometheus_rule_group_last_duration_seconds", description: "Duration of the last evaluation of the group.");
        lastEvaluation = meter.CreateGauge<double>("prometheus_rule_group_last_evaluation_timestamp_seconds", description: "Time of the last evaluation of the group.");
        lastSamples = meter.CreateGauge<long>("prometheus_rule_group_last_evaluation_samples", description: "Samples written by the last evaluation of the group.");
        interval = meter.CreateGauge<double>("prometheus_rule_group_interval_seconds", description: "Interval of the group.");
        rules = meter.CreateGauge<long>("prometheus_rule_group_rules", description: "Rules in the group.");
    }

    public void RuleEvaluated(RuleGroupKey key, TimeSpan duration, bool failed)
    {
        ruleDurations.Record(duration.TotalSeconds);
        evaluations.Add(1, Tag(key));
        failures.Add(failed ? 1 : 0, Tag(key));
    }

    public void Evaluated(RuleGroupKey key, long nowMs, TimeSpan duration, int samples)
    {
        durations.Record(duration.TotalSeconds);
        lastDuration.Record(duration.TotalSeconds, Tag(key));
        lastEvaluation.Record(nowMs / 1000.0, Tag(key));
        lastSamples.Record(samples, Tag(key));
    }

    public void Iterated(RuleGroupKey key, long missedCount)
    {
        iterations.Add(1 + missedCount, Tag(key));
        missed.Add(missedCount, Tag(key));
    }

    public void Configured(RuleGroupKey key, long intervalMs, int ruleCount)
    {
        interval.Record(intervalMs / 1000.0, Tag(key));
        rules.Record(ruleCount, Tag(key));
    }

    public void Dispose() => meter.Dispose();

    /// <summary>File and name with a semicolon between, as Prometheus writes it.</summary>
    static KeyValuePair<string, object?> Tag(RuleGroupKey key) => new(Group, $"{key.File};{key.Name}");
}
