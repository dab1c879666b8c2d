using Pharos.Query.PromQL;

namespace Pharos.Server.Rules.Languages;

/// <summary>A fault inside a text: 1-based place in it and what is wrong.</summary>
readonly record struct TextFault(int Line, int Column, string Message);

/// <summary>Evaluates an expression at one time; the result is a vector or a scalar.</summary>
/// <exception cref="RuleEvaluationException">It failed, was too large, too slow, or is of another type.</exception>
delegate QueryResult RuleQuery(RuleScope scope, long atMs, CancellationToken cancellation);

/// <summary>A rule's expression, read once: parsing and compiling its patterns would cost more than many an evaluation.</summary>
sealed class RuleExpression
{
    readonly RuleQuery query;

    public RuleExpression(string text, RuleQuery query) => (Text, this.query) = (text, query);

    /// <param name="message">What an evaluation says, which will never be.</param>
    public RuleExpression(string text, TextFault fault, string message)
        : this(text, (_, _, _) => throw new RuleEvaluationException(message)) => Fault = fault;

    /// <summary>As its language prints it; as it was written when it has a fault.</summary>
    public string Text { get; }

    /// <summary>Why the text is none of its language; null when it is.</summary>
    public TextFault? Fault { get; }

    /// <inheritdoc cref="RuleQuery"/>
    public QueryResult Evaluate(RuleScope scope, long atMs, CancellationToken cancellation) => query(scope, atMs, cancellation);
}
