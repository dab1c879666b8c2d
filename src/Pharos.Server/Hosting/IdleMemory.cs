namespace Pharos.Server.Hosting;

/// <summary>Gives memory back after rare large work, such as a query over a year or a scrape of a hundred megabytes.</summary>
/// <remarks>
/// <para>Why: buffers go back to pools, which give up what nobody took for a minute, but look only when the oldest generation is collected; and a quiet
/// server allocates too little for that ever to happen. A gigabyte stayed for good after one query.</para>
/// <para>Cost: a pause of some milliseconds at a quiet moment, and none while the heap is small. What several collections did not free is in use: it is
/// left alone until the heap has grown.</para>
/// <para>Threads: <see cref="Look"/> is called by one timer, never twice at a time.</para>
/// </remarks>
sealed class IdleMemory : IDisposable
{
    /// <summary>A smaller heap is not worth a pause.</summary>
    internal const long WorthBytes = 128L << 20;

    /// <summary>Allocations between two looks up to which a server counts as quiet. A busy one collects by itself.</summary>
    internal const long QuietBytes = 64L << 20;

    /// <summary>Pools give up a part at each collection, and nothing before it lay there for a minute.</summary>
    internal const int MaxFutile = 5;

    static readonly TimeSpan Interval = TimeSpan.FromSeconds(20);

    readonly Func<HeapFigures> read;
    readonly Action collect;
    readonly ITimer timer;
    HeapFigures last;
    long floorBytes;
    int futile;

    public IdleMemory(TimeProvider time)
        : this(HeapFigures.Now, static () => GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: false), time)
    {
    }

    internal IdleMemory(Func<HeapFigures> read, Action collect, TimeProvider time)
    {
        (this.read, this.collect) = (read, collect);
        last = read();
        timer = time.CreateTimer(static state => ((IdleMemory)state!).LookAndWait(), this, Interval, Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => timer.Dispose();

    internal void Look()
    {
        var now = read();
        var isQuiet = now.AllocatedBytes - last.AllocatedBytes <= QuietBytes && now.Collections == last.Collections;
        if (now.Bytes > floorBytes + (floorBytes / 4)) futile = 0; // There is something new to give back.
        last = now;
        if (!isQuiet || now.Bytes < WorthBytes || futile >= MaxFutile) return;
        collect();
        last = read();
        futile = last.Bytes < now.Bytes - (now.Bytes / 20) ? 0 : futile + 1;
        floorBytes = last.Bytes;
    }

    void LookAndWait()
    {
        try
        {
            Look();
        }
        catch (Exception error) when (error is InvalidOperationException or OutOfMemoryException)
        {
            futile = MaxFutile; // An exception of a timer ends the process, and this is about comfort only.
        }
        timer.Change(Interval, Timeout.InfiniteTimeSpan); // Anew each time, so that a long pause never makes two looks at once.
    }
}
