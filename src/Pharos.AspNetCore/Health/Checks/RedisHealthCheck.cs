using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Pharos.AspNetCore.Health.Checks;

/// <summary>Sends <c>PING</c>, by whichever client.</summary>
sealed class RedisHealthCheck(Func<CancellationToken, Task> ping) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await ping(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            return new(context.Registration.FailureStatus, "Redis does not answer", error);
        }
    }
}
