using Pharos.Model.Reading;
using Pharos.Query.PromQL.Syntax;

namespace Pharos.Query.PromQL.Execution;

/// <summary>What all operators of one query share: the data, the rules, the limits and the notes.</summary>
/// <remarks>Threads: one query, one thread.</remarks>
sealed class QueryContext(ISeriesSnapshot snapshot, PromQlOptions options, QueryLimits limits, long startMs, long endMs, long stepMs, CancellationToken cancellation)
{
    readonly long startedAt = options.Clock.GetTimestamp();
    long heldBytes;
    long heldSamples;

    public ISeriesSnapshot Snapshot { get; } = snapshot;

    public QuerySymbols Symbols { get; } = new(snapshot.Symbols);

    public PromQlOptions Options { get; } = options;

    public QueryLimits Limits { get; } = limits;

    public Annotations Notes { get; } = new();

    public CancellationToken Cancellation { get; } = cancellation;

    /// <summary>Start, end and step as asked; the step of an instant query is 0.</summary>
    public long StartMs { get; } = startMs;

    public long EndMs { get; } = endMs;

    public long StepMs { get; } = stepMs;

    public long SamplesRead { get; set; }

    public long SeriesRead { get; set; }

    public long PeakSamples { get; private set; }

    public TimeSpan Elapsed => Options.Clock.GetElapsedTime(startedAt);

    public long Milliseconds(Duration duration) => duration.Milliseconds(StepMs, EndMs - StartMs);

    /// <summary>Called once a batch: ends the query when it was cancelled or took too long.</summary>
    public void CheckTime()
    {
        Cancellation.ThrowIfCancellationRequested();
        if (Elapsed > Limits.Timeout) throw new QueryTimeoutException("query timed out in expression evaluation");
    }

    /// <summary>Counts memory against the limits.</summary>
    public void Hold(long bytes, long samples)
    {
        heldBytes += bytes;
        heldSamples += samples;
        PeakSamples = Math.Max(PeakSamples, heldSamples);
        if (heldSamples > Limits.MaxSamples) throw new QueryTooLargeException("query processing would load too many samples into memory in query execution");
        if (heldBytes > Limits.MaxBytes) throw new QueryTooLargeException($"query processing would hold more than {Limits.MaxBytes} bytes in query execution");
    }

    public void Release(long bytes, long samples)
    {
        heldBytes -= bytes;
        heldSamples -= samples;
    }

    /// <summary>The metric's name for a message.</summary>
    public string MetricOf(ReadOnlySpan<int> pairs) => Symbols.ValueOf(pairs, Symbols.MetricName);
}
