using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Pharos.Model.Labels;
using Pharos.Model.Samples;
using Pharos.Model.Text;
using Pharos.Query.GoTemplate;
using Pharos.Query.PromQL;
using Pharos.Query.PromQL.Planning;
using Pharos.Query.PromQL.Testing;
using Pharos.Server.Rules.Languages;

namespace Pharos.Server.Rules.Testing;

/// <summary>Runs one test: feeds the series step by step, evaluates the rules at each, and compares.</summary>
/// <remarks>
/// <para>Semantics are promtool's: all groups are evaluated at each <c>evaluation_interval</c>, whatever their own; an alert test looks at the
/// evaluation at or before its time; expressions are evaluated at the end, over samples up to the last evaluation.</para>
/// <para>Values are equal when they differ by less than the rounding of another order of summing; a value that is no number equals nothing.</para>
/// </remarks>
sealed class RuleTestRun
{
    /// <summary>Evaluations of one test; beyond, the test is refused rather than run for hours.</summary>
    const long MaxEvaluations = 10_000_000;

    readonly RuleTestFile file;
    readonly RuleTest test;
    readonly MemorySource store = new();
    readonly RuleEvaluator evaluator;
    readonly List<RuleGroup> groups;
    readonly List<SeriesInput> input = [];
    readonly List<string> failures = [];

    public RuleTestRun(RuleTestFile file, RuleTest test, IReadOnlyList<RuleFileConfig> ruleFiles, RuleMetrics metrics)
    {
        this.file = file;
        this.test = test;
        var engine = new PromQlEngine(PromQlOptions.Everything with { DelayedNameRemoval = false, StartTimestamps = false, DefaultSubqueryStepMs = () => (long)file.EvaluationInterval.TotalMilliseconds });
        var settings = new RuleSettings { ExternalLabels = test.ExternalLabels, ExternalUrl = test.ExternalUrl };
        evaluator = new(new(store, engine, QueryLimits.Default), new MemorySink(store), settings, TimeProvider.System);
        groups = [.. Ordered(ruleFiles.SelectMany(rules => rules.Groups.Select(group =>
            new RuleGroup(new(rules.Path, group.Name), group, test.Interval, TimeSpan.Zero, evaluator, isRestored: true, metrics, NullLogger.Instance))))];
    }

    /// <summary>What did not come out as expected; empty when all did.</summary>
    public IReadOnlyList<string> Run(CancellationToken cancellation)
    {
        foreach (var (series, values) in test.Input) ReadInput(series, values);
        if (failures.Count > 0) return failures;
        var intervalMs = (long)file.EvaluationInterval.TotalMilliseconds;
        var lastMs = (long)test.Alerts.Select(one => one.At).Concat(test.Expressions.Select(one => one.At)).DefaultIfEmpty().Max().TotalMilliseconds;
        if (lastMs / intervalMs > MaxEvaluations) return [$"more than {MaxEvaluations} evaluations; raise evaluation_interval"];
        var alertTests = test.Alerts.ToLookup(one => (long)one.At.TotalMilliseconds / intervalMs);
        for (var step = 0L; step <= lastMs / intervalMs; step++)
        {
            if (!Evaluate(step * intervalMs, cancellation)) return failures;
            foreach (var one in alertTests[step]) Compare(one);
        }
        foreach (var one in test.Expressions) Compare(one, cancellation);
        return failures;
    }

    IEnumerable<RuleGroup> Ordered(IEnumerable<RuleGroup> unordered)
    {
        var order = file.GroupOrder.ToList();
        return unordered.OrderBy(group => order.IndexOf(group.Key.Name) is var at && at >= 0 ? at : int.MaxValue);
    }

    void ReadInput(string series, string values)
    {
        try
        {
            input.Add(new(series, values));
        }
        catch (TestSyntaxException error)
        {
            failures.Add($"    input series {GoText.Quote(series)}: {error.Message}");
        }
    }

    /// <summary>Feeds what is due by then and evaluates all groups. False when a rule failed, which ends the test.</summary>
    bool Evaluate(long sinceStartMs, CancellationToken cancellation)
    {
        foreach (var series in input) series.FeedThrough(test.StartMs + sinceStartMs, test.StartMs, (long)test.Interval.TotalMilliseconds, store);
        var failed = false;
        foreach (var group in groups)
        {
            group.Evaluate(test.StartMs + sinceStartMs, cancellation);
            foreach (var rule in group.Rules)
            {
                if (rule.Snapshot.LastError.Length == 0) continue;
                failed = true;
                failures.Add($"    rule: {rule.Snapshot.Name}, time: {Duration(sinceStartMs)}, err: {rule.Snapshot.LastError}");
            }
        }
        return !failed;
    }

