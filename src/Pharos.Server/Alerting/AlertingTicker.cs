namespace Pharos.Server.Alerting;

/// <summary>Asks at a steady pace those who decide by the clock: fire drills, heartbeats, proofs that grow old.</summary>
/// <remarks>Whoever is asked decides by the time alone and must be quick; what takes longer is begun, not awaited.</remarks>
sealed partial class AlertingTicker : IAsyncDisposable
{
    static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    readonly CancellationTokenSource stop = new();
    readonly Task loop;

    public AlertingTicker(TimeProvider time, ILogger logger, params IReadOnlyList<Action> asked) => loop = Task.Run(() => RunAsync(time, logger, asked));

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await loop;
        stop.Dispose();
    }

    async Task RunAsync(TimeProvider time, ILogger logger, IReadOnlyList<Action> asked)
    {
        using var timer = new PeriodicTimer(Pace, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop.Token))
            {
                foreach (var ask in asked)
                {
                    try
                    {
                        ask();
                    }
                    catch (Exception error) // One that breaks must not stop the others, nor end for ever.
                    {
                        Broke(logger, error);
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The server ends.
        }
    }

    [LoggerMessage(LogLevel.Error, "A look at the clock of alerting broke")]
    static partial void Broke(ILogger logger, Exception error);
}
