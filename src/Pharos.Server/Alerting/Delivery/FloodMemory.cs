namespace Pharos.Server.Alerting.Delivery;

/// <summary>Gives memory back after a flood of alerts: the runtime keeps it as long as nothing else is allocated, which in a quiet process is for ever.</summary>
/// <remarks>Threads: <see cref="Took"/> by anyone; <see cref="GiveBackWhenQuiet"/> by one.</remarks>
sealed class FloodMemory(TimeProvider time)
{
    /// <summary>Fewer leave too little behind for a pause of some ten milliseconds.</summary>
    const long FloodAlerts = 5_000;

    static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2);

    long taken;
    long lastAt;

    public void Took(int alerts)
    {
        Interlocked.Add(ref taken, alerts);
        Volatile.Write(ref lastAt, time.GetTimestamp());
    }

    /// <summary>Whether there was a flood, and it has been quiet since.</summary>
    public bool IsOver => Interlocked.Read(ref taken) >= FloodAlerts && time.GetElapsedTime(Volatile.Read(ref lastAt)) >= Quiet;

    public void GiveBackWhenQuiet()
    {
        if (!IsOver) return;
        Interlocked.Exchange(ref taken, 0);
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }
}
