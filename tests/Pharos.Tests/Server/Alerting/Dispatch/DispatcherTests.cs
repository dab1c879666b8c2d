namespace Pharos.Tests.Server.Alerting.Dispatch;

/// <summary>When who is told what, on a clock that jumps.</summary>
public sealed class DispatcherTests
{
    const string Simple = "{receiver: team, group_by: [job], group_wait: 10s, group_interval: 60s, repeat_interval: 10m}";

    static AlertStage Stage(string route, string more = "") => new($"route: {route}\nreceivers: [{{name: team}}, {{name: other}}, {{name: quiet}}]\n{more}");

    [Fact]
    public void A_group_waits_then_tells_of_news_at_its_interval_and_repeats()
    {
        var stage = Stage(Simple);
        stage.Post("A", endsIn: 3600);
        stage.Run(5);
        stage.Post("B", endsIn: 3600);
        stage.Run(10);
        stage.Post("C", endsIn: 3600);
        stage.Run(800);

        Assert.Equal(["10s team first notification: +A +B", "70s team new alerts added: +A +B +C", "730s team repeat interval elapsed: +A +B +C"], stage.Told);
    }

    [Fact]
    public void Resolved_alerts_are_told_with_the_others_and_then_leave()
    {
        var stage = Stage(Simple);
        stage.Post("A", endsIn: 3600);
        stage.Post("B", endsIn: 3600);
        stage.Run(20);
        stage.Resolve("A");
        stage.Run(60);
        stage.Resolve("B");
        stage.Run(60);
        stage.Post("B", endsIn: 3600);
        stage.Run(60);

        Assert.Equal(
            ["10s team first notification: +A +B", "70s team some alerts resolved: -A +B", "130s team all alerts resolved: -B", "150s team first notification: +B"],
            stage.Told);
    }

    [Fact]
    public void What_fired_and_ended_within_the_wait_is_not_told()
    {
        var stage = Stage(Simple);
        stage.Post("A", endsIn: 5);
        stage.Run(600);

        Assert.Empty(stage.Told);
    }

    [Fact]
    public void An_alert_without_an_end_is_resolved_when_it_is_posted_no_more()
    {
        var stage = Stage(Simple);
        stage.Post("A");
        stage.Run(200);
        stage.Post("A");
        stage.Run(1_000);

        Assert.Equal(["10s team first notification: +A", "550s team all alerts resolved: -A"], stage.Told); // 200 s + 5 min, at the next interval.
    }

    [Fact]
    public void An_alert_that_is_old_already_does_not_wait()
    {
        var stage = Stage(Simple);
        stage.Post("A", endsIn: 3600, startedAgo: 100);
        stage.Run(1);

        Assert.Equal(["0s team first notification: +A"], stage.Told);
    }

    [Fact]
    public void Each_route_that_goes_on_tells_its_receiver_and_dots_make_each_alert_a_group()
    {
        var stage = Stage("""
            {receiver: team, group_wait: 10s, routes: [
              {receiver: other, matchers: [a=b], continue: true, group_by: ['...']}, {receiver: quiet, matchers: [a=b], group_by: [alertname]}, {receiver: team, matchers: [a=b]}]}
            """);
        stage.Post("A a=b x=1", endsIn: 3600);
        stage.Post("A a=b x=2", endsIn: 3600);
        stage.Run(10);

        Assert.Equal(["10s other first notification: +A", "10s other first notification: +A", "10s quiet first notification: +A +A"], stage.Told.Order());
    }

    [Fact]
    public void A_receiver_that_wants_no_resolved_alerts_hears_of_the_next_firing_anew()
    {
        var stage = Stage(Simple.Replace("team", "quiet", StringComparison.Ordinal));
        stage.Post("A", endsIn: 3600);
        stage.Run(20);
        stage.Resolve("A");
        stage.Run(60);
        stage.Post("A", endsIn: 3600);
        stage.Run(60);

        Assert.Equal(["10s quiet first notification: +A", "90s quiet first notification: +A"], stage.Told);
    }

    [Fact]
    public void Inhibited_alerts_are_held_until_the_other_is_resolved()
    {
        var stage = Stage(Simple, "inhibit_rules: [{source_matchers: [alertname=Down], target_matchers: [alertname=Slow], equal: [host]}]");
        stage.Post("Down host=1 job=d", endsIn: 3600);
        stage.Post("Slow host=1 job=s", endsIn: 3600);
        stage.Post("Slow host=2 job=t", endsIn: 3600);
        stage.Run(30);
        stage.Resolve("Down host=1 job=d");
        stage.Run(60);

        Assert.Equal(
            ["10s team first notification: +Down", "10s team first notification: +Slow", "70s team all alerts resolved: -Down", "70s team first notification: +Slow"],
            stage.Told.OrderBy(line => line.StartsWith('7')).ThenBy(line => line, StringComparer.Ordinal));
    }

    [Fact]
    public void A_rule_with_several_sources_needs_all_of_them()
    {
        var stage = Stage(
            Simple,
            "inhibit_rules: [{sources: [{matchers: [alertname=S1], equal: [host]}, {matchers: [alertname=S2]}], target_matchers: [alertname=T]}]");
        stage.Post("T host=1 job=t", endsIn: 3600);
        stage.Post("S1 host=1 job=s", endsIn: 3600);
        stage.Run(10);
        Assert.Contains("10s team first notification: +T", stage.Told);

        stage.Post("T host=1 job=u", endsIn: 3600);
        stage.Post("S2 host=9 job=s", endsIn: 3600);
        stage.Run(20);
        Assert.Single(stage.Told, line => line.EndsWith("+T", StringComparison.Ordinal));
    }

