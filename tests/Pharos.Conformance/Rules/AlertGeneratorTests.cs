using Microsoft.Extensions.Logging.Abstractions;
using Pharos.Model.Labels;
using Pharos.Query.PromQL;
using Pharos.Query.PromQL.Planning;
using Pharos.Query.PromQL.Testing;
using Pharos.Server.Config;
using Pharos.Server.Rules;

namespace Pharos.Conformance.Rules;

/// <summary>The rules of the compliance suite for alert generators, with what its specification demands, on a clock of our own.</summary>
public sealed class AlertGeneratorTests : IDisposable
{
    const long Second = 1_000;
    const long Interval = 30 * Second;

    static readonly PromQlEngine Engine = new(new PromQlOptions());

    readonly MemorySource store = new();
    readonly RuleMetrics metrics = new();
    readonly List<(long AtMs, DueAlert Due)> sent = [];

    [Fact]
    public void Pending_then_firing_then_resolved_with_all_that_is_sent_on_the_way()
    {
        var group = Group("PendingAndFiringAndResolved");
        Feed("""alert_generator_test_suite{alertname="PendingAndFiringAndResolved_SimpleAlert",rulegroup="PendingAndFiringAndResolved",variant="one"}""", untilS => untilS < 600 ? 15 : 5, throughS: 1800);

        for (var second = 0; second <= 1800; second += 30)
        {
            var snapshot = Evaluate(group, second).Rules[0];
            var (state, count) = second < 360 ? (AlertPhase.Pending, 1) : second < 600 ? (AlertPhase.Firing, 1) : (AlertPhase.Inactive, 0);
            Assert.Equal((second, state, count), (second, snapshot.State, snapshot.Alerts.Count));
            Assert.Equal(state == AlertPhase.Inactive ? [] : [state == AlertPhase.Firing ? "firing" : "pending"], StatesInSeries(second));
            Assert.All(snapshot.Alerts, alert => Assert.Equal(0, alert.ActiveAtMs));
        }

        var firing = sent.Where(one => one.Due.Alert.Phase == AlertPhase.Firing).ToList();
        var resolved = sent.Where(one => one.Due.Alert.Phase == AlertPhase.Inactive).ToList();
        Assert.Equal([360, 420, 480, 540], firing.Select(one => one.AtMs / Second));
        Assert.Equal(Enumerable.Range(0, 15).Select(minute => 600L + (minute * 60)), resolved.Select(one => one.AtMs / Second));
        Assert.All(firing, one => Assert.Equal((360 * Second, one.AtMs + (240 * Second)), (one.Due.Alert.FiredAtMs, one.Due.Alert.ValidUntilMs)));
        Assert.All(resolved, one => Assert.Equal((360 * Second, 600 * Second), (one.Due.Alert.FiredAtMs, one.Due.Alert.ResolvedAtMs)));
        Assert.Equal(
            LabelSet.From(("alertname", "PendingAndFiringAndResolved_SimpleAlert"), ("foo", "bar"), ("rulegroup", "PendingAndFiringAndResolved"), ("variant", "one")),
            firing[0].Due.Alert.Labels);
        Assert.Equal(LabelSet.From(("description", "SimpleAlert is firing"), ("summary", "The value is 15 15")), firing[0].Due.Alert.Annotations);
    }

    [Fact]
    public void An_alert_that_ends_while_it_is_pending_is_never_sent()
    {
        var group = Group("PendingAndResolved_AlwaysInactive");
        Feed("""alert_generator_test_suite{alertname="PendingAndResolved_AlwaysInactive_PendingAlert",rulegroup="PendingAndResolved_AlwaysInactive"}""", second => second < 150 ? 15 : 5, throughS: 600);
        Feed("""alert_generator_test_suite{alertname="PendingAndResolved_AlwaysInactive_InactiveAlert",rulegroup="PendingAndResolved_AlwaysInactive"}""", _ => 15, throughS: 600);

        for (var second = 0; second <= 600; second += 30)
        {
            var rules = Evaluate(group, second).Rules;
            Assert.Equal(second < 150 ? AlertPhase.Pending : AlertPhase.Inactive, rules[0].State);
            Assert.Equal(AlertPhase.Inactive, rules[1].State);
        }
        Assert.Empty(sent);
    }

