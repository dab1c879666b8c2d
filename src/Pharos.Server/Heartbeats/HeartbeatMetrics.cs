using System.Diagnostics.Metrics;

namespace Pharos.Server.Heartbeats;

/// <summary>What heartbeats tell of themselves.</summary>
sealed class HeartbeatMetrics : IDisposable
{
    readonly Meter meter = new("Pharos.Alerting.Heartbeats");
    readonly Counter<long> sent;
    readonly Counter<long> failed;

    public HeartbeatMetrics(Func<IReadOnlyList<ShownHeartbeat>> expected, Func<int> faults)
    {
        sent = meter.CreateCounter<long>("pharos_heartbeats_sent_total", description: "Heartbeats that a service took.");
        failed = meter.CreateCounter<long>("pharos_heartbeats_failed_total", description: "Heartbeats that were sent and not taken.");
        meter.CreateObservableGauge("pharos_alerting_pipeline_faults", faults, description: "Reasons why an alert would not arrive now; heartbeats are held back while there are any.");
        meter.CreateObservableGauge(
            "pharos_heartbeat_missing", () => expected().Select(one => Of(one, one.State.MissingSinceMs is null ? 0 : 1)), description: "Whether an expected heartbeat stays away.");
        meter.CreateObservableGauge(
            "pharos_heartbeat_last_timestamp_seconds", () => expected().Where(one => one.State.LastMs is not null).Select(one => Of(one, one.State.LastMs!.Value / 1e3)), description: "When an expected heartbeat came last.");
    }

    public void Sent(string host) => sent.Add(1, new KeyValuePair<string, object?>("host", host));

    public void Failed(string host) => failed.Add(1, new KeyValuePair<string, object?>("host", host));

    public void Dispose() => meter.Dispose();

    static Measurement<double> Of(ShownHeartbeat one, double value) => new(value, new KeyValuePair<string, object?>("heartbeat", one.Config.Name));
}
