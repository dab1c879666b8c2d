namespace Pharos.Tests.Server.Rules;

/// <summary>A clock that only moves when it is told to, and then fires the timers that are due, in order.</summary>
sealed class ManualTime(long startMs) : TimeProvider
{
    readonly Lock gate = new();
    readonly List<ManualTimer> timers = [];
    long nowMs = startMs;

    /// <summary>When the timers that wait now are due, earliest first.</summary>
    public IReadOnlyList<long> DueMs
    {
        get
        {
            lock (gate) return [.. timers.Select(timer => timer.DueMs).Order()];
        }
    }

    public long NowMs => Interlocked.Read(ref nowMs);

    public override long TimestampFrequency => 1_000;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(NowMs);

    public override long GetTimestamp() => NowMs;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(TimeSpan by)
    {
        var endMs = NowMs + (long)by.TotalMilliseconds;
        while (true)
        {
            ManualTimer? due;
            lock (gate)
            {
                due = timers.Where(timer => timer.DueMs <= endMs).MinBy(timer => timer.DueMs);
                if (due is not null) timers.Remove(due);
            }
            if (due is null) break;
            Interlocked.Exchange(ref nowMs, Math.Max(NowMs, due.DueMs));
            due.Fire();
        }
        Interlocked.Exchange(ref nowMs, endMs);
    }

    /// <summary>A timer that fires once; nothing here needs a period.</summary>
    sealed class ManualTimer(ManualTime time, TimerCallback callback, object? state) : ITimer
    {
        public long DueMs { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time.gate)
            {
                time.timers.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan) return true;
                DueMs = time.NowMs + (long)dueTime.TotalMilliseconds;
                time.timers.Add(this);
                return true;
            }
        }

        public void Fire() => callback(state);

        public void Dispose()
        {
            lock (time.gate) time.timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