    [Fact]
    public void Without_for_an_alert_fires_at_once_and_with_a_for_below_the_interval_at_the_next_evaluation()
    {
        var group = Group("ZeroFor_SmallFor");
        Feed("""alert_generator_test_suite{alertname="ZeroFor_SmallFor_ZeroFor",rulegroup="ZeroFor_SmallFor"}""", _ => 15, throughS: 120);
        Feed("""alert_generator_test_suite{alertname="ZeroFor_SmallFor_SmallFor",rulegroup="ZeroFor_SmallFor"}""", _ => 15, throughS: 120);
        foreach (var id in (string[])["4", "2", "3"]) Feed($$"""alert_generator_test_suite{rulegroup="ZeroFor_SmallFor",for="template",id="{{id}}"}""", _ => 1, throughS: 120);

        var first = Evaluate(group, 0).Rules;
        var second = Evaluate(group, 30).Rules;

        Assert.Equal((AlertPhase.Firing, AlertPhase.Pending), (first[0].State, first[1].State));
        Assert.Equal(AlertPhase.Firing, second[1].State);
        var annotations = first[0].Alerts[0].Annotations;
        Assert.Equal("1.049M 1Mi 2m 15s 95.9% 2022-01-25 12:36:43 +0000 UTC", annotations["template_test"]);
        Assert.Equal("Args are: foo bar 99. first_id:2,2:1,3:1,4:1,", annotations["template_query_test"]);
        Assert.Equal(
            "This Part IS TESTING the strings. ::1 127.0.0.1. 7815. replaced text. .", second[1].Alerts[0].Annotations["template_test"]);
    }

    [Fact]
    public void A_rule_sees_the_alerts_of_the_rule_before_it_in_the_same_evaluation()
    {
        var group = Group("NewAlerts_OrderCheck");
        Feed("""alert_generator_test_suite{alertname="NewAlerts_OrderCheck_Rule1",rulegroup="NewAlerts_OrderCheck",variant="one"}""", _ => 15, throughS: 600);
        Feed("""alert_generator_test_suite{alertname="NewAlerts_OrderCheck_Rule1",rulegroup="NewAlerts_OrderCheck",variant="two"}""", second => second < 60 ? 5 : 15, throughS: 600);

        for (var second = 0; second <= 300; second += 30)
        {
            var rules = Evaluate(group, second).Rules;
            Assert.Equal(second < 180 ? AlertPhase.Pending : AlertPhase.Firing, rules[0].State);
            Assert.Equal(second < 240 ? AlertPhase.Inactive : AlertPhase.Firing, rules[1].State);
        }
        var alert = Assert.Single(group.Rules[1].Snapshot.Alerts);
        Assert.Equal("Based on ALERTS. Old alertname was NewAlerts_OrderCheck_Rule1. foo was bar.", alert.Annotations["description"]);
        Assert.Equal(("baz", "tss", "NewAlerts_OrderCheck_Rule2"), (alert.Labels["foo"], alert.Labels["ba_dum"], alert.Labels["alertname"]));
    }

    public void Dispose() => metrics.Dispose();

    RuleGroup Group(string name)
    {
        var source = new ConfigSource();
        var file = RuleFileReader.Read(source, Corpus.Path("alerting", "alert-generator", "rules.yaml"), NameValidation.Utf8);
        Assert.Empty(source.Diagnostics);
        var evaluator = new RuleEvaluator(new(store, Engine, QueryLimits.Default), new MemorySink(store), new RuleSettings(), TimeProvider.System);
        return new(new(file.Path, name), file.Groups.Single(group => group.Name == name), TimeSpan.FromMinutes(1), TimeSpan.Zero, evaluator, isRestored: true, metrics, NullLogger.Instance);
    }

    void Feed(string series, Func<long, double> valueAt, int throughS)
    {
        var target = store.Series(SeriesInput.ParseLabels(series));
        for (var second = 0; second <= throughS; second += 15) target.Add(second * Second, valueAt(second));
    }

    RuleGroupSnapshot Evaluate(RuleGroup group, int second)
    {
        Assert.Equal(Interval, group.IntervalMs);
        foreach (var due in group.Evaluate(second * Second, TestContext.Current.CancellationToken)) sent.Add((second * Second, due));
        return group.Snapshot;
    }

    /// <summary>The label alertstate of all ALERTS series at that time.</summary>
    string[] StatesInSeries(int second)
    {
        using var result = Engine.Instant(store, "ALERTS", second * Second, QueryLimits.Default, TestContext.Current.CancellationToken);
        return [.. Enumerable.Range(0, result.SeriesCount).Select(i => result.LabelsOf(i)["alertstate"])];
    }
}
