using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Pharos.Server.Heartbeats;
using Pharos.Server.Heartbeats.Proofs;
using Pharos.Server.Ledger;
using Pharos.Server.Notifying;
using Pharos.Tests.Server.Alerting.Delivery;
using Pharos.Tests.Server.Rules;
using Pharos.Tests.Server.State;

namespace Pharos.Tests.Server.Heartbeats.Proofs;

public sealed class DrillsTests
{
    const string Tree = """
        route: {receiver: team, routes: [{receiver: pager, matchers: [severity=page]}, {receiver: pager, matchers: [severity=call]}]}
        receivers: [{name: team}, {name: pager}, {name: spare}]
        """;

    /// <summary>A Monday, 09:59:30 UTC.</summary>
    const long StartMs = 1_772_445_570_000;

    static readonly DrillConfig Weekly = new() { EveryDays = 7, AtMinute = 600, Zone = TimeZoneInfo.Utc, ProvenWithin = TimeSpan.FromDays(14) };

    readonly ManualTime time = new(StartMs);

    [Fact]
    public async Task At_its_time_every_receiver_of_a_route_gets_one_marked_notification_and_its_end_and_the_next_is_a_week_later()
    {
        await using var stage = new EngineStage(Tree);
        await using var drills = await StartAsync(stage, Weekly);
        drills.BeginIfDue();
        Assert.Empty(drills.Look().Held);

        await TickUntilHeldAsync(drills, TimeSpan.FromSeconds(30));
        for (var day = 0; day < 6; day++)
        {
            time.Advance(TimeSpan.FromDays(1));
            drills.BeginIfDue();
        }

        var drill = Assert.Single(drills.Look().Held);
        Assert.Equal((true, 2, StartMs + 30_000), (drill.IsOk, drill.Tried, drill.AtMs));
        Assert.Equal(["pager", "pager", "team", "team"], stage.Told.Select(told => told.Receiver).Order(StringComparer.Ordinal));
        Assert.All(stage.Told, told => Assert.Equal(("PharosFireDrill", "none", NotifyReason.Drill), (told.GroupLabels["alertname"], told.Alerts[0].Labels["severity"], told.Reason)));
        Assert.Equal([true, false], stage.Told.Where(told => told.Receiver == "team").Select(told => told.IsFiring));
        Assert.Equal((ProofKind.Drill, true), (stage.Proofs.Find("pager", "fake[0]")!.Kind, stage.Proofs.Find("pager", "fake[0]")!.IsOk));
        Assert.Null(stage.Proofs.Find("spare", "fake[0]"));
        Assert.Equal(StartMs + 30_000 + 7L * 86_400_000, drills.Look().NextMs);
        time.Advance(TimeSpan.FromDays(1));
        await TickUntilHeldAsync(drills, TimeSpan.Zero, held: 2);
    }

    [Fact]
    public async Task Without_the_setting_none_is_ever_sent()
    {
        await using var stage = new EngineStage(Tree);
        await using var drills = await StartAsync(stage, null);
        for (var hour = 0; hour < 24 * 30; hour++)
        {
            time.Advance(TimeSpan.FromMinutes(60));
            drills.BeginIfDue();
        }

        Assert.Null(drills.Look().NextMs);
        Assert.Empty(stage.Told);
    }

    [Fact]
    public async Task What_failed_is_named_kept_over_a_restart_and_written_into_the_ledger()
    {
        await using var stage = new EngineStage(Tree) { Answer = told => told.Receiver == "pager" ? NotifyResult.Failed("the key was withdrawn", 403) : NotifyResult.Sent(200) };
        await using (var drills = await StartAsync(stage, Weekly))
        {
            var drill = await drills.HoldAsync();
            Assert.Equal((false, "fake[0] of pager: the key was withdrawn"), (drill.IsOk, drill.Faults.Single()));
        }
        await stage.RestartAsync();
        await using var again = await StartAsync(stage, Weekly);

        Assert.Equal(["fake[0] of pager: the key was withdrawn"], again.Look().Held.Single().Faults);
        Assert.Equal(StartMs + 30_000 + 7L * 86_400_000, again.Look().NextMs); // The week counts from the day on which one was held.
        var proof = stage.Proofs.Find("pager", "fake[0]")!;
        Assert.Equal((ProofKind.Drill, false, "the key was withdrawn", null), (proof.Kind, proof.IsOk, proof.Detail, proof.ProvenAtMs));
        var row = stage.Ledger.Query(new(0, long.MaxValue, [], "pager", 10)).Single();
        Assert.Equal((LedgerStep.Proof, LedgerOutcome.Failed, 403), (row.Step, row.Outcome, row.Status));
    }

