using Microsoft.Extensions.Logging.Abstractions;
using Pharos.Model.Labels;
using Pharos.Server.Alerting;
using Pharos.Server.Config;
using Pharos.Server.Doors;
using Pharos.Server.Findings;
using Pharos.Server.Heartbeats;
using Pharos.Server.Series;
using Pharos.Tests.Server.Alerting;
using Pharos.Tests.Server.Notifying;

namespace Pharos.Tests.Server.Heartbeats;

/// <summary>The room above the real rooms of alerts, with a service that takes what they tell.</summary>
public sealed class HeartbeatsRoomTests : IDisposable
{
    static readonly HeartbeatsConfig Missing = new() { Expect = [new() { Name = "backup", Every = TimeSpan.FromSeconds(1), Grace = TimeSpan.Zero }] };

    readonly string folder = Directory.CreateTempSubdirectory("pharos-heartbeats-").FullName;
    readonly FindingBook findings = new(TimeProvider.System);
    readonly FakeService service = FakeService.Answering(200, "ok");

    /// <summary>Its time ran out while the server was away, but it holds: nobody must hear that it is over.</summary>
    [Fact]
    public async Task An_alert_of_before_a_restart_does_not_end_for_a_moment()
    {
        await using (var before = Rooms(TimeSpan.Zero))
        {
            await before.TakeAsync(Config);
            await Eventually.HoldsAsync(() => service.Requests.Count == 1, "it is told that the heartbeat stays away");
        }
        await using var rooms = Rooms(TimeSpan.FromHours(1));
        await rooms.TakeAsync(Config);
        rooms.Alerting.Send([new(LabelSet.From(("alertname", "Other")), LabelSet.Empty, 0, DateTimeOffset.UtcNow.AddHours(2).ToUnixTimeMilliseconds(), "")]);
        await Eventually.HoldsAsync(() => service.Requests.Any(told => told.Body.Contains("\"Other\"", StringComparison.Ordinal)), "groups were looked at");

        Assert.Contains("\"region\":\"eu\"", service.Requests[0].Body, StringComparison.Ordinal);
        Assert.DoesNotContain(service.Requests, told => told.Body.Contains("\"status\":\"resolved\"", StringComparison.Ordinal));
    }

    /// <summary>Each says what it needs to know of the others through its own class: no room below knows this one.</summary>
    [Fact]
    public async Task A_way_that_alerts_proved_is_no_finding_any_more()
    {
        await using var rooms = Rooms(TimeSpan.Zero);
        await rooms.TakeAsync(Config.With(HeartbeatsConfig.Default));
        Assert.Contains(findings.All(), IsUnproven);
        rooms.Alerting.Send([new(LabelSet.From(("alertname", "Other")), LabelSet.Empty, 0, DateTimeOffset.UtcNow.AddHours(2).ToUnixTimeMilliseconds(), "")]);

        await Eventually.HoldsAsync(() => !findings.All().Any(IsUnproven), "the alert proved it");

        static bool IsUnproven(Finding finding) => finding.Message.Contains("webhook[0] of receiver team was never proven", StringComparison.Ordinal);
    }

    public void Dispose()
    {
        service.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    Configuration Config => Configuration.Empty.With(Missing)
        .With(new SeriesConfig { ExternalLabels = LabelSet.From(("region", "eu")) })
        .With(AlertmanagerFiles.Good($"route: {{receiver: team, group_by: [alertname], group_wait: 0s}}\nreceivers: [{{name: team, webhook_configs: [{{url: '{service.Url}'}}]}}]"));

    AlertRooms Rooms(TimeSpan later) => new(folder, findings, new LaterTime(later));

    sealed class LaterTime(TimeSpan later) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + later;
    }
}
