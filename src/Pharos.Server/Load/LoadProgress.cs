namespace Pharos.Server.Load;

/// <summary>Says how a run fares while it lasts: on a terminal one line that is rewritten, otherwise a plain line now and then.</summary>
static class LoadProgress
{
    static readonly TimeSpan OnTerminal = TimeSpan.FromMilliseconds(500);
    static readonly TimeSpan OnPaper = TimeSpan.FromSeconds(10);

    /// <summary>Returns soon after <paramref name="ended"/>.</summary>
    public static async Task FollowAsync(LoadRun run, TextWriter output, bool isTerminal, TimeProvider time, CancellationToken ended)
    {
        var width = 0;
        using var timer = new PeriodicTimer(isTerminal ? OnTerminal : OnPaper, time);
        try
        {
            while (await timer.WaitForNextTickAsync(ended))
            {
                var line = LoadReport.Progress(run);
                if (isTerminal) await output.WriteAsync($"\r{line.PadRight(width)}");
                else await output.WriteLineAsync(line);
                width = line.Length;
            }
        }
        catch (OperationCanceledException)
        {
            // The end of the run.
        }
        if (isTerminal && width > 0) await output.WriteAsync($"\r{new string(' ', width)}\r");
    }
}
