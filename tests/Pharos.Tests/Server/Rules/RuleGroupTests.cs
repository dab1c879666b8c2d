using Pharos.Model.Labels;
using Pharos.Server.Rules;
using Pharos.Server.Rules.Languages;

namespace Pharos.Tests.Server.Rules;

public sealed class RuleGroupTests : IDisposable
{
    readonly RuleBench bench = new();

    [Fact]
    public void A_rule_sees_what_those_before_it_wrote_in_the_same_evaluation()
    {
        bench.Add(0, """m{i="a"}""", 1);
        bench.Add(0, """m{i="b"}""", 2);
        var group = bench.Group(
            RuleBench.Record("job:m:sum", "sum(m)"), RuleBench.Record("job:m:double", "job:m:sum * 2"), RuleBench.Alert("High", "job:m:double > 5"), RuleBench.Alert("Chain", "ALERTS{alertname=\"High\"}"));

        RuleBench.Evaluate(group, 0);

        Assert.Equal(["job:m:double 6"], bench.Query(0, "job:m:double"));
        Assert.Equal(["""ALERTS{alertname="Chain", alertstate="firing"} 1""", """ALERTS{alertname="High", alertstate="firing"} 1"""], bench.Query(0, "ALERTS"));
    }

    [Fact]
    public void A_rule_is_evaluated_by_its_language_alone()
    {
        var seven = new RuleLanguage("sevens", text => new(text, (scope, atMs, cancellation) => scope.PromQl.Instant(scope.Series, "vector(7)", atMs, scope.Limits, cancellation)));
        var rule = new RecordingRule(RuleBench.Record("r", "no ( PromQL"), seven.Read("no ( PromQL"), LabelSet.Empty, bench.Evaluator);

        rule.Evaluate(0, 0, 0, TestContext.Current.CancellationToken);

        Assert.Equal(["r 7"], bench.Query(0, "r"));
        Assert.Equal("no ( PromQL", rule.Snapshot.Query);
    }

    [Fact]
    public void Labels_of_group_and_rule_lie_over_those_of_the_result_and_an_empty_one_removes()
    {
        bench.Add(0, """m{job="api", pod="x", zone="eu"}""", 1);
        var group = bench.Group(new RuleGroupConfig
        {
            Name = "g",
            Labels = LabelSet.From(("team", "core"), ("zone", "of the group")),
            Rules = [RuleBench.Record("r", "m", ("pod", ""), ("job", "own")), new RuleConfig { Alert = "A", Expr = "m", Labels = [new("pod", ""), new("severity", "{{ $labels.zone }}")] }],
        });

        RuleBench.Evaluate(group, 0);

        Assert.Equal(["""r{job="own", team="core", zone="of the group"} 1"""], bench.Query(0, "r"));
        Assert.Equal(["""ALERTS{alertname="A", alertstate="firing", job="api", severity="eu", team="core", zone="of the group"} 1"""], bench.Query(0, "ALERTS"));
    }

    [Fact]
    public void A_series_that_is_no_longer_yielded_ends_at_once()
    {
        bench.Add(0, """m{i="a"}""", 1);
        bench.Add(0, """m{i="b"}""", 2);
        bench.Add(1, """m{i="a"}""", 5);
        bench.Add(1, """m{i="b"}""", 2);
        var group = bench.Group(RuleBench.Record("r", "m < 3"));

        RuleBench.Evaluate(group, 0);
        RuleBench.Evaluate(group, 1);

        Assert.Equal(2, bench.Query(0.9, "r").Count);
        Assert.Equal(["""r{i="b"} 2"""], bench.Query(1, "r"));
    }

    [Fact]
    public void An_alert_that_goes_from_pending_to_firing_has_one_series_at_a_time_and_none_when_it_is_resolved()
    {
        var group = bench.Group(RuleBench.Alert("A", "m > 0", forMinutes: 1));
        for (var minute = 0; minute < 4; minute++) bench.Add(minute, "m", minute < 3 ? 1 : 0);
        for (var minute = 0; minute < 4; minute++) RuleBench.Evaluate(group, minute);

        Assert.Equal(["""ALERTS{alertname="A", alertstate="pending"} 1"""], bench.Query(0, "ALERTS"));
        Assert.Equal(["""ALERTS{alertname="A", alertstate="firing"} 1"""], bench.Query(1, "ALERTS"));
        Assert.Equal(["""ALERTS_FOR_STATE{alertname="A"} 0"""], bench.Query(2, "ALERTS_FOR_STATE"));
        Assert.Empty(bench.Query(3, "{__name__=~\"ALERTS.*\"}"));
    }

