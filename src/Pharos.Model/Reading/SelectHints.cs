namespace Pharos.Model.Reading;

/// <summary>What of each series a query wants.</summary>
public enum Want : byte
{
    /// <summary>All samples in (<see cref="SelectHints.AfterMs"/>, <see cref="SelectHints.ThroughMs"/>].</summary>
    Samples,

    /// <summary>Only the newest sample in that range, stale markers included. May be answered without touching chunks.</summary>
    Newest,

    /// <summary>Only the labels of series that have a sample in that range.</summary>
    Labels,
}

/// <summary>Tells a source what a selector is for, so that it may answer from less than all samples.</summary>
/// <param name="AfterMs">Exclusive: samples at this time are not wanted.</param>
/// <param name="ThroughMs">Inclusive.</param>
/// <param name="StepMs">Step of the query; 0 for an instant.</param>
/// <param name="WindowMs">Length of the range selector's window, or the lookback of an instant selector.</param>
/// <param name="Function">The function directly around the selector (<c>rate</c>), or null.</param>
/// <param name="MaxBytes">The source throws <see cref="QueryTooLargeException"/> rather than hold more than this for the query.</param>
public sealed record SelectHints(long AfterMs, long ThroughMs, Want Want)
{
    public long StepMs { get; init; }

    public long WindowMs { get; init; }

    public string? Function { get; init; }

    /// <summary>Labels of the aggregation around the selector; empty when there is none.</summary>
    public IReadOnlyList<string> Grouping { get; init; } = [];

    public bool GroupingIsWithout { get; init; }

    public long MaxBytes { get; init; } = long.MaxValue;
}

/// <summary>A query asked for more than its limits allow; the message names the limit.</summary>
public sealed class QueryTooLargeException(string message) : Exception(message);
