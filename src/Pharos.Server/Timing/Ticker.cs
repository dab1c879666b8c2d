namespace Pharos.Server.Timing;

/// <summary>Asks once a second those of a room who decide by the clock.</summary>
/// <remarks>Whoever is asked decides by the time alone and must be quick; what takes longer is begun, not awaited.</remarks>
sealed partial class Ticker : IAsyncDisposable
{
    static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    readonly CancellationTokenSource stop = new();
    readonly Task loop;

    /// <param name="room">For the log, when one of them breaks.</param>
    public Ticker(string room, TimeProvider time, ILogger logger, params IReadOnlyList<Action> asked) => loop = Task.Run(() => RunAsync(room, time, logger, asked));

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await loop;
        stop.Dispose();
    }

    async Task RunAsync(string room, TimeProvider time, ILogger logger, IReadOnlyList<Action> asked)
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
                        Broke(logger, room, error);
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The server ends.
        }
    }

    [LoggerMessage(LogLevel.Error, "A look at the clock of {Room} broke")]
    static partial void Broke(ILogger logger, string room, Exception error);
}
