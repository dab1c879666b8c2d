namespace Pharos.Server.Queries;

/// <summary>What the command line said of queries, checked, with defaults filled in.</summary>
sealed record QueryOptions
{
    /// <summary>A sample takes about so much of the heap while a query works on it.</summary>
    const int SampleBytes = 16;

    public TimeSpan LookbackDelta { get; init; } = TimeSpan.FromMinutes(5);

    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);

    public int MaxConcurrency { get; init; } = 20;

    /// <summary>Samples that one query may load.</summary>
    public long MaxSamples { get; init; } = 50_000_000;

    /// <summary>No more samples than fit a fourth of a bounded heap.</summary>
    public QueryOptions Within(long heapBytes) => this with { MaxSamples = Math.Min(MaxSamples, heapBytes / 4 / SampleBytes) };
}
