using Pharos.Model.Reading;
using Pharos.Query.PromQL.Execution;
using Pharos.Query.PromQL.Syntax;

namespace Pharos.Query.PromQL.Planning;

/// <summary>Evaluates PromQL over any source of series.</summary>
/// <remarks>
/// <para>Errors: <see cref="PromQlSyntaxException"/> for text that is not PromQL, <see cref="PromQlEvaluationException"/> for what cannot be
/// computed, <see cref="QueryTooLargeException"/> for limits, <see cref="OperationCanceledException"/> for cancellation, of which
/// <see cref="QueryTimeoutException"/> is the time limit.</para>
/// <para>Threads: immutable; queries run synchronously on the caller's thread and use its CPU alone, so callers bound how many run at once.</para>
/// </remarks>
public sealed class PromQlEngine(PromQlOptions options)
{
    static readonly ParserOptions Language = new() { Functions = FunctionCatalogue.Signatures };

    public PromQlOptions Options { get; } = options;

    /// <summary>Evaluates at one time.</summary>
    public QueryResult Instant(ISeriesSource source, string query, long atMs, QueryLimits limits, CancellationToken cancellation) =>
        Evaluate(source, Parse(query), () => query, new(atMs, 1, 1), atMs, atMs, 0, limits, cancellation);

    /// <summary>Evaluates a parsed expression at one time. Positions in notes refer to the text it was parsed from, which is not known here.</summary>
    public QueryResult Instant(ISeriesSource source, Expr query, long atMs, QueryLimits limits, CancellationToken cancellation) =>
        Evaluate(source, query, query.ToString, new(atMs, 1, 1), atMs, atMs, 0, limits, cancellation);

    /// <summary>Evaluates at startMs, startMs + stepMs, ... up to endMs inclusive. The step is above zero.</summary>
    public QueryResult Range(ISeriesSource source, string query, long startMs, long endMs, long stepMs, QueryLimits limits, CancellationToken cancellation) =>
        Range(source, Parse(query), () => query, startMs, endMs, stepMs, limits, cancellation);

    /// <summary>Evaluates an expression that its caller has parsed.</summary>
    /// <param name="text">What it was parsed from, to which notes refer.</param>
    public QueryResult Range(ISeriesSource source, Expr query, string text, long startMs, long endMs, long stepMs, QueryLimits limits, CancellationToken cancellation) =>
        Range(source, query, () => text, startMs, endMs, stepMs, limits, cancellation);

    /// <exception cref="PromQlSyntaxException">The text is not PromQL or its types do not fit.</exception>
    public static Expr Parse(string query) => PromQlParser.Parse(query, Language);

    /// <summary>Parses a selector alone, as <c>match[]</c> has it.</summary>
    /// <exception cref="PromQlSyntaxException">Not a plain vector selector.</exception>
    public static VectorSelector ParseSelector(string text) => PromQlParser.ParseSelector(text, Language);

    QueryResult Range(ISeriesSource source, Expr query, Func<string> text, long startMs, long endMs, long stepMs, QueryLimits limits, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(stepMs, 1);
        if (query.Kind is not (ValueKind.Scalar or ValueKind.Vector)) throw new PromQlEvaluationException($"invalid expression type \"{query.Kind.Text()}\" for range query, must be Scalar or instant Vector");
        var count = endMs < startMs ? 0 : (endMs - startMs) / stepMs + 1;
        Planner.CheckSteps(count, limits);
        return Evaluate(source, query, text, new(startMs, stepMs, (int)count), startMs, endMs, stepMs, limits, cancellation);
    }

    QueryResult Evaluate(ISeriesSource source, Expr query, Func<string> text, StepGrid grid, long startMs, long endMs, long stepMs, QueryLimits limits, CancellationToken cancellation)
    {
        var startedAt = Options.Clock.GetTimestamp();
        var snapshot = source.Lease();
        try
        {
            var context = new QueryContext(snapshot, Options, limits, startMs, endMs, stepMs, cancellation);
            return new Evaluation(context, grid, isRange: stepMs > 0).Run(query, text, startedAt);
        }
        catch
        {
            snapshot.Dispose();
            throw;
        }
    }
}
