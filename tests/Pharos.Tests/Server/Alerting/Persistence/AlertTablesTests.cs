using System.IO.Compression;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Pharos.Model.Labels;
using Pharos.Server.Alerting.Dispatch;
using Pharos.Server.Alerting.Persistence;
using Pharos.Server.Alerting.Silences;
using Pharos.Server.Heartbeats;
using Pharos.Server.Heartbeats.Proofs;
using Pharos.Server.Ledger;
using Pharos.Server.State;
using Pharos.Server.Text.Matching;
using Pharos.Tests.Server.State;

namespace Pharos.Tests.Server.Alerting.Persistence;

public sealed class AlertTablesTests : IAsyncLifetime
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("pharos-alerts-");
    StateDatabase database = null!;

    public ValueTask InitializeAsync()
    {
        database = AlertFile.Open(folder.FullName);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("plain", "http://p/graph?a=b&c")]
    [InlineData("é 😀 \"quoted\" \\ \n \u0000 end", "é")]
    public async Task Texts_come_back_as_they_were(string value, string url)
    {
        var labels = LabelSet.From(("alertname", "A"), ("value", value));
        var alert = new KnownAlert(new(labels, LabelSet.From(("summary", value)), 1, 2, url), AlertFingerprint.Of(labels), 3, HasTimeout: false);
        var key = new NotifyLogKey($"{{}}:{value}", "team", "fake[0]");
        AlertTables.Alerts(database).Put(alert.Fingerprint, alert);
        AlertTables.NotifyLog(database).Put(key, new(4, new HashSet<ulong> { 1, ulong.MaxValue }, new HashSet<ulong>(), new HashSet<ulong> { 7 }, value, 5, labels));
        await database.FlushAsync();

        var (alerts, log) = (new AlertBook(), new NotifyLog());
        AlertTables.Load(database, alerts, new(), log);
        Assert.Equal(alert, Assert.Single(alerts.All));
        var entry = log.Find(key)!;
        Assert.Equal((4, value, 5, labels), (entry.AtMs, entry.State, entry.ExpiresMs, entry.GroupLabels));
        Assert.Equal([1, ulong.MaxValue], entry.Firing.Order().ToList());
        Assert.Empty(entry.Resolved);
        Assert.Equal([7UL], entry.Owed);
    }

    [Fact]
    public async Task What_is_put_before_a_flush_is_on_disk_after_it()
    {
        var table = AlertTables.Alerts(database);
        for (var i = 0; i < 1_000; i++)
        {
            var labels = LabelSet.From(("n", $"{i}"));
            table.Put(AlertFingerprint.Of(labels), new(new(labels, LabelSet.Empty, 1, 2, "u"), AlertFingerprint.Of(labels), 3, true));
        }
        await database.FlushAsync();
        var alerts = new AlertBook();
        AlertTables.Load(database, alerts, new(), new());
        Assert.Equal(1_000, alerts.All.Count);
        Assert.All(alerts.All, alert => Assert.Equal((1, 2, "u", 3, true), (alert.Alert.StartsAtMs, alert.Alert.EndsAtMs, alert.Alert.GeneratorUrl, alert.UpdatedAtMs, alert.HasTimeout)));
    }

    /// <summary>Written by the program before its tables lay with their rooms: three alerts, a silence, a drill, a test of a receiver, two expected heartbeats.</summary>
    [Fact]
    public async Task A_file_of_an_earlier_program_opens_with_all_that_it_holds()
    {
        await OpenWrittenAsync();

        var (alerts, silences, log) = (new AlertBook(), new SilenceBook(), new NotifyLog());
        AlertTables.Load(database, alerts, silences, log);
        Assert.Equal(["DiskFull a é", "HeartbeatMissing ", "Quiet b"], alerts.All.Select(alert => $"{alert.Labels["alertname"]} {alert.Labels["host"]}").Order(StringComparer.Ordinal));
        Assert.Equal(("until it is mended", "{alertname=~\"Qui.*\"}", 2_111_688_000_000), (silences.All.Single().Comment, silences.All.Single().Matchers.Text(), silences.All.Single().EndsAtMs));
        Assert.Equal(alerts.All.Select(alert => alert.Fingerprint).Order(), log.Entries.Values.SelectMany(entry => entry.Owed).Order());
        var drill = Assert.Single(HeartbeatTables.ReadDrills(database, 10));
        Assert.Equal((1_796_079_357_367, 1_796_079_357_820L, 1), (drill.AtMs, drill.EndedMs, drill.Tried));
        Assert.Equal(new("team", "webhook[0]", new(1_796_079_358_432, ProofKind.Test, true, "", 1_796_079_358_432)), Assert.Single(HeartbeatTables.ReadProofs(database)));
        var (states, aliveMs) = HeartbeatTables.ReadHeartbeats(database);
        Assert.Equal((1_796_079_353_505, 1_796_079_347_365, 1_796_079_357_158), (states["backup"].LastMs, states["late"].MissingSinceMs, aliveMs));
        var ledger = new AlertLedger(database);
        Assert.Equal(14, ledger.Query(new(0, long.MaxValue, [])).Count);
        Assert.Equal(
            "team was told of Quiet at 2026-11-30 22:55:52Z: webhook[0] of team took it with status 200: 1 firing, 0 resolved (first notification)",
            WhyAnswer.Explain(ledger, MatcherParser.ParseAll("alertname=Quiet"), long.MaxValue)!.Sentence);
    }

    /// <summary>A room that gives a new table a number that files have already would find it nowhere.</summary>
    [Fact]
    public async Task A_file_of_an_earlier_program_has_the_same_tables_as_one_that_is_begun_now_and_keeps_its_format()
    {
        var begun = database.Read("SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_master ORDER BY 1", row => row.GetString(0));
        await OpenWrittenAsync();

        Assert.Equal(begun, database.Read("SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_master ORDER BY 1", row => row.GetString(0)));
        Assert.Equal(2, Assert.Single(database.Read("PRAGMA user_version", row => row.GetInt64(0))));
    }

    async Task OpenWrittenAsync([CallerFilePath] string here = "")
    {
        await database.DisposeAsync();
        SqliteConnection.ClearAllPools();
        foreach (var part in (string[])["-wal", "-shm"]) File.Delete(Path.Combine(folder.FullName, $"alerting.db{part}")); // Else the log of the former file would be read into this one.
        await using (var packed = new GZipStream(File.OpenRead(Path.Combine(Path.GetDirectoryName(here)!, "alerting-2.db.gz")), CompressionMode.Decompress))
        await using (var file = File.Create(Path.Combine(folder.FullName, "alerting.db"))) await packed.CopyToAsync(file);
        database = AlertFile.Open(folder.FullName);
    }
}
