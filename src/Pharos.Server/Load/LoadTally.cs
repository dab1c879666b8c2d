using System.Collections.Concurrent;

namespace Pharos.Server.Load;

/// <summary>What became of the requests so far. Of one step, or of all.</summary>
/// <remarks>Threads: any number count and read at once.</remarks>
sealed class LoadTally
{
    readonly ConcurrentDictionary<int, long> statuses = new();
    readonly ConcurrentDictionary<string, long> faults = new(StringComparer.Ordinal);
    long sent;
    long unexpected;

    /// <summary>From when a request was due to the last byte of its answer, or to the end of waiting. Faults that end at once, such as a refused
    /// connection, are not in it: they would make a broken service look fast.</summary>
    public LatencyHistogram Latency { get; } = new();

    /// <summary>The same from when it was sent: what is left of the latency without queueing on this side.</summary>
    public LatencyHistogram Service { get; } = new();

    public long Sent => Interlocked.Read(ref sent);

    /// <summary>Answers by status.</summary>
    public IReadOnlyDictionary<int, long> Statuses => statuses;

    /// <summary>Requests without an answer, by kind of fault.</summary>
    public IReadOnlyDictionary<string, long> Faults => faults;

    public long Answered => statuses.Values.Sum();

    /// <summary>Requests without an answer, and answers above 399 that were not expected.</summary>
    public long Failed => faults.Values.Sum() + Interlocked.Read(ref unexpected);

    public void Began() => Interlocked.Increment(ref sent);

    public void Answer(int status, bool isExpected, TimeSpan latency, TimeSpan service)
    {
        statuses.AddOrUpdate(status, 1, static (_, count) => count + 1);
        if (!isExpected) Interlocked.Increment(ref unexpected);
        Latency.Record(latency);
        Service.Record(service);
    }

    public void Fault(string kind) => faults.AddOrUpdate(kind, 1, static (_, count) => count + 1);

    /// <summary>Counted as a fault, and as a latency: whoever waited so long has waited.</summary>
    public void TimedOut(TimeSpan latency, TimeSpan service)
    {
        Fault(LoadFaults.Timeout);
        Latency.Record(latency);
        Service.Record(service);
    }
}