    [Fact]
    public void Samples_are_read_and_written_at_the_query_offset_while_alerts_live_at_the_evaluation_time()
    {
        bench.Add(1, "m", 1);
        bench.Add(3, "m", 3);
        var group = bench.Group(new RuleGroupConfig { Name = "g", QueryOffset = TimeSpan.FromMinutes(2), Rules = [RuleBench.Record("r", "m"), RuleBench.Alert("A", "m")] });

        RuleBench.Evaluate(group, 3);

        Assert.Equal(["r 1"], bench.Query(1, "r"));
        Assert.Equal(1, bench.LastAt("r"));
        Assert.Equal(1, bench.LastAt("ALERTS"));
        Assert.Equal(3 * RuleBench.Minute, group.Rules[1].Snapshot.Alerts[0].ActiveAtMs);
    }

    [Theory]
    [InlineData("\"text\"", "rule result is not a vector or scalar")]
    [InlineData("m[5m]", "rule result is not a vector or scalar")]
    [InlineData("{__name__=~\"m.\"}", "vector contains metrics with the same labelset after applying rule labels")]
    [InlineData("m1 +", "parse error")]
    [InlineData("m1 + on() {__name__=~\"m.\"}", "found duplicate series")]
    public void A_rule_that_fails_says_why_writes_nothing_and_lets_the_others_run(string expr, string error)
    {
        bench.Add(0, "m1", 1);
        bench.Add(0, "m2", 1);
        var group = bench.Group(RuleBench.Record("bad", expr), RuleBench.Record("good", "m1"));

        RuleBench.Evaluate(group, 0);

        var (bad, good) = (group.Rules[0].Snapshot, group.Rules[1].Snapshot);
        Assert.Contains(error, bad.LastError);
        Assert.Equal(RuleHealth.Err, bad.Health);
        Assert.Empty(bench.Query(0, "bad"));
        Assert.Equal((RuleHealth.Ok, ""), (good.Health, good.LastError));
        Assert.Single(bench.Query(0, "good"));
    }

    [Fact]
    public void A_scalar_is_a_series_without_labels()
    {
        var group = bench.Group(RuleBench.Record("r", "1 + 1"), RuleBench.Alert("Always", "1"));

        RuleBench.Evaluate(group, 0);

        Assert.Equal(["r 2"], bench.Query(0, "r"));
        Assert.Equal(LabelSet.From(("alertname", "Always")), group.Rules[1].Snapshot.Alerts[0].Labels);
    }

    [Fact]
    public void Alerts_that_become_the_same_are_an_error_and_neither_sent_nor_written()
    {
        bench.Add(0, """m{i="a"}""", 1);
        bench.Add(0, """m{i="b"}""", 1);
        var group = bench.Group(RuleBench.Alert("A", "m") with { Labels = [new("i", "same")] });

        var due = RuleBench.Evaluate(group, 0);

        Assert.Empty(due);
        Assert.Empty(bench.Query(0, "ALERTS"));
        Assert.Equal("vector contains metrics with the same labelset after applying alert labels", group.Rules[0].Snapshot.LastError);
    }

    [Fact]
    public void More_than_the_limit_is_an_error_for_both_kinds()
    {
        for (var i = 0; i < 3; i++) bench.Add(0, $$"""m{i="{{i}}"}""", 1);
        var group = bench.Group(new RuleGroupConfig { Name = "g", Limit = 2, Rules = [RuleBench.Record("r", "m"), RuleBench.Alert("A", "m")] });

        RuleBench.Evaluate(group, 0);

        Assert.Equal("exceeded limit of 2 with 3 series", group.Rules[0].Snapshot.LastError);
        Assert.Equal("exceeded limit of 2 with 3 alerts", group.Rules[1].Snapshot.LastError);
        Assert.Empty(bench.Query(0, "{__name__=~\"r|ALERTS\"}"));
        Assert.Empty(group.Rules[1].Snapshot.Alerts);
    }

