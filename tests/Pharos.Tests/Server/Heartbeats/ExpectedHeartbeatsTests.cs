using Pharos.Model.Labels;
using Pharos.Server.Alerting;
using Pharos.Server.Heartbeats;
using Pharos.Server.State;
using Pharos.Server.Text.Matching;
using Pharos.Tests.Server.Rules;
using Pharos.Tests.Server.State;

namespace Pharos.Tests.Server.Heartbeats;

public sealed class ExpectedHeartbeatsTests : IAsyncDisposable
{
    static readonly ExpectedHeartbeatConfig Backup = new() { Name = "backup", Every = TimeSpan.FromMinutes(10), Grace = TimeSpan.FromMinutes(2), Labels = LabelSet.From(("severity", "page")) };

    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("pharos-heartbeats-");
    readonly ManualTime time = new(1_772_445_600_000);
    readonly List<Alert> sent = [];
    readonly List<string> notes = [];
    StateDatabase? database;
    ExpectedHeartbeats? heartbeats;

    [Fact]
    public async Task One_that_stays_away_fires_again_and_again_and_ends_when_it_comes()
    {
        Start(Backup);
        Pass(minutes: 11);
        Assert.Empty(sent);
        Pass(minutes: 4);
        Assert.Equal(4, sent.Count); // At once, and each minute, so that it does not run out.
        Assert.All(sent, alert => Assert.Equal("{alertname=\"HeartbeatMissing\", heartbeat=\"backup\", severity=\"page\"}", alert.Labels.ToString()));
        Assert.All(sent, alert => Assert.Equal(1_772_445_600_000 + (12 * 60_000), alert.StartsAtMs));
        Assert.True(sent[^1].EndsAtMs > time.GetUtcNow().ToUnixTimeMilliseconds());
        Assert.Equal("It never came since 2026-03-02 10:00:00Z; it is expected every 10m, and may be 2m late", sent[0].Annotations["description"]);

        Assert.True(await heartbeats!.CameAsync("backup"));
        Pass(minutes: 5);

        Assert.Equal((5, 1_772_445_600_000 + (15 * 60_000)), (sent.Count, sent[^1].EndsAtMs));
        Assert.Equal(["firing", "inactive"], notes);
        Assert.False(await heartbeats.CameAsync("other"));
    }

    [Fact]
    public async Task One_that_is_acknowledged_is_on_disk()
    {
        Start(Backup);
        Pass(minutes: 1);
        await heartbeats!.CameAsync("backup");

        Assert.Equal(time.GetUtcNow().ToUnixTimeMilliseconds(), HeartbeatTables.ReadHeartbeats(database!).States["backup"].LastMs);
    }

    [Theory]
    [InlineData("alertname=HeartbeatMissing")]
    [InlineData("heartbeat=backup")]
    [InlineData("alertname=HeartbeatMissing, severity=page, region=eu")] // A label that only external_labels may give says nothing.
    public void Why_it_was_not_missed_is_told(string matchers)
    {
        Start(Backup, Backup with { Name = "nightly", Every = TimeSpan.FromDays(1), Labels = LabelSet.From(("severity", "page")) });

        var answer = heartbeats!.WhyUnseen(MatcherParser.ParseAll(matchers))!;

        Assert.Equal((false, "rule-never-true"), (answer.IsPaged, answer.Reason));
        Assert.StartsWith(
            "Nobody was paged for HeartbeatMissing, because the heartbeat backup was not missing. It never came since 2026-03-02 10:00:00Z; it is expected every 10m, and may be 2m late. "
            + "It is missing from 2026-03-02 10:12:00Z on, unless it comes before", answer.Sentence, StringComparison.Ordinal);
        Assert.Equal(!matchers.StartsWith("heartbeat", StringComparison.Ordinal), answer.Sentence.EndsWith("; the others that are meant (1) are due later", StringComparison.Ordinal));
    }

    [Fact]
    public void What_nobody_expects_is_told_and_other_alerts_are_left_to_their_rules()
    {
        Start(Backup);

        Assert.Equal(
            "Nobody was paged for HeartbeatMissing, because no heartbeat is expected that {alertname=\"HeartbeatMissing\",heartbeat=\"bakcup\"} names",
            heartbeats!.WhyUnseen(MatcherParser.ParseAll("alertname=HeartbeatMissing, heartbeat=bakcup"))!.Sentence);
        Assert.Null(heartbeats.WhyUnseen(MatcherParser.ParseAll("alertname=Other, heartbeat=backup")));
        Assert.Null(heartbeats.WhyUnseen(MatcherParser.ParseAll("severity=page")));
    }

    [Fact]
    public async Task State_outlives_a_restart()
    {
        Start(Backup);
        Pass(minutes: 8);
        await heartbeats!.CameAsync("backup");
        Pass(minutes: 3);
        await StopAsync();
        Start(Backup); // At once: nothing was expected in between.
        Pass(minutes: 8);
        Assert.Empty(sent);
        Pass(minutes: 1);
        Assert.Single(sent);
        await StopAsync();
        time.Advance(TimeSpan.FromHours(1));

        Start(Backup);

        Assert.Equal(2, sent.Count); // Missing before, missing after: told at once, so that it does not end for a moment.
        Assert.Equal(sent[0].StartsAtMs, sent[1].StartsAtMs);
        Assert.Equal(["firing"], notes);
    }

    [Fact]
    public async Task One_that_could_not_be_heard_is_not_missed()
    {
        Start(Backup);
        await heartbeats!.CameAsync("backup");
        Pass(minutes: 9);
        await StopAsync();
        time.Advance(TimeSpan.FromMinutes(4));
        Start(Backup);
        Pass(minutes: 8); // At 21 of 22.
        Assert.Empty(sent);
        Pass(minutes: 1);
        Assert.Single(sent);
    }

    [Fact]
    public void One_that_is_expected_no_more_ends_and_is_forgotten()
    {
        Start(Backup);
        Pass(minutes: 12);
        heartbeats!.Apply([]);
        heartbeats.Apply([Backup]);

        Assert.Equal(2, sent.Count);
        Assert.Equal(sent[1].EndsAtMs, time.GetUtcNow().ToUnixTimeMilliseconds());
        Assert.Null(heartbeats.Show().Single().State.MissingSinceMs);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        folder.Delete(recursive: true);
    }

    void Start(params ExpectedHeartbeatConfig[] configs)
    {
        database = AlertFile.Open(folder.FullName);
        heartbeats = new(database, sent.AddRange, (_, phase, _) => notes.Add(phase), "http://pharos", time);
        heartbeats.Apply(configs);
    }

    async Task StopAsync()
    {
        if (database is not null) await database.DisposeAsync();
    }

    void Pass(int minutes)
    {
        for (var second = 0; second < minutes * 60; second++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            heartbeats!.Look();
        }
    }
}
