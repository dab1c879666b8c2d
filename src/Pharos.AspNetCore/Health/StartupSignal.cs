namespace Pharos.AspNetCore.Health;

/// <summary>Holds back <c>/health/startup</c> while work of the start, such as migrations, is under way.</summary>
/// <remarks>Threads: any.</remarks>
public sealed class StartupSignal
{
    readonly Lock gate = new();
    readonly List<string> pending = [];

    /// <summary>Names of the work under way.</summary>
    public IReadOnlyList<string> Pending
    {
        get
        {
            lock (gate) return [.. pending];
        }
    }

    /// <summary>Begins work that the start includes. Dispose what is returned when it is done.</summary>
    /// <param name="name">A word for the answer of the probe, such as <c>migrations</c>.</param>
    public IDisposable Begin(string name)
    {
        lock (gate) pending.Add(name);
        return new Work(this, name);
    }

    void End(string name)
    {
        lock (gate) pending.Remove(name);
    }

    sealed class Work(StartupSignal signal, string name) : IDisposable
    {
        int isDone;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref isDone, 1) == 0) signal.End(name);
        }
    }
}
