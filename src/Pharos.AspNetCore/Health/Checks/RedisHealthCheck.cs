using Microsoft.Extensions.Diagnostics.HealthChecks;
using Pharos.AspNetCore.Redis;

namespace Pharos.AspNetCore.Health.Checks;

/// <summary>Sends <c>PING</c>.</summary>
sealed class RedisHealthCheck(RedisClient redis) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await redis.PingAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            return new(context.Registration.FailureStatus, "Redis does not answer", error);
        }
    }
}
