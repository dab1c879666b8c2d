namespace Pharos.Tests.Server.Hosting;

/// <summary>The system's clock, but timers of one length end when a test says so: how fast the machine is decides nothing.</summary>
sealed class HurriedTime(TimeSpan length) : TimeProvider
{
    readonly Lock gate = new();
    readonly List<ITimer> held = [];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime != length) return timer;
        lock (gate) held.Add(timer);
        return timer;
    }

    /// <summary>Ends those that run.</summary>
    public void Expire()
    {
        lock (gate)
        {
            foreach (var timer in held) timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan); // Those that are disposed of do nothing.
            held.Clear();
        }
    }
}
