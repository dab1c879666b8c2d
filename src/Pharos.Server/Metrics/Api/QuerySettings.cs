using Pharos.Query.PromQL;

namespace Pharos.Server.Metrics.Api;

/// <summary>Bounds of every query that comes by HTTP, from the command line.</summary>
sealed record QuerySettings
{
    /// <summary>Longest time of a query, waiting included; a request may ask for less.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);

    public int MaxConcurrency { get; init; } = 20;

    public long MaxSamples { get; init; } = 50_000_000;

    public PromQlOptions Language { get; init; } = new();

    /// <summary>Most points of one series that a range query may ask for. Source: Prometheus.</summary>
    public const int MaxPoints = 11_000;
}
