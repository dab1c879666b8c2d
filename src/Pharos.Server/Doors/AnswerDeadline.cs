namespace Pharos.Server.Doors;

/// <summary>Cuts a client that does not take its answer within <see cref="DoorLimits.AnswerTime"/>.</summary>
/// <remarks>The clock starts when the client has first to be waited for, so that an answer that goes out at once costs nothing. Threads: one writer.</remarks>
sealed class AnswerDeadline(HttpContext context, DoorLimits limits) : IDisposable
{
    readonly Lock gate = new();
    ITimer? timer;
    bool isOver;

    /// <summary>Waits for a write to the client. When it is cut, the write ends as for a client that went away.</summary>
    public ValueTask WaitAsync(ValueTask writing)
    {
        if (!writing.IsCompleted) Start();
        return writing;
    }

    /// <inheritdoc cref="WaitAsync(ValueTask)"/>
    public Task WaitAsync(Task writing)
    {
        if (!writing.IsCompleted) Start();
        return writing;
    }

    /// <summary>All that was written is taken, and what follows has its own time: for answers that go on as long as their client listens.</summary>
    public void Restart()
    {
        timer?.Dispose();
        timer = null;
    }

    public void Dispose()
    {
        lock (gate) isOver = true; // The web server uses the context again, for the next request of the connection.
        timer?.Dispose();
    }

    void Start() => timer ??= limits.Time.CreateTimer(static self => ((AnswerDeadline)self!).Cut(), this, limits.AnswerTime, Timeout.InfiniteTimeSpan);

    void Cut()
    {
        lock (gate)
        {
            if (!isOver) context.Abort();
        }
    }
}
