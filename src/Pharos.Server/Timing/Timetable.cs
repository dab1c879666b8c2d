namespace Pharos.Server.Timing;

/// <summary>The times of work that comes again and again: all multiples of its interval since the epoch, moved by an offset of its own.</summary>
/// <remarks>
/// <para>The offset comes from a hash that is the same in every process, so that turns spread evenly over the interval and a restart moves none.</para>
/// <para>Turns that passed while one ran are left out, and move none: <see cref="Next"/> gives the one to wait for, <see cref="Latest"/> the one that is due.</para>
/// </remarks>
readonly record struct Timetable
{
    readonly long offsetMs;

    public Timetable(long intervalMs, ulong hash)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(intervalMs, 1);
        IntervalMs = intervalMs;
        offsetMs = (long)(hash % (ulong)intervalMs);
    }

    public long IntervalMs { get; }

    /// <summary>FNV-1a: the same over versions, as the runtime's own is not.</summary>
    public static ulong Hash(string name)
    {
        var hash = 14_695_981_039_346_656_037UL;
        foreach (var c in name) hash = (hash ^ c) * 1_099_511_628_211UL;
        return hash;
    }

    /// <summary>The last turn that is not after the moment.</summary>
    public long Latest(long momentMs) => momentMs - ((((momentMs - offsetMs) % IntervalMs) + IntervalMs) % IntervalMs);

    /// <summary>The first turn that is not before the moment.</summary>
    public long First(long momentMs) => Latest(momentMs + IntervalMs - 1);

    /// <summary>The first turn after the last one that has not passed.</summary>
    public long Next(long lastMs, long nowMs) => First(Math.Max(lastMs + 1, nowMs));

    /// <summary>Completes when the clock has reached the moment.</summary>
    /// <exception cref="OperationCanceledException">Asked to end before.</exception>
    public static async Task WaitAsync(TimeProvider time, long momentMs, CancellationToken cancellation)
    {
        // Timers may fire early by their own clock's grain, hence the loop.
        for (var leftMs = momentMs - NowMs(time); leftMs > 0; leftMs = momentMs - NowMs(time))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(leftMs, int.MaxValue)), time, cancellation).ConfigureAwait(false);
        }
        cancellation.ThrowIfCancellationRequested();
    }

    static long NowMs(TimeProvider time) => time.GetUtcNow().ToUnixTimeMilliseconds();
}
