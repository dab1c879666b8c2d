using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Pharos.AspNetCore.Health.Checks;

/// <summary>Gets an address; any answer below 400 is well. Redirects are answers.</summary>
sealed class HttpHealthCheck(Uri address) : IHealthCheck
{
    /// <summary>One for all checks, for the life of the process. Connections are renewed, so that a changed address is seen.</summary>
    static readonly HttpClient Client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(1) });

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            using var answer = await Client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            var status = (int)answer.StatusCode;
            return status < 400 ? HealthCheckResult.Healthy() : new(context.Registration.FailureStatus, string.Create(CultureInfo.InvariantCulture, $"it answers with status {status}"));
        }
        catch (HttpRequestException error)
        {
            return new(context.Registration.FailureStatus, "it cannot be reached", error);
        }
    }
}
