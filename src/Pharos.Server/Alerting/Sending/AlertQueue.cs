namespace Pharos.Server.Alerting.Sending;

/// <summary>Alerts that wait for one receiver, oldest first. Full, it drops the oldest: the newest say what is true now.</summary>
/// <remarks>Threads: safe for several who add and one who takes.</remarks>
sealed class AlertQueue(int capacity)
{
    readonly Lock gate = new();
    readonly Queue<Alert> waiting = new();
    readonly SemaphoreSlim filled = new(0, 1);

    public int Count
    {
        get
        {
            lock (gate) return waiting.Count;
        }
    }

    /// <returns>How many had to be dropped.</returns>
    public int Add(IReadOnlyList<Alert> alerts)
    {
        var dropped = 0;
        lock (gate)
        {
            foreach (var alert in alerts)
            {
                if (waiting.Count == capacity)
                {
                    waiting.Dequeue();
                    dropped++;
                }
                waiting.Enqueue(alert);
            }
            if (waiting.Count > 0 && filled.CurrentCount == 0) filled.Release();
        }
        return dropped;
    }

    /// <summary>Takes up to that many; empty when nothing waits.</summary>
    public IReadOnlyList<Alert> Take(int max)
    {
        lock (gate)
        {
            var batch = new List<Alert>(Math.Min(max, waiting.Count));
            while (batch.Count < max && waiting.TryDequeue(out var alert)) batch.Add(alert);
            return batch;
        }
    }

    /// <summary>Completes when something was added since the last wait; it may be taken already.</summary>
    public Task WaitAsync(CancellationToken cancellation) => filled.WaitAsync(cancellation);
}
