using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.Extensions.Logging.Abstractions;
using Pharos.Model.Labels;
using Pharos.Server.Alerting;
using Pharos.Server.Alerting.Delivery;
using Pharos.Server.Alerting.Dispatch;
using Pharos.Server.Alerting.Silences;
using Pharos.Server.Heartbeats;
using Pharos.Server.Heartbeats.Proofs;
using Pharos.Server.Ledger;
using Pharos.Server.Notifying;
using Pharos.Server.Text.Matching;
using Pharos.Tests.Server.Rules;

namespace Pharos.Tests.Server.Alerting.Delivery;

public sealed class AlertEngineTests
{
    const string Quick = "route: {receiver: team, group_by: [alertname], group_wait: 10ms, group_interval: 200ms, repeat_interval: 1h}\nreceivers: [{name: team}]";

    [Fact]
    public async Task A_restart_tells_nothing_twice_and_forgets_nothing()
    {
        var time = new ManualTime(startMs: 1_700_000_000_000);
        await using var stage = new EngineStage(Quick) { Clock = time };
        await stage.StartAsync();
        await stage.PostAsync("A");
        await PassUntilAsync(() => !stage.Told.IsEmpty, "A is told");
        stage.Answer = _ => NotifyResult.Failed("no");
        await stage.PostAsync("B");
        await stage.RestartAsync();
        stage.Answer = _ => NotifyResult.Sent();
        await PassUntilAsync(() => stage.Told.Any(told => told.GroupLabels["alertname"] == "B"), "B is told after the restart");
        var intervalsLaterMs = time.NowMs + 2_000;
        await PassUntilAsync(() => stage.Engine.Pulse().LookedMs >= intervalsLaterMs, "ten intervals of the groups have passed");
        await stage.PostAsync("C");
        await PassUntilAsync(() => stage.Told.Any(told => told.GroupLabels["alertname"] == "C"), "C is told, after whatever else was due");

        Assert.Equal(["A", "B", "C"], stage.Told.Select(told => told.GroupLabels["alertname"]));

        Task PassUntilAsync(Func<bool> isSo, string what) => Eventually.HoldsAsync(
            () =>
            {
                time.Advance(TimeSpan.FromMilliseconds(50));
                return isSo();
            },
            what);
    }

    [Fact]
    public async Task A_service_that_fails_for_a_moment_is_tried_again_and_its_state_comes_back_to_it()
    {
        await using var stage = new EngineStage(Quick);
        var attempts = 0;
        stage.Answer = notification => ++attempts switch
        {
            1 => NotifyResult.Retry("busy", TimeSpan.FromMilliseconds(100), 429),
            2 => NotifyResult.Sent(200, "message-7"),
            _ => NotifyResult.Sent(200, $"{notification.State}+"),
        };
        await stage.StartAsync();
        await stage.PostAsync("A");
        await EngineStage.UntilAsync(() => stage.Told.Count == 1, "the second attempt is taken");
        await stage.PostAsync("A", isFiring: false);
        await EngineStage.UntilAsync(() => stage.Told.Count == 2, "the end is told");

        Assert.Equal(["", "message-7"], stage.Told.Select(told => told.State));
        Assert.Equal([NotifyReason.FirstNotification, NotifyReason.AllAlertsResolved], stage.Told.Select(told => told.Reason));
        Assert.False(stage.Told.Last().IsFiring);
    }

    [Fact]
    public async Task Templates_that_failed_are_in_the_ledger_beside_what_was_told()
    {
        await using var stage = new EngineStage(Quick);
        stage.Answer = _ => NotifyResult.Sent(200) with { Flaws = ["title: template: :1:3: no"] };
        await stage.StartAsync();
        await stage.PostAsync("A");
        await EngineStage.UntilAsync(() => stage.Told.Count == 1, "A is told");

        await EngineStage.UntilAsync(
            () => stage.Why("alertname=A") is { IsPaged: true } why && why.Sentence.EndsWith("default texts stood in for templates that failed: title: template: :1:3: no", StringComparison.Ordinal),
            "the ledger names the template");
        Assert.Equal(["title: template: :1:3: no"], Assert.Single(stage.Engine.Couriers).State.Flaw!.Fields);
    }

    [Fact]
    public async Task A_fault_in_a_look_at_what_is_due_ends_no_later_look()
    {
        var clock = new FaultyClock();
        await using var stage = new EngineStage(Quick) { Clock = clock };
        await stage.StartAsync();
        await stage.PostAsync("A");
        clock.IsBroken = true;
        await EngineStage.UntilAsync(() => clock.Faults > 2, "looks are tried again");
        clock.IsBroken = false;
        await stage.PostAsync("B");

        await EngineStage.UntilAsync(() => stage.Told.Any(told => told.GroupLabels["alertname"] == "B"), "B is told");
    }