    [Fact]
    public async Task A_drill_that_began_before_a_kill_is_not_held_again_on_that_day()
    {
        await using var stage = new EngineStage(Tree);
        await stage.StartAsync();
        await stage.StopAsync();
        await using (var database = AlertFile.Open(stage.Folder)) HeartbeatTables.Drills(database, 10).Put(StartMs, new(StartMs, null, 0, []));
        await using var drills = await StartAsync(stage, Weekly);
        time.Advance(TimeSpan.FromSeconds(30));
        drills.BeginIfDue();

        var begun = Assert.Single(drills.Look().Held);
        Assert.Equal((false, null), (begun.IsOk, begun.EndedMs));
        Assert.Empty(stage.Told);
    }

    [Fact]
    public async Task That_one_began_is_on_disk_before_anybody_is_told()
    {
        var onDisk = new ConcurrentQueue<int>();
        await using var stage = new EngineStage(Tree);
        stage.Answer = _ =>
        {
            onDisk.Enqueue(HeartbeatTables.ReadDrills(stage.Database, 10).Count);
            return NotifyResult.Sent(200);
        };
        await using var drills = await StartAsync(stage, Weekly);
        await drills.HoldAsync();

        Assert.Equal([1, 1, 1, 1], onDisk);
    }

    [Fact]
    public async Task Whoever_asks_while_one_is_held_joins_it()
    {
        using var open = new ManualResetEventSlim();
        await using var stage = new EngineStage(Tree);
        stage.Answer = _ =>
        {
            open.Wait();
            return NotifyResult.Sent(200);
        };
        await using var drills = await StartAsync(stage, Weekly);
        var (first, second) = (drills.HoldAsync(), drills.HoldAsync());
        open.Set();

        Assert.Same(await first, await second);
        Assert.Single(drills.Look().Held);
    }

    [Fact]
    public async Task A_failure_because_the_configuration_was_replaced_tells_nothing_about_the_service()
    {
        var attempts = 0;
        await using var stage = new EngineStage(Tree);
        stage.Answer = _ =>
        {
            Interlocked.Increment(ref attempts);
            return NotifyResult.Retry("busy", TimeSpan.FromSeconds(30), 503);
        };
        await stage.StartAsync();
        var drill = stage.Prover.ProveAsync("team", ProofKind.Drill);
        await EngineStage.UntilAsync(() => Volatile.Read(ref attempts) == 1, "it was tried once and waits");
        await stage.TakeAgainAsync();

        Assert.False(Assert.Single(await drill).IsOk);
        Assert.Null(stage.Proofs.Find("team", "fake[0]"));
    }

    [Fact]
    public async Task Only_receivers_that_were_chosen_are_tried()
    {
        await using var stage = new EngineStage(Tree);
        await using var drills = await StartAsync(stage, Weekly with { Receivers = ["team"] });
        await drills.HoldAsync();

        Assert.Equal(["team"], stage.Told.Select(told => told.Receiver).Distinct());
    }

    [Fact]
    public async Task A_service_that_is_busy_for_a_moment_passes_the_drill()
    {
        var attempts = 0;
        await using var stage = new EngineStage(Tree) { Answer = _ => attempts++ == 0 ? NotifyResult.Retry("busy", TimeSpan.FromMilliseconds(10), 503) : NotifyResult.Sent(200) };
        await using var drills = await StartAsync(stage, Weekly with { Receivers = ["team"] });

        Assert.True((await drills.HoldAsync()).IsOk);
        Assert.Equal(3, attempts);
    }

    async Task<Drills> StartAsync(EngineStage stage, DrillConfig? config)
    {
        await stage.StartAsync();
        var drills = new Drills(stage.Prover.ProveAsync, stage.Database, time, NullLogger.Instance);
        drills.Apply(config, stage.Config);
        return drills;
    }

    async Task TickUntilHeldAsync(Drills drills, TimeSpan by, int held = 1)
    {
        time.Advance(by);
        drills.BeginIfDue();
        await EngineStage.UntilAsync(() => drills.Look() is { IsRunning: false } now && now.Held.Count == held, "the drill is held");
    }
}
