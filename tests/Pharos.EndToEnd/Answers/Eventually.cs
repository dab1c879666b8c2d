namespace Pharos.EndToEnd.Answers;

/// <summary>Waits for something that another process does.</summary>
static class Eventually
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public static async Task HoldsAsync(Func<Task<bool>> condition, Func<string> what)
    {
        var startedAt = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                if (await condition()) return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
            if (TimeProvider.System.GetElapsedTime(startedAt) > Patience) Assert.Fail($"waited {Patience.TotalSeconds} s in vain: {what()}");
            await Task.Delay(Pause);
        }
    }
}
