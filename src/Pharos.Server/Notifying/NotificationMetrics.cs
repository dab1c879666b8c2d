using System.Diagnostics.Metrics;

namespace Pharos.Server.Notifying;

/// <summary>What sending alerts tells of itself, under the names that Prometheus gave these figures.</summary>
sealed class NotificationMetrics : IDisposable
{
    readonly Meter meter = new("Pharos.Alerting");
    readonly Counter<long> sent;
    readonly Counter<long> errors;
    readonly Counter<long> dropped;
    readonly Histogram<double> latency;

    public NotificationMetrics(Func<int> queueLength, int queueCapacity, Func<int> discovered)
    {
        sent = meter.CreateCounter<long>("prometheus_notifications_sent_total", description: "Alerts sent.");
        errors = meter.CreateCounter<long>("prometheus_notifications_errors_total", description: "Alerts in requests that failed.");
        dropped = meter.CreateCounter<long>("prometheus_notifications_dropped_total", description: "Alerts given up, for a full queue or a receiver that failed.");
        latency = meter.CreateHistogram<double>("prometheus_notifications_latency_histogram_seconds", description: "Duration of requests to Alertmanagers.");
        meter.CreateObservableGauge("prometheus_notifications_queue_length", queueLength, description: "Alerts that wait to be sent.");
        meter.CreateObservableGauge("prometheus_notifications_queue_capacity", () => queueCapacity, description: "Most alerts that may wait for one Alertmanager.");
        meter.CreateObservableGauge("prometheus_notifications_alertmanagers_discovered", discovered, description: "Alertmanagers that alerts are sent to.");
    }

    public void Sent(string alertmanager, int alerts, TimeSpan duration)
    {
        sent.Add(alerts, Tag(alertmanager));
        latency.Record(duration.TotalSeconds, Tag(alertmanager));
    }

    public void Failed(string alertmanager, int alerts) => errors.Add(alerts, Tag(alertmanager));

    public void Dropped(string alertmanager, int alerts) => dropped.Add(alerts, Tag(alertmanager));

    public void Dispose() => meter.Dispose();

    static KeyValuePair<string, object?> Tag(string alertmanager) => new("alertmanager", alertmanager);
}
