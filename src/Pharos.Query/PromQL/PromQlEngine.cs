using Pharos.Model.Reading;

namespace Pharos.Query.PromQL;

/// <summary>Evaluates PromQL over any source of series.</summary>
/// <remarks>
/// <para>Errors: <see cref="PromQlEvaluationException"/> for what cannot be computed, <see cref="QueryTooLargeException"/> for limits,
/// <see cref="OperationCanceledException"/> for cancellation, of which <see cref="QueryTimeoutException"/> is the time limit.</para>
/// <para>Threads: immutable; queries run synchronously on the caller's thread and use its CPU alone, so callers bound how many run at once.</para>
/// </remarks>
public sealed class PromQlEngine(PromQlOptions options)
{
    public PromQlOptions Options { get; } = options;

    /// <summary>Evaluates at one time.</summary>
    public QueryResult Instant(ISeriesSource source, string query, long atMs, QueryLimits limits, CancellationToken cancellation) =>
        throw new PromQlEvaluationException("queries are not evaluated yet");

    /// <summary>Evaluates at startMs, startMs + stepMs, ... up to endMs inclusive. The step is above zero.</summary>
    public QueryResult Range(ISeriesSource source, string query, long startMs, long endMs, long stepMs, QueryLimits limits, CancellationToken cancellation) =>
        throw new PromQlEvaluationException("queries are not evaluated yet");
}
