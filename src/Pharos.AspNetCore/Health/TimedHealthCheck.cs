using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Pharos.AspNetCore.Health;

/// <summary>Ends the wait for a check in time, also for one that blocks its thread or ignores its token.</summary>
/// <remarks>While such a check hangs it is not started again: a probe every second must not leave a thread behind each time.</remarks>
sealed class TimedHealthCheck(Func<IServiceProvider, IHealthCheck> create, TimeSpan timeout)
{
    readonly Lock gate = new();
    Task<HealthCheckResult>? hanging;

    public IHealthCheck For(IServiceProvider services) => new Bound(this, services);

    async Task<HealthCheckResult> CheckAsync(IServiceProvider services, HealthCheckContext context, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(timeout);
        Task<HealthCheckResult> running;
        lock (gate)
        {
            if (hanging is { IsCompleted: false }) return Failed(context, $"it has not answered for longer than {timeout}, and is still being waited for");
            var token = limit.Token;
            running = Task.Run(() => create(services).CheckHealthAsync(context, token), CancellationToken.None);
            hanging = running;
        }
        try
        {
            return await running.WaitAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            _ = running.ContinueWith(static late => _ = late.Exception, TaskScheduler.Default); // Seen, so that it is nobody's unobserved exception.
            return Failed(context, $"it did not answer within {timeout}");
        }
    }

    static HealthCheckResult Failed(HealthCheckContext context, string reason) => new(context.Registration.FailureStatus, reason);

    sealed class Bound(TimedHealthCheck timed, IServiceProvider services) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => timed.CheckAsync(services, context, cancellationToken);
    }
}
