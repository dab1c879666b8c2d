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

/// <summary>Tells a source what a selector wants, so that it may answer from less than all samples.</summary>
/// <param name="AfterMs">Exclusive: samples at this time are not wanted.</param>
/// <param name="ThroughMs">Inclusive.</param>
/// <param name="MaxBytes">The source throws <see cref="QueryTooLargeException"/> rather than hold more than this for the query.</param>
public sealed record SelectHints(long AfterMs, long ThroughMs, Want Want)
{
    public long MaxBytes { get; init; } = long.MaxValue;
}

/// <summary>A query asked for more than its limits allow; the message names the limit.</summary>
public sealed class QueryTooLargeException(string message) : Exception(message);
