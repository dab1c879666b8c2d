using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;
using Pharos.Bench.Compare;
using Pharos.Model.Labels;
using Pharos.Query.PromQL;
using Pharos.Query.PromQL.Planning;
using Pharos.Query.PromQL.Testing;
using Pharos.Server.Rules;

namespace Pharos.Bench.Rules;

/// <summary>What a rule group costs an evaluation: ten recording rules over 50,000 series, and a thousand alerts with their templates.</summary>
/// <remarks>The series lie in memory and the sink keeps nothing, so that the store is not measured.</remarks>
[MemoryDiagnoser]
public class RuleBenchmarks : IDisposable
{
    const int Targets = 50;
    const int Steps = 40;
    const int StepMs = 15_000;
    const long StartMs = 1_767_225_600_000;
    const long NowMs = StartMs + (Steps - 1) * (long)StepMs + 10;

    readonly RuleMetrics metrics = new();
    RuleGroup recording = null!;
    RuleGroup alerting = null!;
    RuleGroup templated = null!;

    [GlobalSetup]
    public void Setup()
    {
        var evaluator = new RuleEvaluator(new(Source(), new PromQlEngine(new()), QueryLimits.Default), new NoStore(), new RuleSettings(), TimeProvider.System);
        recording = Group(evaluator, [.. Enumerable.Range(0, 10).Select(i => new RuleConfig { Record = $"job:app_events_{i}:rate5m", Expr = $"sum by (job) (rate(app_events_{i}_total[5m]))" })]);
        alerting = Group(evaluator, [new RuleConfig { Alert = "LevelKnown", Expr = "app_level_0 > -Inf", Labels = [new("severity", "page")] }]);
        templated = Group(evaluator,
        [
            new RuleConfig
            {
                Alert = "LevelKnown",
                Expr = "app_level_0 > -Inf",
                Labels = [new("severity", "page"), new("team", "{{ $labels.region }}")],
                Annotations =
                [
                    new("summary", "{{ $labels.instance }} of {{ $labels.job }} is at {{ $value | humanize }}"),
                    new("description", "{{ if gt $value 60.0 }}High{{ else }}Low{{ end }} in {{ $labels.region | toUpper }} for queue {{ printf \"%q\" $labels.queue }}"),
                ],
            },
        ]);
    }

    [Benchmark(Description = "ten recording rules over 50k series")]
    public object Record() => recording.Evaluate(NowMs, CancellationToken.None);

    [Benchmark(Description = "a thousand alerts, plain")]
    public object Alert() => alerting.Evaluate(NowMs, CancellationToken.None);

    [Benchmark(Description = "a thousand alerts, three templates each")]
    public object AlertTemplated() => templated.Evaluate(NowMs, CancellationToken.None);

    public void Dispose() => metrics.Dispose();

    RuleGroup Group(RuleEvaluator evaluator, RuleConfig[] rules)
    {
        var group = new RuleGroup(new("bench.yml", "bench"), new RuleGroupConfig { Name = "bench", Rules = rules }, TimeSpan.FromMinutes(1), TimeSpan.Zero, evaluator, isRestored: true, metrics, NullLogger.Instance);
        group.Evaluate(NowMs, CancellationToken.None);
        if (group.Rules.FirstOrDefault(rule => rule.Snapshot.LastError.Length > 0) is { } failed) throw new InvalidOperationException(failed.Snapshot.LastError);
        return group;
    }

    static MemorySource Source()
    {
        var fleet = new FleetData(Targets, StartMs, StepMs);
        var source = new MemorySource();
        for (var series = 0; series < fleet.SeriesCount; series++)
        {
            var (name, labels) = fleet.Series(series);
            var (number, target) = (series, series / FleetData.SeriesPerTarget);
            source.Series(LabelSet.From([("__name__", name), .. labels]))
                .SetColumns([.. Enumerable.Range(0, Steps).Select(step => fleet.TimeMs(target, step))], [.. Enumerable.Range(0, Steps).Select(step => fleet.Value(number, step))]);
        }
        return source;
    }
}