    void Compare(AlertTest expectation)
    {
        var expected = expectation.Expected.Select(alert => ShowAlert(alert.Labels.With("alertname", expectation.Name), alert.Annotations)).Order(StringComparer.Ordinal).ToList();
        var found =
            (from rule in groups.SelectMany(one => one.Rules)
             where rule.Snapshot.IsAlerting && rule.Snapshot.Name == expectation.Name
             from alert in rule.Snapshot.Alerts
             where alert.State == AlertPhase.Firing
             select ShowAlert(alert.Labels, alert.Annotations)).Order(StringComparer.Ordinal).ToList();
        if (expected.SequenceEqual(found)) return;
        failures.Add($"{Named()}    alertname: {expectation.Name}, time: {Duration((long)expectation.At.TotalMilliseconds)}, \n        exp:{List(expected)}, \n        got:{List(found)}");
    }

    void Compare(ExpressionTest expectation, CancellationToken cancellation)
    {
        var place = $"    expr: {GoText.Quote(expectation.Expression)}, time: {Duration((long)expectation.At.TotalMilliseconds)},";
        try
        {
            var expected = expectation.Expected.Select(ToSample).OrderBy(sample => sample.Labels.ToString(), StringComparer.Ordinal).ToList();
            var found = Query(expectation, cancellation);
            if (expected.Count == found.Count && expected.Zip(found).All(pair => AreEqual(pair.First, pair.Second))) return;
            failures.Add($"{Named()}{place}\n        exp: {string.Join(", ", expected.Select(Show))}\n        got: {string.Join(", ", found.Select(Show))}");
        }
        catch (Exception error) when (error is RuleEvaluationException or TestSyntaxException)
        {
            failures.Add($"{Named()}{place} err: {error.Message}");
        }
    }

    List<Sample> Query(ExpressionTest expectation, CancellationToken cancellation)
    {
        using var result = evaluator.Evaluate(RuleLanguageCatalogue.Default.Read(expectation.Expression), test.StartMs + (long)expectation.At.TotalMilliseconds, cancellation);
        var samples = new List<Sample>();
        for (var i = 0; i < result.SeriesCount; i++)
        {
            samples.Add(new(result.LabelsOf(i), result.Values(i)[0], result.Histograms(i) is [{ } histogram, ..] ? histogram : null));
        }
        return [.. samples.OrderBy(sample => sample.Labels.ToString(), StringComparer.Ordinal)];
    }

    static Sample ToSample(ExpectedSample expected)
    {
        var labels = SeriesInput.ParseLabels(expected.Labels);
        return expected.Histogram.Length == 0 ? new(labels, expected.Value, null) : new(labels, 0, SeriesInput.ParseHistogram(expected.Histogram));
    }

    bool AreEqual(Sample expected, Sample found)
    {
        if (!expected.Labels.Equals(found.Labels)) return false;
        if (expected.Histogram is null && found.Histogram is null) return AreEqual(expected.Value, found.Value);
        return expected.Histogram is not null && found.Histogram is not null && SeriesInput.AreEqual(expected.Histogram, found.Histogram);
    }

    bool AreEqual(double expected, double found)
    {
        if (expected == found) return true;
        if (!double.IsFinite(expected) || !double.IsFinite(found)) return false;
        if (file.FuzzyCompare && (Math.BitDecrement(expected) == found || Math.BitIncrement(expected) == found)) return true;
        return Math.Abs(expected - found) <= 1e-14 * Math.Abs(expected);
    }

    string Named() => test.Name.Length == 0 ? "" : $"    name: {test.Name},\n";

    static string Show(Sample sample) => $"{sample.Labels} {(sample.Histogram is null ? GoText.FormatSampleValue(sample.Value) : SeriesInput.Show(sample.Histogram))}";

    static string ShowAlert(LabelSet labels, LabelSet annotations) => $"Labels:{ShowAll(labels)}\n              Annotations:{ShowAll(annotations)}";

    static string ShowAll(LabelSet labels) => $"{{{string.Join(", ", labels.Select(label => $"{label.Name}={GoText.Quote(label.Value)}"))}}}";

    static string List(List<string> alerts)
    {
        if (alerts.Count == 0) return "[]";
        var text = new StringBuilder("[");
        for (var i = 0; i < alerts.Count; i++) text.Append(CultureInfo.InvariantCulture, $"\n            {i}:\n              {alerts[i]}");
        return text.Append("\n            ]").ToString();
    }

    static string Duration(long ms) => GoDuration.Format(ms * 1_000_000);

    sealed record Sample(LabelSet Labels, double Value, FloatHistogram? Histogram);
}
