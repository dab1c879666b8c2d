using System.Data.Common;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Pharos.AspNetCore.Health.Checks;
using Pharos.AspNetCore.Redis;

namespace Pharos.AspNetCore.Health;

/// <summary>Checks of what services depend on. A required one that fails makes the service not ready; an optional one is only told.</summary>
public static class HealthChecksExtensions
{
    /// <summary>Opens a connection and runs <c>SELECT 1</c>.</summary>
    /// <param name="builder">Of <c>services.AddHealthChecks()</c>.</param>
    /// <param name="name">Name in the answer and in the metrics.</param>
    /// <param name="source">Null: the <see cref="DbDataSource"/> of the services.</param>
    /// <param name="isRequired">Whether a failure makes the service not ready.</param>
    /// <param name="timeout">Null: <see cref="HealthOptions.CheckTimeout"/>.</param>
    public static IHealthChecksBuilder AddDatabase(this IHealthChecksBuilder builder, string name = "database", Func<IServiceProvider, DbDataSource>? source = null, bool isRequired = true, TimeSpan? timeout = null) =>
        Add(builder, name, services => new DatabaseHealthCheck(source?.Invoke(services) ?? services.GetRequiredService<DbDataSource>()), isRequired, timeout);

    /// <summary>Sends <c>PING</c>.</summary>
    /// <inheritdoc cref="AddDatabase" path="/param"/>
    /// <param name="client">Null: the <see cref="RedisClient"/> of the services.</param>
    public static IHealthChecksBuilder AddRedis(this IHealthChecksBuilder builder, string name = "redis", Func<IServiceProvider, RedisClient>? client = null, bool isRequired = false, TimeSpan? timeout = null) =>
        AddRedis(builder, (services, cancellation) => (client?.Invoke(services) ?? services.GetRequiredService<RedisClient>()).PingAsync(cancellation), name, isRequired, timeout);

    /// <summary>Sends <c>PING</c> by the application's own client, such as StackExchange.Redis.</summary>
    /// <inheritdoc cref="AddDatabase" path="/param"/>
    /// <param name="ping">Fails when Redis does not answer: <c>(services, _) => services.GetRequiredService&lt;IConnectionMultiplexer&gt;().GetDatabase().PingAsync()</c>.</param>
    public static IHealthChecksBuilder AddRedis(this IHealthChecksBuilder builder, Func<IServiceProvider, CancellationToken, Task> ping, string name = "redis", bool isRequired = false, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(ping);
        return Add(builder, name, services => new RedisHealthCheck(cancellation => ping(services, cancellation)), isRequired, timeout);
    }

    /// <summary>Gets an address; any answer below 400 is well.</summary>
    /// <inheritdoc cref="AddDatabase" path="/param"/>
    /// <param name="address">Absolute, http or https.</param>
    public static IHealthChecksBuilder AddHttp(this IHealthChecksBuilder builder, string name, Uri address, bool isRequired = true, TimeSpan? timeout = null)
    {
        if (!address.IsAbsoluteUri || address.Scheme is not ("http" or "https")) throw new ArgumentException("the address must be absolute, with http or https", nameof(address));
        return Add(builder, name, _ => new HttpHealthCheck(address), isRequired, timeout);
    }

    /// <summary>Looks whether the file system of a path has room.</summary>
    /// <inheritdoc cref="AddDatabase" path="/param"/>
    /// <param name="path">Any file or folder of it.</param>
    /// <param name="minFreeRatio">0 to 1: the share that must be free.</param>
    public static IHealthChecksBuilder AddDiskSpace(this IHealthChecksBuilder builder, string name = "disk", string path = ".", double minFreeRatio = 0.1, bool isRequired = true, TimeSpan? timeout = null)
    {
        if (minFreeRatio is not (>= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(minFreeRatio), minFreeRatio, "write a share from 0 to 1");
        return Add(builder, name, _ => new DiskSpaceHealthCheck(path, minFreeRatio), isRequired, timeout);
    }

    static IHealthChecksBuilder Add(IHealthChecksBuilder builder, string name, Func<IServiceProvider, IHealthCheck> create, bool isRequired, TimeSpan? timeout) =>
        builder.Add(new HealthCheckRegistration(name, create, isRequired ? HealthStatus.Unhealthy : HealthStatus.Degraded, [HealthTags.Ready], timeout));
}
