namespace Pharos.Query.PromQL;

/// <summary>The query is well-formed but cannot be computed over this data, such as a join that is not one to one.</summary>
public sealed class PromQlEvaluationException(string message) : Exception(message);

/// <summary>The query took longer than <see cref="QueryLimits.Timeout"/>.</summary>
public sealed class QueryTimeoutException(string message) : OperationCanceledException(message);
