namespace Pharos.Tests;

/// <summary>Waits for what other threads do. How long never decides a test: the patience only ends one that would hang.</summary>
static class Eventually
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    public static async Task HoldsAsync(Func<bool> condition, string what)
    {
        var startedAt = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(startedAt) > Patience) Assert.Fail($"waited {Patience.TotalSeconds} s in vain: {what}");
            await Task.Delay(Pause, TestContext.Current.CancellationToken);
        }
    }
}
