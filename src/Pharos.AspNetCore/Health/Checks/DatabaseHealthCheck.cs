using System.Data.Common;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Pharos.AspNetCore.Health.Checks;

/// <summary>Opens a connection and runs <c>SELECT 1</c>.</summary>
sealed class DatabaseHealthCheck(DbDataSource source) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            await using var command = connection.CreateCommand();
            command.CommandText = "SELECT 1";
            await command.ExecuteScalarAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            return new(context.Registration.FailureStatus, "the database does not answer", error);
        }
    }
}
