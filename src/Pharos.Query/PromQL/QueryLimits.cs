namespace Pharos.Query.PromQL;

/// <summary>What one query may use. Whatever is passed ends the query with an error that names the limit.</summary>
public sealed record QueryLimits
{
    public static readonly QueryLimits Default = new();

    /// <summary>Samples held at once, as Prometheus' <c>--query.max-samples</c> counts them.</summary>
    public long MaxSamples { get; init; } = 50_000_000;

    /// <summary>Bytes of columns held at once.</summary>
    public long MaxBytes { get; init; } = 1L << 30;

    /// <summary>Longest time of evaluation.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);
}
