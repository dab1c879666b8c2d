namespace Pharos.Query.PromQL.Syntax;

/// <summary>The text is not PromQL, or its types do not fit. The message is Prometheus' form: <c>1:5: parse error: ...</c>.</summary>
/// <param name="line">1-based.</param>
/// <param name="column">1-based, in characters.</param>
/// <param name="reason">What was found and what was expected, without the place.</param>
/// <param name="span">The offending stretch of the text, for an editor's squiggle.</param>
public sealed class PromQlSyntaxException(int line, int column, string reason, Syntax.TextSpan span)
    : Exception(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{line}:{column}: parse error: {reason}"))
{
    public int Line { get; } = line;

    public int Column { get; } = column;

    public string Reason { get; } = reason;

    public Syntax.TextSpan Span { get; } = span;
}
