using Microsoft.Extensions.Logging.Abstractions;
using Pharos.Query.PromQL;
using Pharos.Query.PromQL.Planning;
using Pharos.Server.Config;
using Pharos.Server.Findings;
using Pharos.Server.Rules;
using Pharos.Tests.Server.Alerting;
using Pharos.Tests.Server.Rooms;
using Pharos.Tests.Storage.Series;

namespace Pharos.Tests.Server.Rules;

public sealed class RulesRoomTests : IAsyncDisposable
{
    static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    readonly string folder = Directory.CreateTempSubdirectory("pharos-rules-").FullName;
    readonly ManualTime time = new(startMs: 1_000 * RuleBench.Minute);
    readonly TestStore store; // The real one: tests read it while the room writes on pool threads.
    readonly FindingBook findings = new(TimeProvider.System);
    readonly AlertRooms alerts;
    readonly RulesRoom room;

    public RulesRoomTests()
    {
        store = new(clock: time);
        alerts = new(folder, findings, time);
        room = new(store.Store, store.Store, new PromQlEngine(new PromQlOptions()), alerts.Alerting, findings, new() { Concurrency = 1 }, new(), "http://localhost:9090", time, NullLoggerFactory.Instance);
    }

    [Fact]
    public async Task Groups_are_evaluated_at_their_interval()
    {
        await room.TakeAsync(Config(Group("g", RuleBench.Record("r", "1"))));
        var group = Assert.Single(room.Snapshot().Groups);
        Assert.Equal((RuleHealth.Unknown, (long?)null), (group.Rules[0].Health, group.LastEvaluationMs));

        await EvaluateAsync("g");
        var first = LastMs("g");
        await EvaluateAsync("g");

        Assert.Equal(RuleHealth.Ok, room.Snapshot().Groups[0].Rules[0].Health);
        Assert.Equal(RuleBench.Minute, LastMs("g") - first);
    }

    [Fact]
    public async Task Time_lost_in_one_evaluation_is_missed_and_moves_no_later_one()
    {
        await room.TakeAsync(Config(Group("g", RuleBench.Record("r", "1"))));
        await EvaluateAsync("g");
        var first = LastMs("g");

        time.Advance(5 * Minute);
        await UntilAsync(() => LastMs("g") > first);
        await EvaluateAsync("g");

        Assert.Equal(0, (LastMs("g") - first) % RuleBench.Minute);
    }

    [Fact]
    public async Task What_is_made_ready_and_not_taken_changes_no_group()
    {
        await room.TakeAsync(Config(Group("g", RuleBench.Record("r", "1"))));

        await room.ThrowAwayAsync(Config(Group("g", RuleBench.Record("r", "2")), Group("other", RuleBench.Record("s", "1"))));
        await EvaluateAsync("g");

        Assert.Equal(("g", "1"), (Assert.Single(room.Snapshot().Groups).Name, room.Snapshot().Groups[0].Rules[0].Query));
        Assert.Equal((1, 0), (Count("r"), Count("s")));
    }

    [Fact]
    public async Task A_reload_keeps_the_alerts_of_groups_that_stay_and_of_those_that_change()
    {
        await room.TakeAsync(Config(Group("same", RuleBench.Alert("A", "1", 30)), Group("other", RuleBench.Alert("B", "1", 30))));
        await EvaluateAsync("same");
        await EvaluateAsync("other");
        var activeAt = room.Snapshot().Alerts.ToDictionary(alert => alert.Labels["alertname"], alert => alert.ActiveAtMs);

        await room.TakeAsync(Config(Group("same", RuleBench.Alert("A", "1", 30)) with { Line = 7 }, Group("other", RuleBench.Record("r", "1"), RuleBench.Alert("B", "1 + 0", 30))));
        await EvaluateAsync("other");

        Assert.Equal(activeAt, room.Snapshot().Alerts.ToDictionary(alert => alert.Labels["alertname"], alert => alert.ActiveAtMs));
    }

    [Fact]
    public async Task A_rule_that_is_gone_leaves_no_series_behind()
    {
        await room.TakeAsync(Config(Group("g", RuleBench.Record("r", "1"))));
        await EvaluateAsync("g");
        Assert.Equal(1, Count("r"));

        time.Advance(TimeSpan.FromSeconds(1)); // A marker as old as the last sample would be refused.
        await room.TakeAsync(Config());
        Assert.Empty(room.Snapshot().Groups);
        time.Advance(2 * Minute);

        await UntilAsync(() => Count("r") == 0);
    }

    [Fact]
    public async Task A_rule_that_fails_is_a_finding_until_it_succeeds()
    {
        await room.TakeAsync(Config(Group("g", RuleBench.Record("r", "\"text\"") with { Line = 4, Column = 9 })));
        await EvaluateAsync("g");
        await UntilAsync(() => findings.All().Count == 1);
        var finding = findings.All()[0];
        Assert.Equal(("/rules.yml:4:9", "rule r of group g fails: rule result is not a vector or scalar"), (finding.Where, finding.Message));

        await room.TakeAsync(Config(Group("g", RuleBench.Record("r", "1"))));
        await EvaluateAsync("g");

        await UntilAsync(() => findings.All().Count == 0);
    }

    [Fact]
    public async Task An_evaluation_in_progress_ends_before_the_room_does()
    {
        await room.TakeAsync(Config([.. Enumerable.Range(0, 50).Select(i => Group($"g{i}", RuleBench.Record($"r{i}", "1")))]));
        time.Advance(Minute);

        await room.DisposeAsync();
        var evaluated = room.Snapshot().Groups.Count(group => group.LastEvaluationMs is not null);
        time.Advance(10 * Minute);

        Assert.Equal(evaluated, room.Snapshot().Groups.Count(group => group.LastEvaluationMs is not null));
    }

    public async ValueTask DisposeAsync()
    {
        await room.DisposeAsync();
        await alerts.DisposeAsync();
        await store.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    static RuleGroupConfig Group(string name, params RuleConfig[] rules) => new() { Name = name, Rules = rules };

    static Configuration Config(params RuleGroupConfig[] groups) =>
        Configuration.Empty.With(new RulesConfig { Files = groups.Length == 0 ? [] : [new("/rules.yml", groups)] });

    long LastMs(string name) => room.Snapshot().Groups.Single(group => group.Name == name).LastEvaluationMs ?? 0;

    int Count(string metric)
    {
        using var result = new PromQlEngine(new PromQlOptions()).Instant(store.Store, metric, time.GetUtcNow().ToUnixTimeMilliseconds(), QueryLimits.Default, CancellationToken.None);
        return result.SeriesCount;
    }

    /// <summary>Moves the clock on to the group's next time, and waits until it was evaluated as of then and all groups wait again.</summary>
    async Task EvaluateAsync(string name)
    {
        await UntilAllWaitAsync();
        var dueMs = NextMs(name);
        time.Advance(TimeSpan.FromMilliseconds(dueMs - time.NowMs));
        await UntilAsync(() => LastMs(name) == dueMs);
        await UntilAllWaitAsync();
    }

    /// <summary>A group that is about to wait has looked at the clock already: if that were moved on now, the group would wait from the later time.</summary>
    Task UntilAllWaitAsync() => UntilAsync(() => room.Snapshot().Groups.All(group => time.DueMs.Contains(NextMs(group.Name))));

    long NextMs(string name) => new RuleGroupKey("/rules.yml", name).Times(RuleBench.Minute).First(time.NowMs + 1);

    static Task UntilAsync(Func<bool> holds, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(holds))] string what = "") => Eventually.HoldsAsync(holds, what);
}