    [Fact]
    public void Templates_see_labels_value_and_queries_at_the_evaluation_time()
    {
        bench.Add(0, """m{job="api"}""", 0.25);
        bench.Add(0, "up", 1);
        var group = bench.Group(RuleBench.Alert("A", "m") with
        {
            Annotations = [new("a", "{{ $labels.job }} {{ $value | humanizePercentage }} {{ with query \"up\" }}{{ . | first | value }}{{ end }}"), new("b", "{{ query \"m +\" }}")],
        });

        var annotations = Assert.Single(RuleBench.Evaluate(group, 0)).Alert.Annotations;

        Assert.Equal("api 25% 1", annotations["a"]);
        Assert.StartsWith("<error expanding template: ", annotations["b"]);
        Assert.Contains("parse error", annotations["b"]);
    }

    [Theory]
    [InlineData(10, 12, 30, true)] // Pending for 10 of 30 minutes, away for 2: 20 are left.
    [InlineData(40, 45, 30, false)] // It had fired: it fires again at once.
    public void After_a_restart_for_goes_on_where_it_was(double lastSeen, double restart, double hold, bool staysPending)
    {
        var before = bench.Group(RuleBench.Alert("A", "m", hold));
        for (var minute = 0.0; minute <= restart + 1; minute++) bench.Add(minute, "m", 1);
        for (var minute = 0.0; minute <= lastSeen; minute++) RuleBench.Evaluate(before, minute);

        var after = bench.Group(new RuleGroupConfig { Name = "g", Rules = [RuleBench.Alert("A", "m", hold)] }, isRestored: false);
        RuleBench.Evaluate(after, restart);
        var writtenBeforeRestoring = bench.LastAt("ALERTS_FOR_STATE");
        after.RestoreAlerts((long)(restart * RuleBench.Minute), CancellationToken.None);
        RuleBench.Evaluate(after, restart + 1);

        Assert.Equal(lastSeen, writtenBeforeRestoring);
        var alert = Assert.Single(after.Rules[0].Snapshot.Alerts);
        Assert.Equal(staysPending ? AlertPhase.Pending : AlertPhase.Firing, alert.State);
        Assert.Equal(staysPending ? (restart - lastSeen) * RuleBench.Minute : 0, alert.ActiveAtMs);
        Assert.Equal(restart + 1, bench.LastAt("ALERTS_FOR_STATE"));
    }

    [Fact]
    public void An_alert_that_was_resolved_before_the_restart_starts_anew()
    {
        bench.Add(0, "m", 1);
        bench.Add(1, "m", 0);
        bench.Add(2, "m", 1);
        var before = bench.Group(RuleBench.Alert("A", "m > 0", 30));
        RuleBench.Evaluate(before, 0);
        RuleBench.Evaluate(before, 1);

        var after = bench.Group(new RuleGroupConfig { Name = "g", Rules = [RuleBench.Alert("A", "m > 0", 30)] }, isRestored: false);
        RuleBench.Evaluate(after, 2);
        after.RestoreAlerts(2 * RuleBench.Minute, CancellationToken.None);
        RuleBench.Evaluate(after, 3);

        Assert.Equal(2 * RuleBench.Minute, after.Rules[0].Snapshot.Alerts[0].ActiveAtMs);
    }

    [Fact]
    public void A_changed_group_takes_over_alerts_and_series_of_rules_that_stay_and_names_those_that_go()
    {
        for (var minute = 0; minute < 4; minute++) bench.Add(minute, "m", 1);
        var before = bench.Group(RuleBench.Alert("A", "m", 10), RuleBench.Record("stays", "m"), RuleBench.Record("goes", "m"));
        RuleBench.Evaluate(before, 0);

        var after = bench.Group(RuleBench.Record("new", "m"), RuleBench.Alert("A", "m > 0", 10), RuleBench.Record("stays", "m > 5"));
        var gone = after.Inherit(before);
        RuleBench.Evaluate(after, 1);

        Assert.Equal(["goes"], gone.Select(rule => rule.Snapshot.Name));
        Assert.Equal(0, after.Rules[1].Snapshot.Alerts[0].ActiveAtMs);
        Assert.Empty(bench.Query(1, "stays")); // Ended, since the rule that took it over does not yield it.
        gone[0].MarkStale(2 * RuleBench.Minute);
        Assert.Empty(bench.Query(2, "goes"));
    }

    public void Dispose() => bench.Dispose();
}