    [Fact]
    public async Task Silences_survive_a_restart()
    {
        await using var stage = new EngineStage(Quick);
        await stage.StartAsync();
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var id = await stage.Engine.SetSilenceAsync(new("", MatcherParser.ParseAll("alertname=~\"A|B\",x!=\"1\""), now, now + 60_000, now, "me", "why", LabelSet.From(("a", "b"))));
        await stage.RestartAsync();

        var silence = stage.Engine.Look(view => view.Silences.Find(id!))!;

        Assert.Equal(("me", "why", "b", SilenceState.Active), (silence.CreatedBy, silence.Comment, silence.Annotations["a"], silence.StateAt(now + 5_000)));
        Assert.Equal("{alertname=~\"A|B\",x!=\"1\"}", silence.Matchers.Text());
        Assert.False(await stage.Engine.ExpireSilenceAsync("unknown"));
        Assert.True(await stage.Engine.ExpireSilenceAsync(id!));
        Assert.True(await stage.Engine.ExpireSilenceAsync(id!)); // It is over, as was wanted.
    }

    [Fact]
    public async Task A_damaged_database_is_set_aside_and_alerting_goes_on()
    {
        await using var stage = new EngineStage(Quick);
        File.WriteAllText(Path.Combine(stage.Folder, "alerting.db"), new string('x', 8_192));
        await stage.StartAsync();
        await stage.PostAsync("A");
        await EngineStage.UntilAsync(() => stage.Told.Count == 1, "A is told");

        Assert.Single(Directory.GetFiles(stage.Folder, "alerting.db.broken-*"));
    }

    [Fact]
    public async Task A_test_goes_once_through_a_receiver_and_its_result_is_kept()
    {
        await using var stage = new EngineStage(Quick);
        await stage.StartAsync();
        var result = Assert.Single(await stage.Prover.ProveAsync("team", ProofKind.Test));
        stage.Answer = _ => NotifyResult.Retry("busy", null, 503);
        var failed = Assert.Single(await stage.Prover.ProveAsync("team", ProofKind.Test));
        await stage.RestartAsync();

        Assert.True(result.IsOk);
        Assert.Equal((false, 503), (failed.IsOk, failed.Status));
        Assert.Equal(["PharosTest firing", "PharosTest over"], stage.Told.Select(told => $"{told.GroupLabels["alertname"]} {(told.IsFiring ? "firing" : "over")}"));
        var proof = stage.Proofs.Find("team", "fake[0]")!;
        Assert.Equal((ProofKind.Test, false, "busy"), (proof.Kind, proof.IsOk, proof.Detail));
        Assert.NotNull(proof.ProvenAtMs);
    }

    [Fact]
    public async Task Alerts_prove_their_receiver_or_show_that_it_fails()
    {
        await using var stage = new EngineStage(Quick);
        await stage.StartAsync();
        await stage.PostAsync("A");
        await EngineStage.UntilAsync(() => stage.Proofs.Find("team", "fake[0]") is { IsOk: true, Kind: ProofKind.Notification }, "an alert proved it");
        stage.Answer = _ => NotifyResult.Failed("who are you", 403);
        await stage.PostAsync("B");

        await EngineStage.UntilAsync(() => stage.Proofs.Find("team", "fake[0]") is { IsOk: false, Detail: "who are you", ProvenAtMs: not null }, "another shows that it fails");
    }

    [Fact]
    public async Task What_was_to_be_told_and_was_not_is_known_until_it_is()
    {
        var isBroken = true;
        await using var stage = new EngineStage(Quick) { Answer = _ => Volatile.Read(ref isBroken) ? NotifyResult.Failed("who are you", 403) : NotifyResult.Sent(200) };
        await stage.StartAsync();
        await stage.PostAsync("A");
        await EngineStage.UntilAsync(() => stage.Engine.Pulse().Untold is [{ Key: { Receiver: "team", Integration: "fake[0]" } }], "it is known");
        Volatile.Write(ref isBroken, false);

        await EngineStage.UntilAsync(() => stage.Engine.Pulse().Untold.Count == 0, "it was told");
    }

