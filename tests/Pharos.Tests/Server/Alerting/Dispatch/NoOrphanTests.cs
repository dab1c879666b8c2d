namespace Pharos.Tests.Server.Alerting.Dispatch;

/// <summary>Random lives of alerts, with silences, inhibition, reloads, restarts and failing receivers in between.</summary>
public sealed class NoOrphanTests
{
    static readonly string[] Routes =
    [
        "{receiver: team, group_by: [job], group_wait: 3s, group_interval: 11s, repeat_interval: 2m}",
        "{receiver: other, group_by: [job], group_wait: 3s, group_interval: 11s, repeat_interval: 2m, routes: [{receiver: team, matchers: [alertname=~\"A|B\"], continue: true}, {receiver: third, matchers: [alertname=B]}]}",
        "{receiver: third, group_by: ['...'], group_wait: 1s, group_interval: 7s, repeat_interval: 1m, routes: [{receiver: team, matchers: [job=\"1\"], mute_time_intervals: [odd]}]}",
    ];

    const string Tail = """

        receivers: [{name: team}, {name: other}, {name: third}]
        inhibit_rules: [{source_matchers: [alertname=C], target_matchers: [alertname=A], equal: [job]}]
        time_intervals: [{name: odd, time_intervals: [{times: [{start_time: '08:01', end_time: '08:03'}, {start_time: '08:05', end_time: '08:07'}]}]}]
        """;

    /// <summary>A receiver is never left with an alert that it was told to fire and that is over.</summary>
    [Fact]
    public void A_thousand_random_schedules_leave_no_orphan()
    {
        var told = 0;
        for (var seed = 0; seed < 1_000; seed++)
        {
            var stage = Play(new(seed));
            var open = new HashSet<(string, ulong)>();
            foreach (var (receiver, alert, isFiring) in stage.Deliveries)
            {
                if (isFiring) open.Add((receiver, alert));
                else Assert.True(open.Remove((receiver, alert)) || WasTold(stage, receiver, alert), $"seed {seed}: {receiver} was told the end of what it never knew");
            }
            Assert.True(open.Count == 0, $"seed {seed}: {open.Count} orphans\n{string.Join('\n', stage.Told)}");
            Assert.DoesNotContain(stage.Log.Entries.Values, entry => entry.Owed.Count > 0);
            told += stage.Deliveries.Count;
        }
        Assert.True(told > 10_000, $"only {told} deliveries: the schedules do not try anything");
    }

    static bool WasTold(AlertStage stage, string receiver, ulong alert) => stage.Deliveries.Contains((receiver, alert, true)) || stage.Deliveries.Contains((receiver, alert, false));

    static AlertStage Play(Random random)
    {
        var stage = new AlertStage($"route: {Routes[random.Next(Routes.Length)]}{Tail}");
        var broken = "";
        stage.Fails = receiver => receiver == broken;
        var silences = new List<string>();
        for (var step = 0; step < 60; step++)
        {
            var alert = $"{"ABC"[random.Next(3)]} job={random.Next(2)}";
            switch (random.Next(10))
            {
                case < 3: stage.Post(alert, endsIn: random.Next(5, 60)); break;
                case < 5: stage.Resolve(alert); break;
                case 5: silences.Add(stage.Silence($"alertname={"ABC"[random.Next(3)]}", random.Next(5, 60))); break;
                case 6 when silences.Count > 0: stage.Expire(silences[random.Next(silences.Count)]); break;
                case 7: stage.Reload($"route: {Routes[random.Next(Routes.Length)]}{Tail}"); break;
                case 8: broken = random.Next(2) == 0 ? "" : "team"; break;
            }
            stage.Run(random.Next(1, 12));
        }
        broken = "";
        stage.Run(1_000); // Every alert has ended by now, and every receiver works.
        return stage;
    }
}
