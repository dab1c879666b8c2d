using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Pharos.AspNetCore.Health.Checks;

/// <summary>Looks whether the file system of a path has room.</summary>
sealed class DiskSpaceHealthCheck(string path, double minFreeRatio) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var drive = new DriveInfo(Path.GetFullPath(path));
            var ratio = drive.TotalSize > 0 ? (double)drive.AvailableFreeSpace / drive.TotalSize : 1;
            var text = string.Create(CultureInfo.InvariantCulture, $"{ratio * 100:0.0} % free");
            return Task.FromResult(ratio >= minFreeRatio ? HealthCheckResult.Healthy(text) : new(context.Registration.FailureStatus, text));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return Task.FromResult(new HealthCheckResult(context.Registration.FailureStatus, "the file system cannot be read", error));
        }
    }
}