    [Fact]
    public async Task Old_rows_of_the_ledger_go_by_themselves()
    {
        await using var stage = new EngineStage(Quick);
        await stage.StartAsync();
        stage.Ledger.Record(new() { AtMs = DateTimeOffset.UtcNow.AddDays(-91).ToUnixTimeMilliseconds(), Step = LedgerStep.Heartbeat, Outcome = LedgerOutcome.Ok, Text = "old" });
        stage.Ledger.Record(new() { AtMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), Step = LedgerStep.Heartbeat, Outcome = LedgerOutcome.Ok, Text = "new" });
        await stage.RestartAsync(); // It looks at the start, and each minute.

        await EngineStage.UntilAsync(() => stage.Ledger.Query(new(0, long.MaxValue, [])).Select(row => row.Text).SequenceEqual(["new"]), "the old row is gone");
    }

    [Fact]
    public void Fingerprints_are_those_of_Prometheus()
    {
        // Facts of the real Alertmanager for these labels.
        Assert.Equal("96db8359a2a21f11", AlertFingerprint.Text(AlertFingerprint.Of(LabelSet.From(("alertname", "foo"), ("host", "a"), ("severity", "page")))));
        Assert.Equal("cbf29ce484222325", AlertFingerprint.Text(AlertFingerprint.Of(LabelSet.Empty)));
    }

    /// <summary>Posted, silenced, told, repeated, resolved, expired, reloaded: whatever is kept or noted is so outside of the lock, and in its order.</summary>
    [Fact]
    public async Task Nothing_of_the_store_is_called_while_the_lock_is_held()
    {
        var seen = new ConcurrentQueue<(Effect Effect, bool IsLocked)>();
        await using var stage = new EngineStage(Quick);
        stage.Watch = effect => seen.Enqueue((effect, stage.Engine?.IsLooking ?? false));
        await stage.StartAsync();
        await stage.PostAsync("A");
        await EngineStage.UntilAsync(() => stage.Told.Count == 1, "A is told");
        var id = (await stage.Engine.SetSilenceAsync(new("", MatcherParser.ParseAll("alertname=B"), 0, DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeMilliseconds(), 0, "me", "", LabelSet.Empty)))!;
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => stage.PostAsync("B", isFiring: i % 2 == 0)));
        await stage.Engine.ExpireSilenceAsync(id);
        await stage.PostAsync("A", isFiring: false);
        await EngineStage.UntilAsync(() => stage.Told.Any(told => !told.IsFiring), "A is over");
        await stage.TakeAgainAsync();

        Assert.DoesNotContain(seen, one => one.IsLocked);
        Assert.Superset(
            new HashSet<string> { nameof(AlertKept), nameof(AlertReceived), nameof(AlertJoined), nameof(SilenceKept), nameof(ToldKept) },
            seen.Select(one => one.Effect.GetType().Name).ToHashSet());
        // The last that was kept is what the book holds, although twenty posted at once.
        var kept = seen.Select(one => one.Effect).OfType<AlertKept>().Last(one => one.Alert.Labels["alertname"] == "B").Alert;
        Assert.Same(stage.Engine.Look(view => view.Alerts.Find(kept.Fingerprint)), kept);
    }

    /// <summary>What decides has no way to the disk, to the ledger's rows there, or to a service.</summary>
    [Fact]
    public void Books_and_dispatcher_know_no_store()
    {
        var deciding = typeof(Dispatcher).Assembly.GetTypes().Where(type => type.Namespace is "Pharos.Server.Alerting.Dispatch" or "Pharos.Server.Alerting.Silences"
            or "Pharos.Server.Alerting.Inhibition" or "Pharos.Server.Alerting.Routing" || type == typeof(HeartbeatBook));
        var everything = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        var known = deciding.SelectMany(type => type.GetFields(everything).Select(field => field.FieldType)
            .Concat(type.GetConstructors(everything).SelectMany(made => made.GetParameters()).Concat(type.GetMethods(everything).SelectMany(method => method.GetParameters())).Select(parameter => parameter.ParameterType))
            .Select(met => (type, met)));

        Assert.DoesNotContain(known, one => one.met.Namespace == "Pharos.Server.State" || one.met == typeof(AlertLedger) || one.met == typeof(TimeProvider) || one.met == typeof(Courier));
    }

    sealed class FaultyClock : TimeProvider
    {
        int faults;

        public volatile bool IsBroken;

        public int Faults => Volatile.Read(ref faults);

        public override DateTimeOffset GetUtcNow()
        {
            if (!IsBroken) return base.GetUtcNow();
            Interlocked.Increment(ref faults);
            throw new InvalidOperationException("the clock has stopped");
        }
    }
}
