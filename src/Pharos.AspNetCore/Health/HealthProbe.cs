using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Pharos.AspNetCore.Health;

/// <summary>Runs the checks of one probe, once for all who ask at the same time, and keeps the result for a moment.</summary>
sealed class HealthProbe(HealthCheckService service, Func<HealthCheckRegistration, bool> isAsked, HealthMetrics metrics, TimeSpan cacheFor, TimeProvider time)
{
    readonly Lock gate = new();
    Task<HealthReport>? newest;
    long startedAt;

    /// <summary>The caller may give up; the checks run on for the others.</summary>
    public Task<HealthReport> RunAsync(CancellationToken cancellation)
    {
        Task<HealthReport> run;
        lock (gate)
        {
            if (newest is null || (newest.IsCompleted && time.GetElapsedTime(startedAt) >= cacheFor)) (newest, startedAt) = (CheckAsync(), time.GetTimestamp());
            run = newest;
        }
        return run.WaitAsync(cancellation);
    }

    async Task<HealthReport> CheckAsync()
    {
        await Task.Yield(); // Nothing of a check runs under the lock.
        var report = await service.CheckHealthAsync(isAsked, CancellationToken.None);
        metrics.Take(report);
        return report;
    }
}
