using System.Diagnostics.Metrics;

namespace Pharos.AspNetCore.Metrics;

/// <summary>What most services count beside their requests: logins, caches, errors. Take it by constructor; own metrics are made with a <see cref="Meter"/>.</summary>
/// <remarks>Threads: any. Errors: none. Label values are few by intent: reasons and types are words of the program, never of its users.</remarks>
public sealed class ApplicationMetrics
{
    readonly Counter<long> attempts;
    readonly Counter<long> failures;
    readonly Counter<long> hits;
    readonly Counter<long> misses;
    readonly Counter<long> errors;

    /// <summary>Made by <c>AddPharos</c>.</summary>
    public ApplicationMetrics(IMeterFactory meters, PharosOptions options)
    {
        var meter = meters.Create(PharosMeters.Application);
        attempts = meter.CreateCounter<long>("auth_attempts_total", description: "Attempts to log in, by result: success, failed, locked.");
        failures = meter.CreateCounter<long>("auth_failures_total", description: "Attempts to log in that failed, by reason.");
        hits = meter.CreateCounter<long>("cache_hits_total", description: "Look-ups that the cache answered.");
        misses = meter.CreateCounter<long>("cache_misses_total", description: "Look-ups that the cache could not answer.");
        errors = meter.CreateCounter<long>("api_errors_total", description: "Errors, by type and endpoint.");
        Measurement<int> application = new(1, new("version", options.ServiceVersion), new KeyValuePair<string, object?>("environment", options.Environment));
        meter.CreateObservableGauge("app_info", () => application, description: "Version and environment of the application; always 1.");
    }

    /// <summary>Somebody logged in: <c>auth_attempts_total{result="success"}</c>.</summary>
    public void LoginSucceeded() => attempts.Add(1, new KeyValuePair<string, object?>("result", "success"));

    /// <summary>Somebody could not log in: <c>auth_attempts_total{result="failed"}</c>, or <c>locked</c> for a locked account, and <c>auth_failures_total{reason}</c>.</summary>
    /// <param name="reason">One of <see cref="LoginFailure"/>, or another word of the program.</param>
    public void LoginFailed(string reason)
    {
        attempts.Add(1, new KeyValuePair<string, object?>("result", reason == LoginFailure.AccountLocked ? "locked" : "failed"));
        failures.Add(1, new KeyValuePair<string, object?>("reason", reason));
    }

    /// <summary>The cache had it: <c>cache_hits_total{cache_type}</c>.</summary>
    /// <param name="cacheType">Such as <c>redis</c> or <c>memory</c>.</param>
    public void CacheHit(string cacheType) => hits.Add(1, new KeyValuePair<string, object?>("cache_type", cacheType));

    /// <summary>The cache did not have it: <c>cache_misses_total{cache_type}</c>.</summary>
    /// <param name="cacheType">Such as <c>redis</c> or <c>memory</c>.</param>
    public void CacheMiss(string cacheType) => misses.Add(1, new KeyValuePair<string, object?>("cache_type", cacheType));

    /// <summary>Something failed: <c>api_errors_total{error_type,endpoint}</c>. Exceptions that a request lets go are counted already.</summary>
    /// <param name="errorType">Such as the name of the exception's type.</param>
    /// <param name="endpoint">The route template, not the path.</param>
    public void ApiError(string errorType, string endpoint) => errors.Add(1, new("error_type", errorType), new KeyValuePair<string, object?>("endpoint", endpoint));
}
