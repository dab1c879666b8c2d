using Pharos.Server.Alerting.Dispatch;
using Pharos.Server.Heartbeats;


namespace Pharos.Tests.Server.Heartbeats;

public sealed class PipelineHealthTests
{
    const long NowMs = 1_772_445_600_000; // 2026-03-02 10:00:00Z

    static readonly NotifyLogKey Key = new("{}:{}", "team", "slack[0]");

    [Fact]
    public void A_way_on_which_all_moves_has_no_fault() =>
        Assert.Empty(Of([new("g", 15_000, NowMs - 75_000)], NowMs - 30_000, [(Key, NowMs - 300_000)]));

    [Fact]
    public void Rules_that_are_not_evaluated_are_a_fault() => Assert.Equal(
        ["rule group g was not evaluated since 2026-03-02 09:58:44Z, although it should be every 15s"], Of([new("g", 15_000, NowMs - 76_000), new("slow", 3_600_000, NowMs - 7_200_000)], NowMs, []));

    [Fact]
    public void Many_late_groups_are_counted() => Assert.Equal(
        "3 more rule groups are late", Of([.. Enumerable.Range(0, 8).Select(i => ($"g{i}", 15_000L, 0L))], NowMs, [])[^1]);

    [Fact]
    public void A_dispatcher_that_stands_still_is_a_fault() =>
        Assert.Equal(["groups of alerts were not looked at since 2026-03-02 09:58:29Z"], Of([], NowMs - 91_000, []));

    [Fact]
    public void What_a_service_does_not_take_for_minutes_is_a_fault() => Assert.Equal(
        ["slack[0] of receiver team did not take 2 notifications since 2026-03-02 09:53:20Z"], Of([], NowMs, [(Key, NowMs - 400_000), (Key with { GroupKey = "other" }, NowMs - 301_000)]));

    static IReadOnlyList<string> Of(IReadOnlyList<(string, long, long)> groups, long lookedMs, IReadOnlyList<(NotifyLogKey, long)> untold) => PipelineHealth.Faults(new(groups, lookedMs, untold), NowMs);
}
