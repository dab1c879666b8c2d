using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Pharos.Server.Alerting.Dispatch;
using Pharos.Server.Config;
using Pharos.Server.Heartbeats;
using Pharos.Server.HttpClients;
using Pharos.Server.Ledger;
using Pharos.Tests.Server.Alerting.Delivery;
using Pharos.Tests.Server.Notifying;
using Pharos.Tests.Server.Rooms;
using Pharos.Tests.Server.Rules;

namespace Pharos.Tests.Server.Heartbeats;

public sealed class SentHeartbeatsTests
{
    const long StartMs = 1_772_445_600_000;

    readonly ManualTime time = new(StartMs);
    IReadOnlyList<(NotifyLogKey, long)> untold = [];
    int answer = 200;

    [Fact]
    public async Task They_go_out_at_their_pace_while_alerts_would_arrive_and_stop_when_not()
    {
        using var service = new FakeService((context, _) => FakeService.Write(context, answer, ""), type: "");
        await using var stage = new EngineStage("route: {receiver: team}\nreceivers: [{name: team}]");
        await stage.StartAsync();
        using var metrics = new HeartbeatMetrics(() => [], () => 0);
        await using var sent = new SentHeartbeats(stage.Database, stage.Ledger, metrics, () => new([], time.GetUtcNow().ToUnixTimeMilliseconds(), untold), time, NullLogger.Instance);
        await Taking.TakeAsync(preparation => sent.Prepare([new() { Url = Secret.Inline($"{service.Url}ping/hush-hush"), Every = TimeSpan.FromMinutes(1), IsPost = false, Http = HttpClientConfig.Default }], preparation));

        await PassAsync(sent, seconds: 121);
        Assert.Equal(["GET", "GET", "GET"], service.Requests.Select(request => request.Method)); // At once, after one minute, and after two.
        untold = [(new("g", "team", "slack[0]"), StartMs - 600_000)];
        await PassAsync(sent, seconds: 120);
        Assert.Equal(3, service.Requests.Count);
        Assert.StartsWith("held back: slack[0] of receiver team did not take", sent.Show().Single().State.Fault, StringComparison.Ordinal);
        untold = [];
        await PassAsync(sent, seconds: 16);
        Assert.Equal(4, service.Requests.Count);

        List<LedgerRow> rows = [];
        await Eventually.HoldsAsync(
            () =>
            {
                rows = [.. stage.Ledger.Query(new(0, long.MaxValue, [], "", 10)).Where(row => row.Step == LedgerStep.Heartbeat)];
                return rows.Count == 2;
            },
            "both changes are in the ledger, which is written behind");
        Assert.Equal(["resumed", "stopped"], rows.Select(row => row.Reason));
        Assert.DoesNotContain(rows, row => row.Text.Contains("hush", StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_that_is_not_taken_is_sent_again_soon_and_told_without_its_address()
    {
        using var service = new FakeService((context, _) => FakeService.Write(context, answer, ""), type: "");
        await using var stage = new EngineStage("route: {receiver: team}\nreceivers: [{name: team}]");
        await stage.StartAsync();
        using var metrics = new HeartbeatMetrics(() => [], () => 0);
        await using var sent = new SentHeartbeats(stage.Database, stage.Ledger, metrics, () => new([], time.GetUtcNow().ToUnixTimeMilliseconds(), []), time, NullLogger.Instance);
        answer = 503;
        await Taking.TakeAsync(preparation => sent.Prepare([new() { Url = Secret.Inline($"{service.Url}ping/hush-hush"), Every = TimeSpan.FromHours(1), IsPost = true, Http = HttpClientConfig.Default }], preparation));
        await PassAsync(sent, seconds: 1);
        Assert.Equal($"{new Uri(service.Url).Authority} answered 503", sent.Show().Single().State.Fault);
        answer = 200;
        await PassAsync(sent, seconds: 15);

        Assert.Equal(["POST", "POST"], service.Requests.Select(request => request.Method));
        Assert.Equal(("", true), (sent.Show().Single().State.Fault, sent.Show().Single().State.LastMs is not null));
    }

    [Fact]
    public async Task None_goes_out_while_the_disk_takes_nothing()
    {
        using var service = new FakeService((context, _) => FakeService.Write(context, answer, ""), type: "");
        await using var stage = new EngineStage("route: {receiver: team}\nreceivers: [{name: team}]");
        await stage.StartAsync();
        using (var connection = new SqliteConnection($"Data Source={Path.Combine(stage.Folder, "alerting.db")};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "DROP TABLE moments"; // What is written before each one fails from now on.
            command.ExecuteNonQuery();
        }
        using var metrics = new HeartbeatMetrics(() => [], () => 0);
        await using var sent = new SentHeartbeats(stage.Database, stage.Ledger, metrics, () => new([], time.GetUtcNow().ToUnixTimeMilliseconds(), []), time, NullLogger.Instance);
        await Taking.TakeAsync(preparation => sent.Prepare([new() { Url = Secret.Inline(service.Url), Every = TimeSpan.FromMinutes(1), IsPost = false, Http = HttpClientConfig.Default }], preparation));
        await PassAsync(sent, seconds: 30);

        Assert.Empty(service.Requests);
        Assert.Contains("could not be written", sent.Show().Single().State.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reload_that_changes_nothing_sends_none()
    {
        using var service = new FakeService((context, _) => FakeService.Write(context, answer, ""), type: "");
        await using var stage = new EngineStage("route: {receiver: team}\nreceivers: [{name: team}]");
        await stage.StartAsync();
        using var metrics = new HeartbeatMetrics(() => [], () => 0);
        await using var sent = new SentHeartbeats(stage.Database, stage.Ledger, metrics, () => new([], time.GetUtcNow().ToUnixTimeMilliseconds(), []), time, NullLogger.Instance);
        for (var reload = 0; reload < 3; reload++)
        {
            await Taking.TakeAsync(preparation => sent.Prepare([new() { Url = Secret.Inline(service.Url), Every = TimeSpan.FromHours(1), IsPost = false, Http = HttpClientConfig.Default }], preparation));
            await PassAsync(sent, seconds: 2);
        }

        Assert.Single(service.Requests);
    }

    /// <summary>Waits after each second until what was begun has ended: the wire has a clock of its own.</summary>
    async Task PassAsync(SentHeartbeats sent, int seconds)
    {
        for (var second = 0; second < seconds; second++)
        {
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            await EngineStage.UntilAsync(
                () =>
                {
                    sent.Look(); // Again and again: nothing is begun while the task of the last attempt is ending.
                    return sent.Show().All(sender => sender.State.NextMs > now);
                },
                "the attempt ends");
            time.Advance(TimeSpan.FromSeconds(1));
        }
    }
}
