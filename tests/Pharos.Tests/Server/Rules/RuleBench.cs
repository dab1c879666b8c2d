using Microsoft.Extensions.Logging.Abstractions;
using Pharos.Model.Labels;
using Pharos.Model.Reading;
using Pharos.Query.PromQL;
using Pharos.Query.PromQL.Planning;
using Pharos.Query.PromQL.Testing;
using Pharos.Server.Rules;

namespace Pharos.Tests.Server.Rules;

/// <summary>Rules over series in memory and a clock that only tests move. Times are in minutes.</summary>
sealed class RuleBench : IDisposable
{
    public const long Minute = 60_000;

    static readonly PromQlEngine Engine = new(new PromQlOptions());

    readonly RuleMetrics metrics = new();

    public RuleBench(RuleSettings? settings = null) =>
        Evaluator = new(new(Store, Engine, QueryLimits.Default), new MemorySink(Store), settings ?? new RuleSettings(), TimeProvider.System);

    public MemorySource Store { get; } = new();

    public RuleEvaluator Evaluator { get; }

    public static RuleConfig Record(string name, string expr, params (string Name, string Value)[] labels) =>
        new() { Record = name, Expr = expr, Labels = [.. labels.Select(label => new Label(label.Name, label.Value))] };

    public static RuleConfig Alert(string name, string expr, double forMinutes = 0) =>
        new() { Alert = name, Expr = expr, For = TimeSpan.FromMinutes(forMinutes) };

    public RuleGroup Group(params RuleConfig[] rules) => Group(new RuleGroupConfig { Name = "g", Rules = rules });

    public RuleGroup Group(RuleGroupConfig config, bool isRestored = true) =>
        new(new("/rules.yml", config.Name), config, TimeSpan.FromMinutes(1), TimeSpan.Zero, Evaluator, isRestored, metrics, NullLogger.Instance);

    public void Add(double minute, string series, double value) =>
        Store.Series(SeriesInput.ParseLabels(series)).Add((long)(minute * Minute), value);

    /// <summary>Labels and values of an instant query, sorted.</summary>
    public IReadOnlyList<string> Query(double minute, string query)
    {
        using var result = Engine.Instant(Store, query, (long)(minute * Minute), QueryLimits.Default, CancellationToken.None);
        return [.. Enumerable.Range(0, result.SeriesCount).Select(i => $"{result.LabelsOf(i)} {result.Values(i)[0]}").Order(StringComparer.Ordinal)];
    }

    /// <summary>When the newest sample of a metric is, in minutes; null: there is none.</summary>
    public double? LastAt(string metric)
    {
        using var snapshot = Store.Lease();
        using var cursor = snapshot.Select([new(MatchKind.Equal, LabelSet.MetricName, metric)], new SelectHints(long.MinValue, long.MaxValue, Want.Newest), CancellationToken.None);
        using var batch = new SeriesBatch();
        double? last = null;
        while (cursor.MoveNext(batch))
        {
            for (var i = 0; i < batch.Count; i++) last = Math.Max(last ?? double.MinValue, batch.Times(i)[^1] / (double)Minute);
        }
        return last;
    }

    public static IReadOnlyList<DueAlert> Evaluate(RuleGroup group, double minute) => group.Evaluate((long)(minute * Minute), CancellationToken.None);

    public void Dispose() => metrics.Dispose();
}
