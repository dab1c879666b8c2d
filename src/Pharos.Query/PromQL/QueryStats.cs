namespace Pharos.Query.PromQL;

/// <summary>What a query cost.</summary>
public sealed record QueryStats
{
    /// <summary>Samples that selectors handed to the evaluation, windows counted at each step, as Prometheus' totalQueryableSamples.</summary>
    public long SamplesRead { get; init; }

    /// <summary>Most samples held at once.</summary>
    public long PeakSamples { get; init; }

    /// <summary>Series that selectors yielded.</summary>
    public long SeriesRead { get; init; }

    /// <summary>Parsing and planning.</summary>
    public TimeSpan Preparing { get; init; }

    /// <summary>Reading and computing.</summary>
    public TimeSpan Evaluating { get; init; }

    /// <summary>Ordering the result.</summary>
    public TimeSpan Sorting { get; init; }
}
