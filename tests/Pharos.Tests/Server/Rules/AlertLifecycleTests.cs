using Pharos.Model.Labels;
using Pharos.Server.Rules;

namespace Pharos.Tests.Server.Rules;

/// <summary>Minutes in, phases out: the life of one alert.</summary>
public class AlertLifecycleTests
{
    const long Minute = 60_000;

    static readonly AlertSighting Seen = new(LabelSet.From(("alertname", "A")), LabelSet.Empty, 1);

    [Fact]
    public void Without_for_an_alert_fires_when_it_is_first_seen()
    {
        var alert = AlertLifecycle.Next(null, Seen, 5 * Minute, holdMs: 0, keepFiringMs: 0)!;

        Assert.Equal((AlertPhase.Firing, 5 * Minute, 5 * Minute), (alert.Phase, alert.ActiveAtMs, alert.FiredAtMs));
    }

    [Fact]
    public void With_for_it_is_pending_until_the_time_is_reached_exactly()
    {
        var alert = Live(hold: 3, seen: [0, 1, 2])!;
        Assert.Equal(AlertPhase.Pending, alert.Phase);

        alert = AlertLifecycle.Next(alert, Seen, 3 * Minute, 3 * Minute, 0)!;

        Assert.Equal((AlertPhase.Firing, 0L, 3 * Minute), (alert.Phase, alert.ActiveAtMs, alert.FiredAtMs));
    }

    [Fact]
    public void A_pending_alert_that_is_not_seen_is_forgotten() => Assert.Null(Live(hold: 3, seen: [0, 1, null]));

    [Fact]
    public void A_firing_alert_that_is_not_seen_is_resolved_and_remembered_for_15_minutes()
    {
        var resolved = Live(hold: 0, seen: [0, null])!;
        Assert.Equal((AlertPhase.Inactive, Minute), (resolved.Phase, resolved.ResolvedAtMs));

        Assert.NotNull(AlertLifecycle.Next(resolved, null, 16 * Minute, 0, 0));
        Assert.Null(AlertLifecycle.Next(resolved, null, (16 * Minute) + 1, 0, 0));
    }

    [Fact]
    public void Seen_again_after_its_end_it_is_a_new_alert()
    {
        var alert = Live(hold: 2, seen: [0, 1, 2, null, 4])!;

        Assert.Equal((AlertPhase.Pending, 4 * Minute), (alert.Phase, alert.ActiveAtMs));
        Assert.Null(alert.ResolvedAtMs);
        Assert.Null(alert.LastSentAtMs);
    }

    [Fact]
    public void Keep_firing_for_bridges_gaps_and_begins_anew_with_each()
    {
        var bridged = Live(hold: 0, keep: 3, seen: [0, null, null])!;
        Assert.Equal((AlertPhase.Firing, Minute), (bridged.Phase, bridged.KeepFiringSinceMs));

        Assert.Null(AlertLifecycle.Next(bridged, Seen, 3 * Minute, 0, 3 * Minute)!.KeepFiringSinceMs);
        Assert.Equal(AlertPhase.Inactive, AlertLifecycle.Next(bridged, null, 4 * Minute, 0, 3 * Minute)!.Phase);
    }

    [Fact]
    public void Keep_firing_for_does_not_keep_a_pending_alert() => Assert.Null(Live(hold: 5, keep: 3, seen: [0, null]));

    [Fact]
    public void Annotations_and_value_follow_the_newest_sighting()
    {
        var alert = Live(hold: 9, seen: [0])!;

        alert = AlertLifecycle.Next(alert, new AlertSighting(Seen.Labels, LabelSet.From(("summary", "new")), 7), Minute, 9 * Minute, 0)!;

        Assert.Equal(("new", 7.0, 0L), (alert.Annotations["summary"], alert.Value, alert.ActiveAtMs));
    }

    [Fact]
    public void Pending_alerts_are_not_sent() => Assert.False(AlertLifecycle.NeedsSending(Live(hold: 5, seen: [0])!, 0, Minute));

    [Fact]
    public void A_firing_alert_is_sent_at_once_and_then_at_each_multiple_of_the_interval_that_reaches_the_delay()
    {
        var sentAt = new List<long>();
        AlertState? alert = null;
        for (var now = 0L; now <= 5 * Minute; now += 30_000)
        {
            alert = AlertLifecycle.Next(alert, Seen, now, 0, 0)!;
            if (!AlertLifecycle.NeedsSending(alert, now, resendDelayMs: Minute)) continue;
            alert = AlertLifecycle.Sent(alert, now, Minute, 30_000);
            sentAt.Add(now);
        }

        Assert.Equal([0, 1 * Minute, 2 * Minute, 3 * Minute, 4 * Minute, 5 * Minute], sentAt);
        Assert.Equal(9 * Minute, alert!.ValidUntilMs);
    }

    [Fact]
    public void A_resolved_alert_is_sent_at_once_and_again_for_less_than_15_minutes()
    {
        var alert = AlertLifecycle.Sent(Live(hold: 0, seen: [0])!, 0, Minute, Minute);
        alert = AlertLifecycle.Next(alert, null, Minute, 0, 0)!;
        var sentAt = new List<long>();
        for (var now = Minute; alert is not null; now += Minute)
        {
            if (AlertLifecycle.NeedsSending(alert, now, 5 * Minute))
            {
                alert = AlertLifecycle.Sent(alert, now, 5 * Minute, Minute);
                sentAt.Add(now / Minute);
            }
            alert = AlertLifecycle.Next(alert, null, now + Minute, 0, 0);
        }

        Assert.Equal([1, 6, 11], sentAt);
    }

    [Fact]
    public void Validity_follows_the_longer_of_interval_and_delay() =>
        Assert.Equal(40 * Minute, AlertLifecycle.Sent(Live(hold: 0, seen: [0])!, 0, Minute, 10 * Minute).ValidUntilMs);

    [Theory]
    [InlineData(40, 10, 0)] // It had fired: it goes on as it was.
    [InlineData(10, 10, 40)] // The outage of 40 does not count: 20 of 30 are still to come.
    [InlineData(25, 10, 30)] // 5 were still to come, but the grace of 10 is waited for.
    [InlineData(25, 30, 50)] // A grace as long as the hold: waited for anew.
    public void A_restart_neither_resets_nor_shortens_for(long lastSeen, long grace, long expected) =>
        Assert.Equal(expected, AlertLifecycle.RestoredActiveAt(wasActiveSinceMs: 0, lastSeen, nowMs: 50, holdMs: 30, grace));

    /// <summary>One evaluation a minute; null: the alert is not seen in it.</summary>
    static AlertState? Live(long hold, long?[] seen, long keep = 0)
    {
        AlertState? alert = null;
        for (var i = 0; i < seen.Length; i++)
        {
            alert = AlertLifecycle.Next(alert, seen[i] is null ? null : Seen, i * Minute, hold * Minute, keep * Minute);
        }
        return alert;
    }
}
