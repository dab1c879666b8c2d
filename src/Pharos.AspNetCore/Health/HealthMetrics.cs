using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Pharos.AspNetCore.Metrics;

namespace Pharos.AspNetCore.Health;

/// <summary>The newest result of each check as metrics, which are readable when the service is not well: the scrape answers 200 all the same.</summary>
/// <remarks>Fed by the probes, and by the host's own rounds (every 30 s), so that there is news even where nobody probes.</remarks>
sealed class HealthMetrics : IHealthCheckPublisher
{
    readonly ConcurrentDictionary<string, HealthReportEntry> newest = new(StringComparer.Ordinal);

    public HealthMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(PharosMeters.Health);
        meter.CreateObservableGauge("health_check_status", () => Each(entry => entry.Status switch { HealthStatus.Healthy => 1.0, HealthStatus.Degraded => 0.5, _ => 0.0 }), description: "Newest result of a health check: 1 healthy, 0.5 degraded (an optional one fails), 0 unhealthy.");
        meter.CreateObservableGauge("health_check_duration_seconds", () => Each(entry => entry.Duration.TotalSeconds), "s", "Time that the newest run of a health check took.");
    }

    public Task PublishAsync(HealthReport report, CancellationToken cancellationToken)
    {
        Take(report);
        return Task.CompletedTask;
    }

    public void Take(HealthReport report)
    {
        foreach (var (name, entry) in report.Entries) newest[name] = entry;
    }

    Measurement<double>[] Each(Func<HealthReportEntry, double> value) => [.. newest.Select(pair => new Measurement<double>(value(pair.Value), new KeyValuePair<string, object?>("check", pair.Key)))];
}
