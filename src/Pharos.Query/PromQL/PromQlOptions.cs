namespace Pharos.Query.PromQL;

/// <summary>How the language is read and evaluated; the same for all queries of a server.</summary>
public sealed record PromQlOptions
{
    /// <summary>How far an instant selector looks back for a sample, exclusive: a sample exactly this old is not found.</summary>
    public long LookbackMs { get; init; } = 300_000;

    /// <summary>Step of a sub-query that names none, asked for each query: servers give the evaluation interval in force, which a reload changes.</summary>
    public Func<long> DefaultSubqueryStepMs { get; init; } = static () => 60_000;

    /// <summary>Removes <c>__name__</c> at the end of the query instead of after each operation (feature <c>promql-delayed-name-removal</c>).</summary>
    public bool DelayedNameRemoval { get; init; }

    /// <summary>rate(), increase(), irate() and resets() see a new start time of a counter as a reset (feature <c>use-start-timestamps</c>).</summary>
    public bool StartTimestamps { get; init; }

    /// <summary>Labels <c>__type__</c> and <c>__unit__</c> go where the name goes (feature <c>type-and-unit-labels</c>).</summary>
    public bool TypeAndUnitLabels { get; init; }

    /// <summary>Clock of time limits and timings.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Everything on, as the language's own tests run. Functions and syntax that Prometheus calls experimental are always on.</summary>
    public static PromQlOptions Everything { get; } = new()
    {
        DelayedNameRemoval = true,
        StartTimestamps = true,
    };
}
