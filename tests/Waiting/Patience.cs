namespace Pharos.Waiting;

/// <summary>How long any test waits for what another thread, process or machine does: the one place that says it.</summary>
static class Patience
{
    /// <summary>It never decides a test, it only ends one that would hang; on a machine with half a processor nothing may come near it.</summary>
    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(120);

    /// <summary>Cancelled when the test ends or the patience does.</summary>
    public static CancellationTokenSource Begin()
    {
        var end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        end.CancelAfter(Limit);
        return end;
    }
}
