namespace Pharos.Waiting;

/// <summary>Waits for a condition that others bring about.</summary>
static class Eventually
{
    static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(5);
    static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(100);

    public static Task HoldsAsync(Func<bool> condition, string what) => HoldsAsync(condition, () => what);

    /// <param name="what">Asked for only when the condition never came to hold, so that it can tell what was there instead.</param>
    public static Task HoldsAsync(Func<bool> condition, Func<string> what) => HoldsAsync(() => Task.FromResult(condition()), what);

    /// <summary>The same with a question to another process; a refused connection counts as "not yet".</summary>
    public static async Task HoldsAsync(Func<Task<bool>> condition, Func<string> what)
    {
        var startedAt = TimeProvider.System.GetTimestamp();
        for (var pause = ShortestPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                if (await condition()) return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
            if (TimeProvider.System.GetElapsedTime(startedAt) > Patience.Limit) Assert.Fail($"waited {Patience.Limit.TotalSeconds} s in vain: {what()}");
            await Task.Delay(pause, TestContext.Current.CancellationToken);
        }
    }
}