    [Fact]
    public void Alerts_that_are_source_and_target_at_once_do_not_silence_each_other()
    {
        var stage = Stage(Simple, "inhibit_rules: [{source_matchers: [severity=~\".+\"], target_matchers: [severity=~\".+\"]}]");
        stage.Post("A severity=x", endsIn: 3600);
        stage.Post("B severity=y", endsIn: 3600);
        stage.Run(10);

        Assert.Equal(["10s team first notification: +A +B"], stage.Told);
    }

    [Fact]
    public void A_silenced_alert_is_told_when_the_silence_ends()
    {
        var stage = Stage(Simple);
        stage.Silence("alertname=A", 65);
        stage.Post("A", endsIn: 3600);
        stage.Post("B", endsIn: 3600);
        stage.Run(140);

        Assert.Equal(["10s team first notification: +B", "70s team new alerts added: +A +B"], stage.Told);
    }

    [Theory]
    [InlineData("mute_time_intervals")]
    [InlineData("active_time_intervals")]
    public void A_route_is_quiet_at_its_times_and_speaks_after_them(string key)
    {
        // The stage begins at 2027-01-15 08:00:00 UTC, a Friday.
        var times = key[0] == 'm' ? "08:00', end_time: '08:02" : "08:02', end_time: '09:00";
        var stage = Stage(
            $"{{receiver: team, routes: [{{matchers: [alertname=A], group_wait: 10s, group_interval: 60s, {key}: [t]}}]}}",
            $"time_intervals: [{{name: t, time_intervals: [{{times: [{{start_time: '{times}'}}]}}]}}]");
        stage.Post("A", endsIn: 3600);
        stage.Run(130);

        Assert.Equal(["130s team first notification: +A"], stage.Told);
    }

    [Fact]
    public void After_a_restart_nothing_is_told_twice_and_what_was_not_told_is()
    {
        var stage = Stage(Simple);
        stage.Post("A job=1", endsIn: 3600);
        stage.Run(15);
        stage.Post("B job=2", endsIn: 3600);
        stage.Run(5);
        stage.Reload($"route: {Simple}\nreceivers: [{{name: team}}]");
        stage.Run(30);

        Assert.Equal(["10s team first notification: +A", "30s team first notification: +B"], stage.Told);
    }

    [Fact]
    public void A_receiver_that_failed_is_told_at_the_next_interval()
    {
        var stage = Stage(Simple);
        stage.Fails = _ => stage.NowMs < AlertStage.Start + 60_000;
        stage.Post("A", endsIn: 65);
        stage.Post("B", endsIn: 3600);
        stage.Run(100);

        Assert.Equal(["70s team first notification: -A +B"], stage.Told);
    }

    [Theory]
    [InlineData("silence")]
    [InlineData("inhibit")]
    [InlineData("reroute")]
    [InlineData("mute")]
    [InlineData("vanish")]
    public void Resolved_follows_what_was_told_whatever_came_between(string between)
    {
        const string tail = "receivers: [{name: team}, {name: other}]\ninhibit_rules: [{source_matchers: [alertname=X], target_matchers: [alertname=A]}]\n";
        var muted = "{receiver: other, routes: [{receiver: team, matchers: [alertname=A], group_by: [job], group_wait: 10s, group_interval: 60s, mute_time_intervals: [t]}]}";
        var stage = new AlertStage($"route: {(between == "mute" ? muted : Simple)}\n{tail}time_intervals: [{{name: t, time_intervals: [{{times: [{{start_time: '08:01', end_time: '24:00'}}]}}]}}]");
        stage.Post("A job=1", endsIn: between == "vanish" ? 100 : 3600);
        stage.Run(65);
        if (between == "silence") stage.Silence("alertname=A", 3600);
        if (between == "inhibit") stage.Post("X job=2", endsIn: 3600);
        if (between == "reroute") stage.Reload($"route: {Simple.Replace("team", "other", StringComparison.Ordinal)}\n{tail}");
        if (between != "vanish") stage.Resolve("A job=1");
        stage.Run(200);

        Assert.Equal(1, stage.Told.Count(line => line.Contains("team first notification: +A", StringComparison.Ordinal)));
        Assert.Equal(1, stage.Told.Count(line => line.Contains("team all alerts resolved: -A", StringComparison.Ordinal)));
        Assert.DoesNotContain(stage.Told, line => line.Contains("other", StringComparison.Ordinal) && line.EndsWith('A'));
    }

    [Fact]
    public void A_hundred_thousand_alerts_in_a_thousand_groups_are_looked_at_in_seconds()
    {
        var stage = Stage(Simple);
        for (var i = 0; i < 100_000; i++) stage.Post($"A job={i % 1_000} n={i}", endsIn: 3600);
        stage.Run(100);

        Assert.Equal(1_000, stage.Told.Count);
        Assert.Equal(100_000, stage.Deliveries.Count);
    }
}
